import pytest
from django.utils import timezone

from diagnosis.services import analyses, intake
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db
NO_CLASS = {"outcome": "abstained", "predicted_class": "", "blast_suspect": None}
CLASSES = ("benign", "early", "pre", "pro")


@pytest.fixture
def specialist():
    return factories.specialist(factories.ClinicFactory.create())


def shown(user, result):
    case = factories.analysed_case(by=user, results=[result])
    return software(user).send("GET", f"analyses/{case.smears.get().analyses.get().pk}/")


def test_leukocytes_are_unknown_until_the_engine_has_answered(specialist):
    smear = factories.smear(factories.case(by=specialist))

    def leukocytes():
        analysis = intake.newest_analysis(smear)
        return software(specialist).send("GET", f"analyses/{analysis.pk}/").json()["leukocytes"]

    assert leukocytes() is None
    factories.analyse(smear, factories.unanswered("unsuitable"))
    assert leukocytes() == 0


def test_classified_analysis_shows_all_that_the_engine_said(specialist):
    answer = shown(specialist, factories.machine_result("pre", prediction_set=["pre", "pro"]))
    assert "Retry-After" not in answer
    body = answer.json()
    assert (body["status"], body["outcome"], body["class"]) == ("succeeded", "classified", "pre")
    assert set(body["probabilities"]) == set(CLASSES)
    assert sum(body["probabilities"].values()) == pytest.approx(1.0)
    assert body["prediction_set"] == ["pre", "pro"]
    assert body["blast_suspect"] is True
    assert body["quality"]["passed"] is True
    assert body["novelty"] == {"score": 0.3, "threshold": 1.0}
    assert body["pins"] == factories.PINS
    assert body["timings_ms"]["total"] == 25.0
    assert body["leukocytes"] == 10
    assert body["failure"] is None


@pytest.mark.parametrize("outcome", ["abstained", "novel", "unsuitable"])
def test_image_without_a_class_names_none_in_any_field(specialist, outcome):
    result = factories.unanswered(outcome, prediction_set=["benign", "early"])
    answer = shown(specialist, result)
    assert answer.json()["outcome"] == outcome
    assert answer.json()["blast_suspect"] is answer.json()["activation_map"] is None
    values = str([value for name, value in answer.json().items() if not name.startswith("class")])
    assert not any(name in values for name in CLASSES)


def test_cells_of_an_image_without_a_class_contribute_to_none(specialist):
    body = shown(specialist, factories.machine_result(cells=1, **NO_CLASS)).json()
    assert [cell["contribution"] for cell in software(specialist).get(body["cells"]).json()["results"]] == [None]


def test_failed_analysis_says_why(specialist):
    case = factories.case(by=specialist)
    smear = factories.smear(case)
    for _ in range(analyses.MAX_ATTEMPTS):
        claim = analyses.claim(smear.analyses.get().pk, by="w", at=timezone.now())
        analyses.give_back(claim, code="engine_error", sentence="Try again.", rule=factories.rule, at=timezone.now())
    answer = software(specialist).send("GET", f"analyses/{smear.analyses.get().pk}/")
    assert answer.json()["status"] == "failed"
    assert answer.json()["failure"] == {"code": "engine_error", "sentence": "Try again."}
    assert answer.json()["outcome"] is None
    assert "Retry-After" not in answer


def test_cells_come_by_number_in_pages(specialist):
    url = shown(specialist, factories.machine_result(cells=5)).json()["cells"]
    client, numbers = software(specialist), []
    url += "?page_size=2"
    while url:
        page = client.get(url).json()
        numbers += [cell["number"] for cell in page["results"]]
        url = page["next"]
    assert numbers == [1, 2, 3, 4, 5]
    cell = client.get(shown(specialist, factories.machine_result(cells=1)).json()["cells"]).json()["results"][0]
    assert cell["contour"][0] == [cell["x"], cell["y"]]
    assert 0 <= cell["nucleus_to_cell"] <= 1
    assert cell["chromatin_contrast"] == 0.08
    shape = ("area", "nucleus_area", "perimeter", "circularity", "solidity", "mean_colour")
    assert [cell[name] for name in shape] == [900.0, 400.0, 120.0, 0.78, 1.0, [120, 70, 150]]


def test_run_again_makes_another_analysis_and_keeps_the_first(specialist):
    case = factories.analysed_case(by=specialist, results=[factories.machine_result()])
    path = f"smears/{case.smears.get().pk}/analyses/"
    client = software(specialist)
    again = client.send("POST", path)
    assert (again.status_code, again["Location"], again["Retry-After"]) == (202, again.json()["url"], "2")
    assert [row["status"] for row in client.send("GET", path).json()["results"]] == ["queued", "succeeded"]
    busy = client.send("POST", path)
    assert (busy.status_code, code(busy)) == (409, "analysis_active")
