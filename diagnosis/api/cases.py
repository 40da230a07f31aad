from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from diagnosis import selectors
from diagnosis.api.analyses import LOCATION
from diagnosis.api.known import KnownOrdering, KnownParameters, NoFields
from diagnosis.api.links import linked
from diagnosis.api.new_case import FACTS, NewCase
from diagnosis.api.pagination import Pages
from diagnosis.api.signed_in import case_of, signed_in
from diagnosis.api.smears import AnalysedSmearSerializer, newest_by_smear
from diagnosis.blindness import sees_machine
from diagnosis.choices import CaseState
from diagnosis.errors import NotFound
from diagnosis.filters import CaseFilter
from diagnosis.models import Case, Patient
from diagnosis.services import intake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from diagnosis.selectors import CaseWithState

SUMMARY = (
    "id",
    "url",
    "clinic",
    "patient",
    "accession",
    "priority",
    "status",
    "state",
    "is_critical",
    "is_overdue",
    "submitted_by",
    "submitted_at",
    "due_at",
    "held_by",
)


class CaseSummary(serializers.ModelSerializer[Case]):
    """A case in the list."""

    url = serializers.SerializerMethodField()
    clinic = serializers.CharField(source="clinic.slug")
    patient = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=CaseState.choices)
    is_overdue = serializers.BooleanField()
    submitted_by = serializers.CharField(source="submitted_by.signature_name")
    held_by = serializers.SerializerMethodField(help_text="The reader who has the case now.")

    class Meta:
        model = Case
        fields: tuple[str, ...] = SUMMARY
        extra_kwargs: ClassVar[dict[str, dict[str, str]]] = {
            "is_critical": {
                "help_text": "True once the flag is raised or a specialist suspects blasts; false says: not so far."
            }
        }

    def get_url(self, case: Case) -> str:
        """Return the case's address."""
        return linked(self, "case", case_id=case.pk)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_held_by(self, case: CaseWithState) -> str | None:
        """Return the name of the reader who has the case."""
        return case.held_by.signature_name if case.is_held and case.held_by else None

    def get_patient(self, case: Case) -> str:
        """Return the patient's address."""
        return linked(self, "patient", patient_id=case.patient_id)


class Progress(serializers.Serializer[Any]):
    """How many of the case's smears the engine has answered."""

    smears = serializers.IntegerField()
    answered = serializers.IntegerField()


class CriticalNotice(serializers.Serializer[Any]):
    """How far the notice of a critical case is; a time is null until it has happened."""

    raised_at = serializers.DateTimeField(help_text="When the flag was raised.")
    notified_at = serializers.DateTimeField(allow_null=True, help_text="When the first specialist was told by e-mail.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    called_at = serializers.DateTimeField(
        allow_null=True, help_text="When the submitting doctor was called and read the message back."
    )


class CaseLinks(serializers.Serializer[Any]):
    """Where to go on from a case."""

    smears = serializers.URLField()
    stage_report = serializers.URLField()
    stage_report_pdf = serializers.URLField()
    signed_versions = serializers.URLField()
    withdraw = serializers.URLField()


