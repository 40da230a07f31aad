from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from diagnosis.api.analyses import LOCATION
from diagnosis.api.clinics import clinic_of
from diagnosis.api.known import KnownFields, KnownParameters
from diagnosis.api.links import linked
from diagnosis.api.pagination import Pages
from diagnosis.api.signed_in import signed_in
from diagnosis.models import Patient
from diagnosis.services import intake

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class PatientSerializer(KnownFields, serializers.ModelSerializer[Patient]):
    """A patient, known by the clinic's own number."""

    url = serializers.SerializerMethodField()
    clinic = serializers.SlugField(source="clinic.slug")

    class Meta:
        model = Patient
        fields = ("id", "url", "clinic", "number", "name", "year_of_birth", "sex", "created_at")
        read_only_fields = ("created_at",)
        extra_kwargs = {
            "year_of_birth": {"min_value": 1880, "help_text": "Not in the future."},
            "name": {"help_text": "Only where the clinic stores names."},
        }
        # The service answers for a number that is taken, with a code of its own.
        validators = ()

    def validate_year_of_birth(self, year: int | None) -> int | None:
        """Refuse a year in which nobody is born yet."""
        now = timezone.now().year
        if year is not None and year > now:
            raise serializers.ValidationError(f"Ensure this value is less than or equal to {now}.", code="max_value")
        return year

    def get_url(self, patient: Patient) -> str:
        """Return the patient's address."""
        return linked(self, "patient", patient_id=patient.pk)


class PatientFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """The list's filters."""

    clinic = filters.CharFilter("clinic__slug", help_text="The clinic's short name.")
    number = filters.CharFilter("number", "iexact", help_text="The clinic's own number, whole; capitals do not matter.")

    class Meta:
        model = Patient
        fields = ()


class PatientsView(KnownParameters, generics.ListCreateAPIView[Patient]):
    """The patients of the user's clinics, newest first."""

    serializer_class = PatientSerializer
    filterset_class = PatientFilter
    queryset = Patient.objects.none()

    class Pagination(Pages):
        ordering = ("-created_at", "-id")

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[Patient]:
        """Return the patients of the user's clinics."""
        return Patient.objects.visible_to(signed_in(self.request)).select_related("clinic")

    @extend_schema(parameters=[LOCATION], operation_id="patient_create", filters=False)
    def post(self, request: Request, *_: Any, **__: Any) -> Response:
        """Register a patient under the clinic's own number."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        facts = dict(serializer.validated_data)
        clinic = clinic_of(request, facts.pop("clinic")["slug"])
        patient = intake.register_patient(clinic=clinic, by=signed_in(request), **facts)
        data = self.get_serializer(patient).data
        return Response(data, status=status.HTTP_201_CREATED, headers={"Location": data["url"]})


class PatientView(KnownParameters, generics.RetrieveAPIView[Patient]):
    """One patient."""

    serializer_class = PatientSerializer
    lookup_url_kwarg = "patient_id"
    queryset = Patient.objects.none()

    def get_queryset(self) -> QuerySet[Patient]:
        """Return the patients of the user's clinics."""
        return Patient.objects.visible_to(signed_in(self.request)).select_related("clinic")
