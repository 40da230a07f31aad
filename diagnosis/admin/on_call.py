from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.records import RecordAdmin
from diagnosis.models import OnCall
from diagnosis.permissions import Permission, may

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import User


class OnCallForm(forms.ModelForm):  # type: ignore[type-arg] # the class takes none at run time
    """A span of duty of somebody who can be told and can answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self.fields["user"].label_from_instance = _named  # type: ignore[attr-defined]
        for name in {"starts_at", "ends_at"} & self.fields.keys():
            self.fields[name].help_text = _("In %(zone)s.") % {"zone": timezone.get_current_timezone_name()}

    def clean(self) -> dict[str, Any]:
        """Refuse whoever reads no cases of the clinic or has no address: a notice to them would help nobody."""
        facts = super().clean() or {}
        # In the clinic's own form the clinic is no field; one that is not stored yet has nobody.
        clinic, user = facts.get("clinic"), facts.get("user")
        if clinic and user and not (clinic.pk and may(user, Permission.REVIEW, clinic)):
            self.add_error("user", _("This person is no specialist of the clinic. Give them the role first."))
        elif user and not user.email:
            self.add_error(
                "user", _("This person has no e-mail address, so no notice would reach them. Give them one first.")
            )
        starts_at, ends_at = facts.get("starts_at"), facts.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The duty ends before it starts. Choose a later time."))
        return facts


@admin.register(OnCall)
class OnCallAdmin(RecordAdmin):
    """Who is told of critical cases, and when."""

    list_display = ("clinic", "person", "rank", "starts", "ends")
    list_filter = (
        "rank",
        ("clinic", AutocompleteSelectFilter),
        ("user", AutocompleteSelectFilter),
        ("ends_at", RangeDateTimeFilter),
    )
    list_select_related = ("clinic", "user")
    form = OnCallForm
    fields = ("clinic", "user", "rank", "starts_at", "ends_at")
    search_fields = ("user__username", "user__last_name", "clinic__name")
    autocomplete_fields = ("clinic", "user")

    @admin.display(description=_("person"), ordering="user__last_name")
    def person(self, duty: OnCall) -> str:
        """Return who is on duty, by name."""
        return _named(duty.user)

    @admin.display(description=_("from"), ordering="starts_at")
    def starts(self, duty: OnCall) -> str:
        """Return when the duty starts, and by which clock."""
        return _with_zone(duty.starts_at)

    @admin.display(description=_("until"), ordering="ends_at")
    def ends(self, duty: OnCall) -> str:
        """Return when the duty ends, and by which clock."""
        return _with_zone(duty.ends_at)


def _named(user: User) -> str:
    name = user.get_full_name()
    return f"{name} ({user.username})" if name else user.username


def _with_zone(at: datetime) -> str:
    return f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')} {timezone.get_current_timezone_name()}"
