from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display

from diagnosis.admin.records import RecordAdmin
from diagnosis.choices import Unreached
from diagnosis.models import OnCall
from diagnosis.services.on_call import reachable, why_unreached, with_reach

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from diagnosis.models import User
    from diagnosis.services.on_call import DutyWithReach

REFUSED = {
    Unreached.INACTIVE: _("This person's account is not active. Make it active first."),
    Unreached.NO_SPECIALIST: _("This person is no specialist of the clinic. Give them the role first."),
    Unreached.NO_ADDRESS: _("This person has no e-mail address, so no notice would reach them. Give them one first."),
}


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
        if clinic and user and not (clinic.pk and reachable(clinic).contains(user)):
            self.add_error("user", REFUSED[why_unreached(user)])
        starts_at, ends_at = facts.get("starts_at"), facts.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The duty ends before it starts. Choose a later time."))
        return facts


@admin.register(OnCall)
class OnCallAdmin(RecordAdmin):
    """Who is told of critical cases, and when."""

    list_display = ("clinic", "person", "rank", "starts", "ends", "unreached")
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[DutyWithReach]:
        """Return the duties with whether a notice reaches whoever has them."""
        return with_reach(super().get_queryset(request))

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

    @display(description=_("no notice arrives"), label="danger")
    def unreached(self, duty: DutyWithReach) -> str | None:
        """Mark a duty, now or later, of somebody who would not be told, and say why."""
        is_over = duty.ends_at <= timezone.now()
        return None if duty.is_reached or is_over else str(why_unreached(duty.user).label)


def warn_of_unreached(request: HttpRequest, of: Q) -> None:
    """Name whoever is on the rota, now or later, and would not be told, and until when; `of` narrows the duties."""
    duties = with_reach(OnCall.objects.filter(of, ends_at__gt=timezone.now())).filter(is_reached=False)
    last = {
        (duty.user_id, duty.clinic_id): duty for duty in duties.select_related("clinic", "user").order_by("ends_at")
    }
    for duty in last.values():
        sentence = _(
            "%(person)s stands on the on-call rota of %(clinic)s until %(until)s, and no notice reaches them: %(why)s. "
            "Put somebody else on the rota."
        )
        facts = {
            "person": _named(duty.user),
            "clinic": duty.clinic,
            "until": _with_zone(duty.ends_at),
            "why": why_unreached(duty.user).label,
        }
        messages.warning(request, sentence % facts)


def _named(user: User) -> str:
    name = user.get_full_name()
    return f"{name} ({user.username})" if name else user.username


def _with_zone(at: datetime) -> str:
    return f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')} {timezone.get_current_timezone_name()}"
