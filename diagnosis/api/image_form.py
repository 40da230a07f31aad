"""The form that brings one image of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from diagnosis.api.known import KnownFields

if TYPE_CHECKING:
    from rest_framework.request import Request


@extend_schema_field(OpenApiTypes.BINARY)
class ImageField(serializers.FileField):
    """A file of a form; DRF's own is described by the address that it answers with."""


class ImageUpload(KnownFields):
    """The multipart form."""

    image = ImageField(help_text="JPEG, PNG, TIFF, BMP, WebP or a still GIF; one image, 8 bits a channel, RGB or grey.")


def one_image(request: Request) -> BinaryIO:
    """Return the image that the form holds; a form with several is refused whole, so that none is lost unseen."""
    sent: list[BinaryIO] = request.FILES.getlist("image")
    if not sent:
        raise serializers.ValidationError(
            {"image": "Send the image as a file in the multipart field `image`."}, code="required"
        )
    if len(sent) > 1:
        raise serializers.ValidationError(
            {"image": f"This form holds {len(sent)} images, and none was stored. Send each in a request of its own."},
            code="invalid",
        )
    return sent[0]
