"""The language that a user chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnosis.models import User


def choose(*, language: str, by: User) -> None:
    """Remember the language, for the user's pages on every browser and for e-mails."""
    by.language = language
    by.save(update_fields=["language"])
