from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response

from diagnosis.api.known import KnownParameters
from diagnosis.api.links import linked
from diagnosis.api.negotiation import OneForm
from diagnosis.api.pagination import Pages
from diagnosis.api.refusals import ASK_AGAIN_AFTER
from diagnosis.api.signed_in import case_of, signed_in
from diagnosis.models import SignedReport
from diagnosis.rendering.printed import file_name, printed
from diagnosis.services import report_reading

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from diagnosis.models import Case

STATUSES = (report_reading.PARTIAL, report_reading.FINAL, report_reading.AMENDED)
VERSION = OpenApiParameter("version", int, description="A signed version; left out, the newest.")
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="Seconds after which to ask again; only while images are outstanding.",
)


class VersionQuery(serializers.Serializer[Any]):
    """The query of a report."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=32_767)


class SignedVersionSerializer(serializers.ModelSerializer[SignedReport]):
    """One signed version of a case's report."""

    url = serializers.SerializerMethodField()
    signed_by = serializers.CharField(source="signed_by.signature_name")

    class Meta:
        model = SignedReport
        fields = ("id", "url", "version", "signed_by", "signed_at", "meaning", "amendment_reason", "sha256", "code")

    def get_url(self, signed: SignedReport) -> str:
        """Return the address of the version's content."""
        return f"{linked(self, 'stage-report', case_id=signed.case_id)}?version={signed.version}"


class StageReportSerializer(serializers.Serializer[Any]):
    """A case's stage report: the machine's part while nobody has signed, then what was signed."""

    status = serializers.ChoiceField(
        choices=STATUSES, help_text="`partial`: the machine alone, unsigned. `final`, `amended`: signed."
    )
    signed = SignedVersionSerializer(allow_null=True)
    outstanding = serializers.IntegerField(
        help_text="How many images have no answer yet; until it is 0 the report is not final, and is asked for again."
    )
    content = serializers.DictField(
        help_text="What the report says; `signed.sha256` is the hash of exactly this. While nobody has signed, "
        "`machine.is_flagged` is null as long as an outstanding image may still raise the flag."
    )


class StageReportView(KnownParameters):
    """A case's stage report."""

    query_parameters = ("version",)

    @extend_schema(
        parameters=[VERSION, RETRY_AFTER],
        responses=StageReportSerializer,
        operation_id="stage_report",
        filters=False,
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """Return the newest report; go on asking while there is a `Retry-After`.

        While images are analysed it is 404 with `stage_report_not_ready`, unless the flag is raised already. After five
        minutes it is 200 as it stands, with what is `outstanding`.
        """
        _, report = _read(request, case_id)
        data = StageReportSerializer(report, context={"request": request}).data
        return Response(data, headers=_pause(report))


class StageReportPdfView(KnownParameters):
    """A case's stage report on paper."""

    query_parameters = ("version",)
    content_negotiation_class = OneForm

    @extend_schema(
        parameters=[VERSION, RETRY_AFTER],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        operation_id="stage_report_pdf",
    )
    def get(self, request: Request, case_id: UUID) -> HttpResponse:
        """Return the newest report as PDF; every page says whether it is unsigned, or not final at all."""
        case, report = _read(request, case_id)
        response = HttpResponse(printed(case, report), content_type="application/pdf", headers=_pause(report))
        named = content_disposition_header(as_attachment=False, filename=file_name(case, report))
        response["Content-Disposition"] = named or "inline"
        response["Cache-Control"] = "private, no-store"
        return response


class SignedVersionsView(KnownParameters, generics.ListAPIView[SignedReport]):
    """The signed versions of a case's report, newest first."""

    serializer_class = SignedVersionSerializer
    queryset = SignedReport.objects.none()

    class Pagination(Pages):
        ordering = ("-version",)

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[SignedReport]:
        """Return the versions of one case of the user's clinics."""
        return case_of(self.request, self.kwargs["case_id"]).signed_reports.select_related("signed_by")


def _read(request: Request, case_id: UUID) -> tuple[Case, report_reading.ReadReport]:
    case = case_of(request, case_id)
    query = VersionQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return case, report_reading.read(case=case, by=signed_in(request), **query.validated_data)


def _pause(report: report_reading.ReadReport) -> dict[str, str]:
    return {"Retry-After": str(ASK_AGAIN_AFTER)} if report.outstanding else {}
