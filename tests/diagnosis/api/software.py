"""Clinic software, as the tests play it."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from knox.models import AuthToken

from diagnosis.models import Case, User


class Software(Client):
    """A client that speaks JSON to the API."""

    def send(self, method: str, path: str, data: Any = None, **options: Any) -> Any:
        body = b"" if data is None else json.dumps(data).encode()
        return self.generic(method, f"/api/v1/{path}", body, content_type="application/json", **options)

    def upload(self, case: Case, data: bytes, name: str = "field.jpg") -> Any:
        return self.post(f"/api/v1/cases/{case.pk}/smears/", {"image": SimpleUploadedFile(name, data)})


def software(user: User) -> Software:
    """Sign in with a token of the user."""
    _, token = AuthToken.objects.create(user=user)
    return Software(headers={"Authorization": f"Token {token}"})


def code(response: Any) -> str:
    """Return the code of a refusal."""
    return response.json()["errors"][0]["code"]
