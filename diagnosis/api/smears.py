from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from diagnosis.api.analyses import LOCATION, RETRY_AFTER, AnalysisSerializer, AnalysisSummary, pause
from diagnosis.api.image_form import ImageUpload, one_image
from diagnosis.api.known import KnownParameters
from diagnosis.api.links import linked
from diagnosis.api.negotiation import OneForm
from diagnosis.api.pagination import Pages
from diagnosis.api.signed_in import case_of, signed_in
from diagnosis.blindness import sees_machine
from diagnosis.errors import ImageGone
from diagnosis.kept import kept
from diagnosis.models import Analysis, Smear
from diagnosis.selectors import newest_analyses, same_images
from diagnosis.services import intake, pictures
from diagnosis.services.reading import note_image_read

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from diagnosis.models import Case


class AlsoIn(serializers.Serializer[Any]):
    """Another case that holds the same image."""

    case = serializers.URLField(
        allow_null=True, help_text="Null for a case of a clinic where you have no role, and while you read blind."
    )
    is_same_patient = serializers.BooleanField(help_text="If not, a slide or a file may have been mixed up.")


class SmearSerializer(serializers.ModelSerializer[Smear]):
    """One photographed field of a blood smear, as stored."""

    url = serializers.SerializerMethodField()
    case = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField()
    analyses = serializers.SerializerMethodField()
    also_in = serializers.SerializerMethodField()

    class Meta:
        model = Smear
        fields: tuple[str, ...] = (
            "id",
            "url",
            "case",
            "number",
            "image",
            "analyses",
            "media_type",
            "width",
            "height",
            "size",
            "sha256",
            "original_name",
            "uploaded_at",
            "also_in",
        )

    def get_url(self, smear: Smear) -> str:
        """Return the smear's address."""
        return linked(self, "smear", smear_id=smear.pk)

    def get_case(self, smear: Smear) -> str:
        """Return the case's address."""
        return linked(self, "case", case_id=smear.case_id)

    def get_image(self, smear: Smear) -> str:
        """Return the address of the stored image."""
        return linked(self, "smear-image", smear_id=smear.pk)

    def get_analyses(self, smear: Smear) -> str:
        """Return the address of the smear's analyses."""
        return linked(self, "smear-analyses", smear_id=smear.pk)

    @extend_schema_field(AlsoIn(many=True))
    def get_also_in(self, smear: Smear) -> list[dict[str, Any]]:
        """Return the other cases that hold the same image; for a list of smears the context holds them."""
        same, hides_machine = self.context.get("same_images"), self.context.get("hides_machine")
        user = signed_in(self.context["request"])
        if same is None:
            same = same_images(smear.case, seen_by=user)
        if hides_machine is None:
            hides_machine = not sees_machine(user, smear.case)
        return [
            {
                # The machine's answer on the same image stands there.
                "case": linked(self, "case", case_id=one.case.pk) if one.case and not hides_machine else None,
                "is_same_patient": one.is_same_patient,
            }
            for one in same
            if smear.number in one.numbers
        ]


class AnalysedSmearSerializer(SmearSerializer):
    """A smear with its newest analysis; the context holds `newest`, by smear, and `same_images`."""

    analysis = serializers.SerializerMethodField()

    class Meta(SmearSerializer.Meta):
        fields = (*SmearSerializer.Meta.fields, "analysis")

    @extend_schema_field(AnalysisSummary(allow_null=True))
    def get_analysis(self, smear: Smear) -> dict[str, Any] | None:
        """Return the newest analysis; null when the only one was cancelled."""
        analysis = self.context["newest"].get(smear.pk)
        return AnalysisSummary(analysis, context=self.context).data if analysis else None


class RegisteredSerializer(serializers.Serializer[Any]):
    """The stored smear and the analysis to poll."""

    smear = SmearSerializer()
    analysis = AnalysisSerializer()


class CaseSmearsView(KnownParameters, generics.ListAPIView[Smear]):
    """The smears of a case, by number."""

    serializer_class = AnalysedSmearSerializer
    parser_classes = (MultiPartParser,)
    queryset = Smear.objects.none()

    class Pagination(Pages):
        ordering = ("number",)

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[Smear]:
        """Return the smears of one case of the user's clinics."""
        case = case_of(self.request, self.kwargs["case_id"])
        self.newest = newest_by_smear(case)
        self.same_images = same_images(case, seen_by=signed_in(self.request))
        self.hides_machine = not sees_machine(signed_in(self.request), case)
        return case.smears.all()

    def get_serializer_context(self) -> dict[str, Any]:
        """Hand the newest analyses to the serializer, whether their results are hidden, and who else has the images."""
        known = {
            "newest": getattr(self, "newest", {}),
            "hides_machine": getattr(self, "hides_machine", False),
            "same_images": getattr(self, "same_images", None),
        }
        return {**super().get_serializer_context(), **known}

    @extend_schema(
        request={"multipart/form-data": ImageUpload},
        parameters=[LOCATION, RETRY_AFTER],
        responses={
            202: OpenApiResponse(RegisteredSerializer, description="Stored and queued; poll the Location."),
            200: OpenApiResponse(RegisteredSerializer, description="The case holds this image already."),
        },
        operation_id="smear_upload",
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Upload one image of the case; the same image again, whatever its metadata, is the same smear."""
        case = case_of(request, case_id)
        upload = one_image(request)
        ImageUpload().refuse_unknown(request.data)
        registered = intake.add_smear(case=case, by=signed_in(request), upload=upload, name=upload.name or "")
        self.hides_machine = not sees_machine(signed_in(request), case)
        data = RegisteredSerializer(registered, context=self.get_serializer_context()).data
        return Response(
            data,
            status=status.HTTP_202_ACCEPTED if registered.created else status.HTTP_200_OK,
            headers={"Location": data["analysis"]["url"], **pause(registered.analysis)},
        )


class SmearView(KnownParameters, generics.RetrieveAPIView[Smear]):
    """One smear."""

    serializer_class = SmearSerializer
    queryset = Smear.objects.none()
    lookup_url_kwarg = "smear_id"

    def get_queryset(self) -> QuerySet[Smear]:
        """Return the smears of the user's clinics."""
        return Smear.objects.visible_to(signed_in(self.request))


class SmearImageView(KnownParameters):
    """The stored image itself."""

    content_negotiation_class = OneForm

    @extend_schema(
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY, (200, "image/png"): OpenApiTypes.BINARY, 304: None},
        operation_id="smear_image",
    )
    def get(self, request: Request, smear_id: UUID) -> HttpResponse:
        """Return the image's bytes; they never change, and their ETag is their SHA-256."""
        found = Smear.objects.visible_to(signed_in(request)).select_related("case__clinic")
        smear = get_object_or_404(found, pk=smear_id)
        if smear.case.images_deleted_at:
            raise ImageGone
        note_image_read(smear, by=signed_in(request))
        response = kept(request, smear.sha256, lambda: _image(smear))
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _image(smear: Smear) -> HttpResponse:
    response = HttpResponse(pictures.whole(smear), content_type=smear.media_type)
    suffix = "jpg" if smear.media_type == "image/jpeg" else "png"
    # Our own name: the one that was sent may hold a patient's.
    response["Content-Disposition"] = f'inline; filename="smear-{smear.number}-{smear.sha256[:8]}.{suffix}"'
    return response


def newest_by_smear(case: Case) -> dict[UUID, Analysis]:
    """Return the newest analysis of each of the case's smears."""
    return {analysis.smear_id: analysis for analysis in newest_analyses(case)}
