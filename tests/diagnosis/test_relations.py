"""The administration, its theme too, speaks the language of its page."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.utils.translation import gettext, override

from tests import factories

RELATIONS = [
    field
    for model in apps.get_app_config("diagnosis").get_models()
    for field in model._meta.local_fields
    if isinstance(field, ForeignKey)
]


def test_every_relation_is_named_in_persian():
    with override("fa"):
        bare = {str(field) for field in RELATIONS if str(field.verbose_name).isascii()}
    assert bare == set()


@pytest.mark.django_db
def test_heads_of_a_list_in_the_administration_are_persian(client):
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True, language="fa"))
    factories.analysed_case()
    page = client.get("/admin/diagnosis/case/", headers={"Accept-Language": "fa"}).content.decode()
    assert ">درمانگاه<" in "".join(page.split())


@pytest.mark.django_db
def test_words_of_the_administrations_theme_are_persian(client):
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True, language="fa"))
    page = client.get("/admin/diagnosis/clinic/", headers={"Accept-Language": "fa"}).content.decode()
    with override("fa"):
        assert gettext("Search apps and models...") in page
    for english in ("Search apps and models", "Type to search", "No results found", "Light", "Dark"):
        assert english not in page
