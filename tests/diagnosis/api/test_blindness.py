"""What the API tells a specialist who reads the case blind, and from when on it tells all."""

import json

import pytest

from diagnosis.services import reviews
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(reads_blind=True)


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)


@pytest.fixture
def reader(clinic):
    return factories.specialist(clinic)


def addresses(case):
    smear = case.smears.first()
    analysis = smear.analyses.get()
    return [
        f"cases/{case.pk}/stage-report/",
        f"cases/{case.pk}/stage-report.pdf",
        f"smears/{smear.pk}/analyses/",
        f"analyses/{analysis.pk}/",
        f"analyses/{analysis.pk}/cells/",
    ]


def test_results_are_refused_until_the_opinion_is_committed(case, reader):
    client = software(reader)
    for address in addresses(case):
        answer = client.send("GET", address)
        assert (answer.status_code, code(answer)) == (403, "blind"), address
    opinion = reviews.decide(case=case, by=reader, finding="blasts_suspected")
    reviews.commit(review=opinion, by=reader)
    assert [client.send("GET", address).status_code for address in addresses(case)] == [200] * 5


def test_case_and_its_smears_name_no_class_and_no_outcome(case, reader):
    for address in (f"cases/{case.pk}/", f"cases/{case.pk}/smears/"):
        words = json.dumps(software(reader).send("GET", address).json())
        assert '"succeeded"' in words
        assert "early" not in words
        assert "classified" not in words


def test_same_image_again_tells_nothing_either(case, reader):
    with case.smears.first().image.open("rb") as file:
        answer = software(reader).upload(case, file.read())
    assert answer.status_code == 200
    assert answer.json()["analysis"]["outcome"] is None
    assert answer.json()["analysis"]["probabilities"] is None


@pytest.mark.parametrize("role", ["submitter", "administrator"])
def test_who_does_not_read_sees_what_they_saw_before(case, role):
    client = software(factories.member(case.clinic, role))
    assert [client.send("GET", address).status_code for address in addresses(case)] == [200] * 5
