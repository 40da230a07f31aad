"""Images in pieces, by tus 1.0.0: any tus client can send them over a line that breaks."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from diagnosis import tus
from diagnosis.api.known import KnownParameters
from diagnosis.api.links import linked
from diagnosis.api.signed_in import case_of, signed_in
from diagnosis.errors import CaseClosed, ImageRefused
from diagnosis.models import Upload
from diagnosis.services import intake
from diagnosis.services import uploads as service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from rest_framework.request import Request


def _header(name: str, words: str, *, answers: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=words, response=answers)


VERSION = _header("Tus-Resumable", "1.0.0")
OFFSET = _header("Upload-Offset", "How many bytes have arrived.", answers=True)
LENGTH = _header("Upload-Length", "How many bytes the file has.", answers=True)
PIECE_BEGINS = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, description="Where the piece begins."
)


class Check(serializers.Serializer[Any]):
    """What the instant check saw; the analysis says more."""

    passed = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    advice = serializers.ListField(child=serializers.CharField())
    leukocytes = serializers.IntegerField(required=False)


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file that comes in pieces."""

    url = serializers.SerializerMethodField()
    case = serializers.UUIDField(source="draft")
    check = serializers.SerializerMethodField()
    smear = serializers.SerializerMethodField()
    analysis = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = (
            "id",
            "url",
            "case",
            "state",
            "size",
            "received",
            "sha256",
            "refusal_code",
            "check",
            "smear",
            "analysis",
        )

    def get_url(self, upload: Upload) -> str:
        """Return the upload's address."""
        return linked(self, "upload", upload_id=upload.pk)

    @extend_schema_field(Check(allow_null=True))
    def get_check(self, upload: Upload) -> dict[str, Any] | None:
        """Return what the instant check saw; null until it has looked."""
        found: dict[str, Any] | None = upload.check_result
        return found and {name: value for name, value in found.items() if name in Check().fields}

    def get_smear(self, upload: Upload) -> str | None:
        """Return the address of the smear that was made of it."""
        return linked(self, "smear", smear_id=upload.smear_id) if upload.smear_id else None

    def get_analysis(self, upload: Upload) -> str | None:
        """Return the address of the analysis to poll."""
        return linked(self, "analysis", analysis_id=intake.newest_analysis(upload.smear).pk) if upload.smear else None


class Pieces(BaseParser):
    """Hands the bytes on as they come."""

    media_type = tus.PIECES

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - DRF's interface
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> Any:
        """Return the stream."""
        return stream


class SpeaksTus(KnownParameters):
    """Answers as the protocol asks, refusals too."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Say which version is spoken."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in tus.spoken(answer.status_code).items():
            answer[name] = value
        return answer


class UploadsView(SpeaksTus):
    """The files that come in pieces."""

    @extend_schema(
        request=None,
        parameters=[
            VERSION,
            _header("Upload-Length", "How many bytes the file has."),
            _header("Upload-Metadata", "`case`: its id; `sha256`: the file's, in hex; `name`. Values in Base64."),
            _header("Location", "Where to send the pieces.", answers=True),
        ],
        responses={201: OpenApiResponse(description="Begun, or known: ask by HEAD how far it is.")},
        operation_id="upload_begin",
    )
    def post(self, request: Request) -> Response:
        """Begin to upload one image of a case in pieces (tus 1.0.0, creation)."""
        tus.require_version(request.headers)
        file, _said = tus.announced(request.headers, draft="case")
        case_of(request, file.draft)
        upload = service.begin(file, by=signed_in(request))
        address = request.build_absolute_uri(reverse("api:upload", args=[upload.pk]))
        return Response(status=status.HTTP_201_CREATED, headers={**tus.standing(upload), "Location": address})

    def options(self, *_args: Any, **_kwargs: Any) -> Response:
        """Say what of tus is spoken here."""
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.discovery())


class UploadView(SpeaksTus):
    """One file that comes in pieces."""

    parser_classes = (Pieces,)

    @extend_schema(responses=UploadSerializer, operation_id="upload_retrieve")
    def get(self, request: Request, upload_id: UUID) -> Response:
        """Return how the upload stands, and its smear once it is one; it stays `whole` where its case closed before."""
        upload = _settled(request, upload_id)
        return Response(UploadSerializer(upload, context={"request": request}).data, headers=tus.standing(upload))

    @extend_schema(
        parameters=[VERSION, OFFSET, LENGTH],
        responses={200: OpenApiResponse(description="How far it is, in the headers alone.")},
        operation_id="upload_offset",
    )
    def head(self, request: Request, upload_id: UUID) -> Response:
        """Return how far the upload is (tus 1.0.0)."""
        tus.require_version(request.headers)
        return Response(headers=tus.standing(_settled(request, upload_id)))

    @extend_schema(
        request={tus.PIECES: OpenApiTypes.BINARY},
        parameters=[VERSION, PIECE_BEGINS, OFFSET],
        responses={204: OpenApiResponse(description="Taken; with the last byte the image joins its case.")},
        operation_id="upload_append",
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Append the next bytes (tus 1.0.0); what came before a line breaks is kept."""
        tus.require_version(request.headers)
        upload = _own(request, upload_id)
        pieces: Any = request.data if request.stream else io.BytesIO()
        upload = service.receive(
            upload, pieces, offset=tus.offset_of(request.headers), length=tus.length_of(request.headers)
        )
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.standing(upload))

    @extend_schema(request=None, responses={204: None}, operation_id="upload_discard")
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Forget an upload (tus 1.0.0, termination); a smear that was made of it stays."""
        service.discard(_own(request, upload_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own(request: Request, upload_id: UUID) -> Upload:
    own = Upload.objects.of(signed_in(request)).select_related("by", "clinic", "smear")
    return get_object_or_404(own, pk=upload_id)


def _settled(request: Request, upload_id: UUID) -> Upload:
    """Return the upload as far as it goes; what keeps it from being a smear is no reason not to say how it stands."""
    upload = _own(request, upload_id)
    try:
        return service.settle(upload)
    except (ImageRefused, CaseClosed):
        upload.refresh_from_db()
        return upload
