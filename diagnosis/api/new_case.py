"""What opens a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from diagnosis.api.known import KnownFields
from diagnosis.models import Case, Device
from diagnosis.permissions import Permission, clinics_where

if TYPE_CHECKING:
    from diagnosis.models import User

COUNTS = {
    "haemoglobin": "In g/L, 20 to 300: 9.5 g/dL is 95.",
    "white_cells": "In 10⁹/L, at most 2000: 12 000 per µL is 12.",
    "platelets": "In 10⁹/L, at most 10000: 150 000 per µL is 150.",
}
NO_MICROSCOPE = "None of the clinics where you submit has a microscope of this id. The list of clinics shows them."
FACTS = (
    "specimen",
    "stain",
    "device",
    "clinical_notes",
    "treatment",
    *COUNTS,
)


class NewCase(KnownFields, serializers.ModelSerializer[Case]):
    """What opens a case."""

    patient = serializers.UUIDField(help_text="The patient's id.")
    accession = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="Left out, the clinic's next number is given."
    )
    microscope = serializers.PrimaryKeyRelatedField(
        queryset=Device.objects.none(),
        required=False,
        allow_null=True,
        error_messages=dict.fromkeys(("does_not_exist", "incorrect_type"), NO_MICROSCOPE),
        help_text="One of the clinic's microscopes, as the list of clinics shows them; it gives the images a scale.",
    )

    class Meta:
        model = Case
        fields = ("patient", "accession", "priority", "microscope", *FACTS)
        extra_kwargs = {name: {"min_value": 0, "help_text": unit} for name, unit in COUNTS.items()}

    def __init__(self, *args: Any, by: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if by:
            clinics = clinics_where(by, Permission.SUBMIT)
            self.fields["microscope"].queryset = Device.objects.in_use_at(clinics)  # type: ignore[attr-defined]
