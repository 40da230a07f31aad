"""What stands round the signature of a report: who signed, what that version takes the place of, where to check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnosis.rendering.qr import qr_svg
from diagnosis.services.seal import in_groups

if TYPE_CHECKING:
    from diagnosis.rendering.phrasing import Phrasing


@dataclass(frozen=True, slots=True)
class Check:
    """Where anybody can check a signed report: the address of the page that does, and the report's code."""

    address: str
    code: str


def signed(say: Phrasing, signature: dict[str, Any]) -> dict[str, str]:
    """Say who signed, when, and what the signature means."""
    reason = signature["amendment_reason"]
    return {
        "line": say("signed_by", name=signature["name"], at=say.time(signature["signed_at"])),
        "meaning": say("meaning", meaning=say(f"meaning_{signature['meaning']}"), version=signature["version"]),
        "reason": say("amendment_reason", reason=reason) if reason else "",
    }


def amended(say: Phrasing, content: dict[str, Any]) -> list[str]:
    """Say which version this one takes the place of, and what of the opinion is no longer the same."""
    amends, now = content["amends"], content["specialist"]
    before, version = amends["reading"], amends["version"]
    named = say("amends", version=version + 1, earlier=version, name=amends["name"], at=say.time(amends["signed_at"]))
    # Earlier formats did not keep what the earlier percentage rested on, and so said it of neither.
    is_counted = "blast_count" in before
    changed = [
        say(
            "changed",
            label=say(label),
            before=_stated(say, before, name, is_counted=is_counted),
            now=_stated(say, now, name, is_counted=is_counted),
        )
        for label, name in (("finding", "finding"), ("pattern", "pattern"), ("blasts", "blast_percentage"))
        if before[name] != now[name]
    ]
    if before["finding_code"] == now["finding_code"]:
        changed.insert(0, say("unchanged", label=say("finding"), now=now["finding"]))
    return [named, *changed]


def _stated(say: Phrasing, reading: dict[str, Any], name: str, *, is_counted: bool) -> str:
    """Return what a reading says; a percentage of blasts with what it rests on."""
    stated: str = reading[name] or say("nothing_stated")
    counted = reading["blast_count"] if is_counted and name == "blast_percentage" else ""
    return say.joined(filter(None, [stated, counted]))


def checked(say: Phrasing, check: Check) -> dict[str, str]:
    """Say where the report can be checked, for people and for cameras."""
    return {
        "line": say("check", address=check.address),
        "code": in_groups(check.code),
        "address": check.address,
        "link": f"{check.address}{check.code}/",
        "qr": qr_svg(f"{check.address}{check.code}/"),
    }
