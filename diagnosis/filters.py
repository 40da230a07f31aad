"""What a list of cases can be narrowed to: the same in the portal and in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from diagnosis.choices import CaseState, CaseStatus, Priority, Specimen
from diagnosis.models import Case, Clinic
from diagnosis.selectors.readers import is_asked_of, nobody_may_read
from diagnosis.selectors.search import found
from diagnosis.selectors.states import is_answered, is_in, is_waiting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from diagnosis.selectors import CaseWithState

ME, NOBODY, OTHERS = "me", "nobody", "others"
HOLDERS = [(ME, _("me")), (NOBODY, _("nobody")), (OTHERS, _("others"))]
YES_OR_NO = {"true": True, "false": False}


@extend_schema_field(OpenApiTypes.BOOL)
class YesOrNo(filters.TypedChoiceFilter):  # type: ignore[misc]  # django-filter ships no types
    """Takes true and false; not BooleanFilter, which takes a mistyped value for none."""

    def __init__(self, *args: str, **kwargs: str) -> None:
        super().__init__(*args, choices=[(word, word) for word in YES_OR_NO], coerce=YES_OR_NO.get, **kwargs)


class MomentField(IsoDateTimeField):  # type: ignore[misc]  # django-filter ships no types
    """A time that is one in every time zone: some at the ends of the calendar are not."""

    def clean(self, value: str) -> datetime | None:
        """Return the time, or refuse it."""
        moment: datetime | None = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class Moment(filters.IsoDateTimeFilter):  # type: ignore[misc]  # django-filter ships no types
    """Takes a time as ISO 8601."""

    field_class = MomentField


class CaseFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """The filters of every list of cases."""

    state = filters.ChoiceFilter(choices=CaseState.choices, method="in_state")
    status = filters.ChoiceFilter(choices=CaseStatus.choices)
    waiting = YesOrNo(method="waits", help_text="Whether the case waits for a reader.")
    priority = filters.ChoiceFilter(choices=Priority.choices)
    specimen = filters.ChoiceFilter(choices=Specimen.choices)
    clinic = filters.CharFilter(method="of_clinic", help_text="The clinic's short name.")
    patient = filters.UUIDFilter("patient_id", help_text="The patient's id.")
    accession = filters.CharFilter("accession", help_text="The accession number, whole.")
    microscope = filters.UUIDFilter("microscope_id", help_text="The device's id.")
    submitted_by = filters.CharFilter("submitted_by__username", help_text="The user name of who submitted it.")
    held_by = filters.ChoiceFilter(choices=HOLDERS, method="held", help_text="Who reads it now.")
    is_critical = YesOrNo()
    is_overdue = YesOrNo()
    is_answered = YesOrNo(method="answered", help_text="Whether the clinic was asked, and answered every question.")
    is_asked_of_me = YesOrNo(method="asked_of_me", help_text="Whether its next reading was asked of you by name.")
    has_reader = YesOrNo(method="readable", help_text="Whether anybody may read it; false: it waits and nobody may.")
    submitted_from = Moment("submitted_at", "gte", help_text="Submitted at this time or later.")
    submitted_before = Moment("submitted_at", "lt", help_text="Submitted before this time.")
    # Last: each of its two searches is narrowed by the others.
    q = filters.CharFilter(
        method="search",
        help_text="Part of the patient number or of the accession number; one or two letters are its beginning.",
    )

    class Meta:
        model = Case
        fields: ClassVar[list[str]] = []

    def in_state(self, rows: QuerySet[CaseWithState], _name: str, state: str) -> QuerySet[CaseWithState]:
        """Keep the cases in the state that people see."""
        return rows.filter(is_in(CaseState(state)))

    def waits(self, rows: QuerySet[CaseWithState], _name: str, wanted: bool) -> QuerySet[CaseWithState]:  # noqa: FBT001 - django-filter's way
        """Keep what waits for a reader, or what does not."""
        return rows.filter(is_waiting() if wanted else ~is_waiting())

    def of_clinic(self, rows: QuerySet[CaseWithState], _name: str, slug: str) -> QuerySet[CaseWithState]:
        """Keep the cases of one clinic; its id is looked up first, so that the list comes out of an index in order."""
        return rows.filter(clinic__in=list(Clinic.objects.filter(slug=slug)))

    @extend_schema_field({"type": "string", "enum": [ME, NOBODY, OTHERS]})
    def held(self, rows: QuerySet[CaseWithState], _name: str, holder: str) -> QuerySet[CaseWithState]:
        """Keep the cases that the user holds, that nobody holds, or that others hold."""
        if holder == NOBODY:
            return rows.filter(is_held=False)
        mine = Q(held_by=self.request.user)
        return rows.filter(mine if holder == ME else ~mine, is_held=True)

    def answered(self, rows: QuerySet[CaseWithState], _name: str, wanted: bool) -> QuerySet[CaseWithState]:  # noqa: FBT001 - django-filter's way
        """Keep the open cases whose clinic answered what it was asked, or all others."""
        return rows.filter(is_answered() if wanted else ~is_answered())

    def asked_of_me(self, rows: QuerySet[CaseWithState], _name: str, wanted: bool) -> QuerySet[CaseWithState]:  # noqa: FBT001 - django-filter's way
        """Keep the cases of which the user was asked for the next reading, or all others."""
        mine = is_asked_of(self.request.user)
        return rows.filter(mine if wanted else ~mine)

    def readable(self, rows: QuerySet[CaseWithState], _name: str, wanted: bool) -> QuerySet[CaseWithState]:  # noqa: FBT001 - django-filter's way
        """Keep what waits for a reader though nobody may be it, or all others."""
        return rows.filter(~nobody_may_read() if wanted else nobody_may_read())

    def search(self, rows: QuerySet[CaseWithState], _name: str, words: str) -> QuerySet[CaseWithState]:
        """Keep the cases whose patient number or accession number holds the words."""
        return found(rows, words)
