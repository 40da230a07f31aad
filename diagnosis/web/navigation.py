"""Which pages a person's roles open, and where the person starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from diagnosis.permissions import ALLOWED, Permission

if TYPE_CHECKING:
    from diagnosis.models import User


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the navigation."""

    name: str
    address: str
    is_current: bool


def pages_for(user: User, *, at: str) -> list[Page]:
    """Return the pages that the user's roles open; `at` is the path of the page that is shown."""
    permissions = _permissions(user)
    pages = []
    if Permission.REVIEW in permissions:
        pages.append(_page(_("Worklist"), "worklist", at))
        pages.append(_page(_("Critical"), "notices", at))
    pages.append(_page(_("Cases"), "cases", at))
    if Permission.SUBMIT in permissions:
        pages.append(_page(_("New case"), "submit", at))
    if Permission.READ_FIGURES in permissions:
        pages.append(_page(_("Figures"), "figures", at))
        pages.append(_page(_("Models"), "models", at))
    if user.is_staff:
        pages.append(_page(_("Administration"), "admin:index", at))
    return pages


def start_of(user: User) -> str:
    """Return the name of the page where the user starts: readers at the worklist, everybody else at the cases."""
    return "worklist" if Permission.REVIEW in _permissions(user) else "cases"


def _permissions(user: User) -> frozenset[Permission]:
    roles = user.memberships.values_list("role", flat=True).distinct().order_by()
    return frozenset().union(*(ALLOWED[role] for role in roles))


def _page(name: str, route: str, at: str) -> Page:
    address = reverse(route)
    return Page(name, address, is_current=address == at)
