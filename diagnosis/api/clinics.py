from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response

from diagnosis.api.known import KnownParameters
from diagnosis.api.pagination import Pages
from diagnosis.api.signed_in import signed_in
from diagnosis.choices import Role
from diagnosis.errors import NotFound
from diagnosis.models import Clinic, Device, Membership, User

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class MeSerializer(serializers.ModelSerializer[User]):
    """Who asks."""

    name = serializers.CharField(source="signature_name", help_text="As it stands under a report.")

    class Meta:
        model = User
        fields = ("username", "name", "is_service_account")


class MicroscopeSerializer(serializers.ModelSerializer[Device]):
    """A microscope that a case of the clinic may name."""

    class Meta:
        model = Device
        fields = ("id", "name", "micrometres_per_pixel")


class ClinicSerializer(serializers.ModelSerializer[Clinic]):
    """A clinic and what the asking user does there."""

    roles = serializers.SerializerMethodField()
    microscopes = MicroscopeSerializer(source="devices", many=True)

    class Meta:
        model = Clinic
        fields = ("slug", "name", "stores_names", "minimum_images", "minimum_leukocytes", "roles", "microscopes")

    def get_roles(self, clinic: Clinic) -> list[Role]:
        """Return the asking user's roles."""
        return [Role(membership.role) for membership in clinic.memberships.all()]


class MeView(KnownParameters):
    """The account that the token belongs to."""

    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request: Request) -> Response:
        """Return who asks."""
        return Response(MeSerializer(signed_in(request)).data)


class ClinicsView(KnownParameters, generics.ListAPIView[Clinic]):
    """The clinics where the asking user has a role, by name."""

    serializer_class = ClinicSerializer
    queryset = Clinic.objects.none()

    class Pagination(Pages):
        ordering = ("name",)

    pagination_class = Pagination

    def get_queryset(self) -> QuerySet[Clinic]:
        """Return the user's clinics, each with the user's own memberships alone."""
        user = signed_in(self.request)
        own = Prefetch("memberships", Membership.objects.filter(user=user).order_by("role"))
        clinics = Clinic.objects.visible_to(user)
        microscopes = Prefetch("devices", Device.objects.in_use_at(clinics).order_by("name"))
        return clinics.prefetch_related(own, microscopes)


def clinic_of(request: Request, slug: str) -> Clinic:
    """Return the clinic of this short name if the asking user has a role there."""
    clinic = Clinic.objects.visible_to(signed_in(request)).filter(slug=slug).first()
    if clinic is None:
        raise NotFound("None of your clinics has this short name. The list of clinics shows them.")
    return clinic
