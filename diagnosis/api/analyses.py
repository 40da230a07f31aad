from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from diagnosis.api.known import KnownParameters, NoFields
from diagnosis.api.links import linked
from diagnosis.api.pagination import Pages
from diagnosis.api.refusals import ASK_AGAIN_AFTER
from diagnosis.api.signed_in import signed_in
from diagnosis.blindness import require_sees_machine
from diagnosis.choices import AnalysisStatus, Outcome, Subtype
from diagnosis.models import Analysis, Cell, Smear
from diagnosis.services import analyses

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[200, 201, 202], description="The address to go on with."
)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[200, 202],
    description="Seconds after which to ask again; only while the analysis is queued or running.",
)


# What speaks of a class, as it is shown of an image that has none.
OF_A_CLASS: dict[str, Any] = {
    "probabilities": None,
    "prediction_set": [],
    "activation_map": None,
    "activation_inside": None,
}


class Failure(serializers.Serializer[Any]):
    """Why an analysis failed for good."""

    code = serializers.CharField(source="failure_code")
    sentence = serializers.CharField(source="failure_sentence")


class AnalysisSummary(serializers.ModelSerializer[Analysis]):
    """How far one run of the engine is, and what came of it."""

    url = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    leukocytes = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()

    class Meta:
        model = Analysis
        fields: tuple[str, ...] = ("id", "url", "status", "outcome", "leukocytes", "failure")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields; one is named by a word that Python reserves."""
        return {**super().get_fields(), "class": serializers.SerializerMethodField("get_class")}

    def get_url(self, analysis: Analysis) -> str:
        """Return the address to poll."""
        return linked(self, "analysis", analysis_id=analysis.pk)

    def get_outcome(self, analysis: Analysis) -> Outcome | None:
        """Return what the engine could say; null until it has answered."""
        return Outcome(analysis.outcome) if analysis.outcome else None

    def get_leukocytes(self, analysis: Analysis) -> int | None:
        """Return how many leukocytes the engine found; null until it has answered."""
        return analysis.leukocytes if analysis.outcome else None

    def get_class(self, analysis: Analysis) -> Subtype | None:
        """Return the class; null unless the outcome is `classified`."""
        return Subtype(analysis.predicted_class) if analysis.predicted_class else None

    def to_representation(self, analysis: Analysis) -> dict[str, Any]:
        """Return the analysis; to a blind reader it is only said how far it is."""
        shown = super().to_representation(analysis)
        if self.context.get("hides_machine"):
            shown |= dict.fromkeys(("outcome", "class", "leukocytes"))
        return shown

    @extend_schema_field(Failure(allow_null=True))
    def get_failure(self, analysis: Analysis) -> dict[str, str] | None:
        """Return why the analysis failed for good; null unless it did."""
        return Failure(analysis).data if analysis.status == AnalysisStatus.FAILED else None


class AnalysisSerializer(AnalysisSummary):
    """One run of the engine on one smear. Only a classified image names classes, in any field."""

    smear = serializers.SerializerMethodField()
    cells = serializers.SerializerMethodField()
    probabilities = serializers.DictField(child=serializers.FloatField(), allow_null=True)
    prediction_set = serializers.ListField(child=serializers.ChoiceField(choices=Subtype.choices))
    warnings = serializers.ListField(child=serializers.CharField())
    timings_ms = serializers.DictField(child=serializers.FloatField())
    pins = serializers.DictField(child=serializers.CharField())

    class Meta(AnalysisSummary.Meta):
        fields = (
            *AnalysisSummary.Meta.fields,
            "smear",
            "cells",
            "priority",
            "attempts",
            "queued_at",
            "started_at",
            "finished_at",
            "probabilities",
            "prediction_set",
            "blast_suspect",
            "quality",
            "novelty",
            "refusal",
            "activation_map",
            "activation_inside",
            "warnings",
            "timings_ms",
            "pins",
        )

    def get_smear(self, analysis: Analysis) -> str:
        """Return the smear's address."""
        return linked(self, "smear", smear_id=analysis.smear_id)

    def get_cells(self, analysis: Analysis) -> str:
        """Return the address of the cells' list."""
        return linked(self, "cells", analysis_id=analysis.pk)

    def to_representation(self, analysis: Analysis) -> dict[str, Any]:
        """Return the analysis; an image without a class shows nothing that speaks of one."""
        shown = super().to_representation(analysis)
        if self.context.get("hides_machine"):
            return {**shown, **OF_A_CLASS, "blast_suspect": None, "quality": None, "novelty": None, "warnings": []}
        return shown if analysis.predicted_class else {**shown, **OF_A_CLASS}


