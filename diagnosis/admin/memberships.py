from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Q
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from diagnosis.admin.on_call import warn_of_unreached
from diagnosis.admin.records import RecordAdmin
from diagnosis.models import Membership
from diagnosis.services import roles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from diagnosis.models import User


@contextmanager
def watched(request: HttpRequest, of: Q) -> Iterator[None]:
    """Put on record which roles a save gives and takes away, then warn of whom the rota reaches no more.

    `of` is true of the memberships and of the duties that the save may touch: both have a user and a clinic.
    """
    with roles.on_record(of, by=cast("User", request.user)):
        yield
    warn_of_unreached(request, of)


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Roles. Taking one away is how someone loses access to a clinic."""

    list_display = ("user", "clinic", "role")
    list_filter = ("role", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("user", "clinic")
    search_fields = ("user__username", "user__first_name", "user__last_name", "clinic__name", "clinic__slug")
    autocomplete_fields = ("user", "clinic")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Give the role; one that was another user's is taken from them."""
        with watched(request, Q(user__in={obj.user_id, form.initial.get("user", obj.user_id)})):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Take the role away."""
        with watched(request, Q(user=obj.user_id)):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Take several roles away."""
        with watched(request, Q(user__in=list(queryset.values_list("user", flat=True)))):
            super().delete_queryset(request, queryset)