class CaseSerializer(CaseSummary):
    """A case with its facts, its smears and how far they are."""

    critical = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    smears = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta(CaseSummary.Meta):
        fields = (*SUMMARY, *FACTS, "microscope", "critical", "progress", "smears", "links")

    @extend_schema_field(CriticalNotice(allow_null=True))
    def get_critical(self, case: Case) -> Any:
        """Return how far the notice is; null for a case that never was critical."""
        notice = selectors.progress_of_case(case)
        if notice is None:
            return None
        times = {
            "raised_at": notice.notice.raised_at,
            "notified_at": notice.sent_at,
            "acknowledged_at": notice.answered and notice.answered.at,
            "called_at": notice.call.at if notice.call and notice.is_called else None,
        }
        return CriticalNotice(times).data

    @extend_schema_field(Progress)
    def get_progress(self, case: Case) -> dict[str, int]:
        """Return how many smears are answered."""
        return selectors.progress(case)

    @extend_schema_field(AnalysedSmearSerializer(many=True))
    def get_smears(self, case: Case) -> Any:
        """Return the smears, each with its newest analysis."""
        user = signed_in(self.context["request"])
        known = {
            "newest": newest_by_smear(case),
            "hides_machine": not sees_machine(user, case),
            "same_images": selectors.same_images(case, seen_by=user),
        }
        context = {**self.context, **known}
        return AnalysedSmearSerializer(case.smears.all(), many=True, context=context).data

    @extend_schema_field(CaseLinks)
    def get_links(self, case: Case) -> dict[str, str]:
        """Return the addresses that follow from the case."""
        return {
            "smears": linked(self, "case-smears", case_id=case.pk),
            "stage_report": linked(self, "stage-report", case_id=case.pk),
            "stage_report_pdf": linked(self, "stage-report-pdf", case_id=case.pk),
            "signed_versions": linked(self, "signed-versions", case_id=case.pk),
            "withdraw": linked(self, "case-withdraw", case_id=case.pk),
        }


class CasesView(KnownParameters, generics.ListCreateAPIView[Case]):
    """The cases of the user's clinics, newest first; `waiting=true&ordering=due_at` is the readers' worklist."""

    serializer_class = CaseSummary
    filter_backends = (DjangoFilterBackend, KnownOrdering)
    filterset_class = CaseFilter
    ordering_fields = ("submitted_at", "due_at")
    ordering = ("-submitted_at", "-id")
    pagination_class = Pages
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        """Return the cases of the user's clinics."""
        return selectors.with_times(Case.objects.visible_to(signed_in(self.request)))

    def paginate_queryset(self, queryset: QuerySet[Any] | Sequence[Any]) -> list[Any] | None:
        """Find a page's cases first and what is shown of them then, so that a table is joined for one page alone."""
        page = super().paginate_queryset(queryset) or []
        full = selectors.cases(signed_in(self.request)).select_related("held_by").in_bulk([case.pk for case in page])
        return [full[case.pk] for case in page if case.pk in full]

    @extend_schema(
        request=NewCase,
        parameters=[LOCATION],
        responses={201: CaseSerializer},
        operation_id="case_create",
        filters=False,
    )
    def post(self, request: Request, *_: Any, **__: Any) -> Response:
        """Open a case for a patient."""
        new = NewCase(data=request.data, by=signed_in(request))
        new.is_valid(raise_exception=True)
        facts = dict(new.validated_data)
        patients = Patient.objects.visible_to(signed_in(request)).select_related("clinic")
        patient = patients.filter(pk=facts.pop("patient")).first()
        if patient is None:
            raise NotFound("None of your clinics has a patient of this id. The list of patients shows them.")
        case = intake.open_case(patient=patient, by=signed_in(request), **facts)
        data = _shown(request, case.pk)
        return Response(data, status=status.HTTP_201_CREATED, headers={"Location": data["url"]})


class CaseView(KnownParameters):
    """One case."""

    @extend_schema(responses=CaseSerializer, operation_id="case")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Return the case with its facts, its smears and how far they are."""
        return Response(_shown(request, case_id))


class WithdrawView(KnownParameters):
    """Taking a case back."""

    @extend_schema(request=None, responses=CaseSerializer, operation_id="case_withdraw")
    def post(self, request: Request, case_id: UUID) -> Response:
        """Withdraw an open case: what waits is cancelled, what is stored stays."""
        NoFields(data=request.data).is_valid(raise_exception=True)
        intake.withdraw(case=case_of(request, case_id), by=signed_in(request))
        return Response(_shown(request, case_id))


def _shown(request: Request, case_id: UUID) -> dict[str, Any]:
    return CaseSerializer(case_of(request, case_id), context={"request": request}).data
