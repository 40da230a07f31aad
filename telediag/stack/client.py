"""A small client of the REST API, as a clinic's software would write one."""

import time
from collections.abc import Callable
from typing import Any

import httpx

_PATIENCE = 60.0


class RefusedError(Exception):
    """The API refused; the sentence is its own."""


class Client:
    """A signed-in user of the API. `meanwhile` is called while it waits."""

    def __init__(self, address: str, username: str, password: str, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.http = httpx.Client(base_url=f"{address}/api/v1", timeout=30, trust_env=False)
        token = self._ask("POST", "/tokens/", json={"username": username, "password": password})["token"]
        self.http.headers["Authorization"] = f"Token {token}"

    def sign_out(self) -> None:
        """Make the token worthless."""
        self._ask("DELETE", "/tokens/current/")
        self.http.close()

    def clinic(self) -> str:
        """Return the short name of the user's clinic."""
        return str(self._ask("GET", "/clinics/")["results"][0]["slug"])

    def patient(self, *, clinic: str, number: str, **facts: object) -> dict[str, Any]:
        """Return the patient of this number, registered where missing."""
        found = self._ask("GET", "/patients/", params={"clinic": clinic, "number": number})["results"]
        new = {"clinic": clinic, "number": number, **facts}
        return dict(found[0] if found else self._ask("POST", "/patients/", json=new))

    def case(self, *, patient: dict[str, Any], accession: str, **facts: object) -> dict[str, Any]:
        """Return the case of this accession number with its smears, opened where missing."""
        wanted = {"clinic": patient["clinic"], "accession": accession}
        found = self._ask("GET", "/cases/", params=wanted)["results"]
        if found:
            return self.read(found[0]["id"])
        return dict(self._ask("POST", "/cases/", json={"patient": patient["id"], "accession": accession, **facts}))

    def read(self, case_id: str) -> dict[str, Any]:
        """Return the case with its smears, each with its newest analysis."""
        return dict(self._ask("GET", f"/cases/{case_id}/"))

    def upload(self, case_id: str, name: str, image: bytes) -> None:
        """Store one image of the case; raise RefusedError when it can not be used."""
        self._ask("POST", f"/cases/{case_id}/smears/", files={"image": (name, image)})

    def analysis(self, analysis_id: str) -> dict[str, Any]:
        """Return one analysis with all that it found."""
        return dict(self._ask("GET", f"/analyses/{analysis_id}/"))

    def stage_report(self, case_id: str) -> dict[str, Any]:
        """Return the case's stage report."""
        return dict(self._ask("GET", f"/cases/{case_id}/stage-report/"))

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        """Send a request; all of ours can be sent again, so a server that is away is waited for."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = self.http.request(method, path, **request)
            except httpx.TransportError:
                answer = None
            if answer is not None and not answer.is_server_error:
                break
            if time.monotonic() > deadline:
                raise RefusedError(f"The portal did not answer {method} {path} for a minute. See var/log/web.log.")
            self.meanwhile()
            time.sleep(0.5)
        if answer.is_success:
            return answer.json() if answer.content else None
        errors = answer.json()["errors"]
        raise RefusedError(" ".join(f"{error['attr'] or ''} {error['detail']}".strip() for error in errors))
