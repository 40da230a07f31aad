from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from pytest_django import Settings
from rest_framework.test import APIRequestFactory

from diagnosis.choices import Role
from diagnosis.models import Clinic, Membership, OnCall, User
from diagnosis.permissions import Permission, may

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _local_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)


def output_of(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_demo_has_enough_people_for_every_part_and_prints_each() -> None:
    printed = output_of("create_demo", "--password", "a-demo-password")

    clinic = Clinic.objects.get(slug="demo")
    roles = dict(Membership.objects.filter(clinic=clinic).values_list("user__username", "role"))
    readers = dict.fromkeys(("specialist", "colleague", "senior"), Role.SPECIALIST)
    assert roles == {"doctor": Role.SUBMITTER, **readers, "administrator": Role.ADMINISTRATOR}
    assert list(clinic.on_call.order_by("rank").values_list("user__username", flat=True)) == ["specialist", "colleague"]
    for user in User.objects.all():
        assert user.check_password("a-demo-password")
        assert user.signature_name in printed
    assert "a-demo-password" in printed
    assert printed.count("and operator") == 1
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["administrator"]


def test_the_demo_made_twice_is_the_same_demo() -> None:
    output_of("create_demo")
    before = list(User.objects.order_by("pk").values_list("pk", "password"))

    output_of("create_demo")

    assert list(User.objects.order_by("pk").values_list("pk", "password")) == before
    assert Clinic.objects.count() == 1
    assert Membership.objects.count() == 5
    assert OnCall.objects.count() == 2


def test_the_demo_keeps_what_people_changed_since() -> None:
    output_of("create_demo")
    Clinic.objects.filter(slug="demo").update(name="Our trial clinic", minimum_images=5)
    User.objects.filter(username="doctor").update(last_name="Ahmadi")

    output_of("create_demo")

    assert Clinic.objects.values_list("name", "minimum_images").get(slug="demo") == ("Our trial clinic", 5)
    assert User.objects.get(username="doctor").last_name == "Ahmadi"


def test_the_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "from-the-environment")
    output_of("create_demo")
    assert User.objects.get(username="doctor").check_password("from-the-environment")


@pytest.mark.parametrize("hosts", [["clinic.example"], ["127.0.0.1", "*"], [".example"]])
def test_the_demo_is_refused_on_a_server_that_others_can_reach(settings: Settings, hosts: list[str]) -> None:
    settings.ALLOWED_HOSTS = hosts
    with pytest.raises(CommandError, match="make real users in the admin"):
        output_of("create_demo")
    assert not User.objects.exists()


def test_a_service_account_signs_in_with_the_printed_token_and_with_nothing_else() -> None:
    clinic = Clinic.objects.create(name="North", slug="north")

    token = output_of("create_service_account", "lab-system", "--clinic", "north").strip()

    user, _ = TokenAuthentication().authenticate(
        APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Token {token}"),
    )
    assert user.username == "lab-system"
    assert user.is_service_account
    assert not user.has_usable_password()
    assert may(user, Permission.SUBMIT, clinic)
    assert not AuthToken.objects.filter(digest=token).exists()


def test_a_service_account_of_a_specialist_still_cannot_sign() -> None:
    clinic = Clinic.objects.create(name="North", slug="north")
    output_of("create_service_account", "reader", "--clinic", "north", "--role", "specialist")
    assert not may(User.objects.get(username="reader"), Permission.SIGN, clinic)


def test_asking_again_gives_a_further_token_of_the_same_account() -> None:
    Clinic.objects.create(name="North", slug="north")
    first = output_of("create_service_account", "lab-system", "--clinic", "north")
    second = output_of("create_service_account", "lab-system", "--clinic", "north")
    assert first != second
    assert User.objects.count() == 1
    assert AuthToken.objects.count() == 2


@pytest.mark.parametrize("name", ["dr.karimi", "south-system"])
def test_a_name_that_belongs_to_someone_else_is_refused(name: str) -> None:
    Clinic.objects.create(name="North", slug="north")
    Clinic.objects.create(name="South", slug="south")
    User.objects.create_user("dr.karimi")
    output_of("create_service_account", "south-system", "--clinic", "south")

    with pytest.raises(CommandError, match="Choose another name"):
        output_of("create_service_account", name, "--clinic", "north")

    assert AuthToken.objects.count() == 1


def test_an_unknown_clinic_is_refused() -> None:
    with pytest.raises(CommandError, match="no clinic with the short name nowhere"):
        output_of("create_service_account", "lab-system", "--clinic", "nowhere")