class CellSerializer(serializers.ModelSerializer[Cell]):
    """One leukocyte; lengths and areas in pixels of the stored image."""

    contribution = serializers.SerializerMethodField()

    class Meta:
        model = Cell
        exclude = ("id", "analysis")

    def get_contribution(self, cell: Cell) -> float | None:
        """Return the share of the class' evidence inside the cell; null for an image without a class."""
        return cell.contribution if cell.analysis.predicted_class else None


class AnalysisView(KnownParameters, generics.RetrieveAPIView[Analysis]):
    """One analysis."""

    serializer_class = AnalysisSerializer
    queryset = Analysis.objects.none()
    lookup_url_kwarg = "analysis_id"

    def get_queryset(self) -> QuerySet[Analysis]:
        """Return the analyses of the user's clinics."""
        return Analysis.objects.visible_to(signed_in(self.request)).select_related("smear__case")

    @extend_schema(parameters=[RETRY_AFTER], operation_id="analysis")
    def get(self, *_: Any, **__: Any) -> Response:
        """Return how far the analysis is and what came of it; poll this, with the pause that `Retry-After` asks."""
        analysis = self.get_object()
        if not analysis.is_active:
            require_sees_machine(signed_in(self.request), analysis.smear.case)
        return Response(self.get_serializer(analysis).data, headers=pause(analysis))


class CellsView(KnownParameters, generics.ListAPIView[Cell]):
    """The leukocytes that an analysis found, by number."""

    serializer_class = CellSerializer
    queryset = Cell.objects.none()

    class Pagination(Pages):
        ordering = ("number",)

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[Cell]:
        """Return the cells of one analysis of the user's clinics."""
        visible = Analysis.objects.visible_to(signed_in(self.request)).select_related("smear__case")
        analysis = get_object_or_404(visible, pk=self.kwargs["analysis_id"])
        require_sees_machine(signed_in(self.request), analysis.smear.case)
        return analysis.cells.all()


class SmearAnalysesView(KnownParameters, generics.ListAPIView[Analysis]):
    """The analyses of a smear, newest first."""

    serializer_class = AnalysisSummary
    queryset = Analysis.objects.none()

    class Pagination(Pages):
        ordering = ("-queued_at", "-id")

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[Analysis]:
        """Return the analyses of one smear of the user's clinics."""
        smear = self.smear()
        require_sees_machine(signed_in(self.request), smear.case)
        return smear.analyses.all()

    def smear(self) -> Smear:
        """Return the smear if it is of one of the user's clinics."""
        visible = Smear.objects.visible_to(signed_in(self.request)).select_related("case__clinic")
        return get_object_or_404(visible, pk=self.kwargs["smear_id"])

    @extend_schema(
        request=None,
        parameters=[LOCATION, RETRY_AFTER],
        responses={202: OpenApiResponse(AnalysisSerializer, description="Queued; poll the Location.")},
        operation_id="analysis_run_again",
    )
    def post(self, request: Request, smear_id: UUID) -> Response:  # noqa: ARG002 - the view reads it from its kwargs
        """Run the engine on the smear again; earlier results stay as they are."""
        NoFields(data=request.data).is_valid(raise_exception=True)
        analysis = analyses.run_again(smear=self.smear(), by=signed_in(request), at=timezone.now())
        data = AnalysisSerializer(analysis, context=self.get_serializer_context()).data
        return Response(data, status=status.HTTP_202_ACCEPTED, headers={"Location": data["url"], **pause(analysis)})


def pause(analysis: Analysis) -> dict[str, str]:
    """Return the header that tells when to ask again, while there is something to wait for."""
    return {"Retry-After": str(ASK_AGAIN_AFTER)} if analysis.is_active else {}
