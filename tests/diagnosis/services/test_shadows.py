from unittest import mock

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from kombu.exceptions import OperationalError

from diagnosis import queue, selectors
from diagnosis.models import ShadowResult
from diagnosis.services import reviews, shadows
from tests import factories

pytestmark = pytest.mark.django_db

MARKER = "drawn-in-shadow-9.9.9"


@pytest.fixture
def shadow(settings):
    settings.SHADOW_ARTEFACT = MARKER


@pytest.fixture
def sent():
    with mock.patch.object(queue.app, "send_task") as send:
        yield send


def analysed():
    return factories.analyse(factories.smear(factories.case()))


def test_no_artefact_is_in_shadow_unless_the_site_names_one(settings, sent, django_capture_on_commit_callbacks):
    assert settings.SHADOW_ARTEFACT == ""
    with django_capture_on_commit_callbacks(execute=True):
        analysed()
    assert [call.args[0] for call in sent.call_args_list] == ["workers.analyse"]


def test_shadow_is_rung_for_after_the_result_is_committed_and_by_id_alone(
    shadow, sent, django_capture_on_commit_callbacks
):
    smear = factories.smear(factories.case())
    with django_capture_on_commit_callbacks() as callbacks:
        analysis = factories.analyse(smear)
    assert sent.call_count == 0
    for callback in callbacks:
        callback()
    sent.assert_called_once_with("workers.shadow", args=[str(analysis.pk)], queue="shadow", retry=False)


@pytest.mark.parametrize("error", [OperationalError("down"), RuntimeError("broke")])
def test_a_result_is_kept_though_the_shadow_cannot_be_rung_for(shadow, sent, error, django_capture_on_commit_callbacks):
    smear = factories.smear(factories.case())
    sent.side_effect = error
    with django_capture_on_commit_callbacks(execute=True):
        analysis = factories.analyse(smear)
    assert analysis.status == "succeeded"


def test_each_artefact_has_one_result_of_an_analysis():
    analysis = analysed()
    first = factories.shadow_result(analysis, factories.machine_result("early"))
    again = factories.shadow_result(analysis, factories.machine_result("pre"))
    assert (again.pk, again.predicted_class) == (first.pk, "early")
    factories.shadow_result(analysis, artefact="second-1.0.0")
    assert analysis.shadow_results.count() == 2


def test_the_database_refuses_to_change_or_delete_a_result():
    row = factories.shadow_result(analysed())
    for change in (lambda: ShadowResult.objects.update(predicted_class="benign"), row.delete):
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update or delete"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": "guessed", "predicted_class": ""},
        {"outcome": "classified", "predicted_class": ""},
        {"outcome": "classified", "predicted_class": "late"},
        {"outcome": "novel", "predicted_class": "early"},
    ],
)
def test_the_database_refuses_what_no_engine_says(facts):
    analysis = analysed()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.shadow_result(analysis, factories.machine_result(**{"pins": {}, **facts}))


@pytest.mark.parametrize(
    ("active", "in_shadow", "comparison"),
    [
        (factories.machine_result("early"), factories.machine_result("early"), "same"),
        (factories.machine_result("early"), factories.machine_result("pro"), "different"),
        (factories.machine_result("benign"), factories.machine_result("pro"), "across"),
        (factories.machine_result("pro"), factories.machine_result("benign"), "across"),
        (factories.machine_result("benign"), factories.machine_result("benign"), "same"),
        (factories.machine_result("benign"), factories.unanswered("abstained"), "different"),
        (factories.unanswered("novel"), factories.machine_result("benign"), "different"),
        (factories.unanswered("novel"), factories.unanswered("unsuitable"), "different"),
        (factories.unanswered("novel"), factories.unanswered("novel"), "same"),
    ],
)
def test_how_a_result_compares(active, in_shadow, comparison):
    factories.shadow_result(factories.analyse(factories.smear(factories.case()), active), in_shadow)
    row = selectors.with_comparison(ShadowResult.objects.all()).get()
    assert row.comparison == comparison
    [counted] = selectors.agreement(selectors.with_comparison(ShadowResult.objects.all()))
    assert (counted.artefact, counted.active, counted.results) == (MARKER, "drawn-by-test", 1)
    assert (counted.same, counted.across) == (comparison == "same", comparison == "across")


def test_agreement_is_counted_for_each_two_artefacts():
    for active, in_shadow in (("a-1", "x-1"), ("a-1", "x-1"), ("a-1", "y-1"), ("b-1", "x-1")):
        said = factories.machine_result("early", pins=factories.PINS | {"artefact": active})
        analysis = factories.analyse(factories.smear(factories.case()), said)
        factories.shadow_result(analysis, artefact=in_shadow)
    counted = selectors.agreement(selectors.with_comparison(ShadowResult.objects.all()))
    assert [(each.artefact, each.active, each.results) for each in counted] == [
        ("x-1", "a-1", 2),
        ("x-1", "b-1", 1),
        ("y-1", "a-1", 1),
    ]


def test_image_of_is_the_smear_as_stored(shadow):
    analysis = analysed()
    with analysis.smear.image.open("rb") as file:
        assert shadows.image_of(analysis.pk) == file.read()


def test_nothing_that_a_report_says_comes_from_a_shadow():
    case = factories.analysed_case()
    reader = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision="agree",
        finding="no_blasts_seen",
        seen_stage_report=case.current_stage_report_id,
    )
    before = reviews.preview(review)
    for smear in case.smears.all():
        factories.shadow_result(smear.analyses.get(), factories.machine_result("pro"))
    assert reviews.preview(review) == before
