"""What a finding does not exclude stands under it, and where signer and machine differ, whose word counts."""

import pytest
from django.utils.translation import override

from diagnosis.choices import Decision, Finding, Statement
from diagnosis.rendering.pdf import report_pdf
from diagnosis.services.report_cautions import BENIGN, DIFFERS, FLAG_DIFFERS, NOT_EXCLUDED
from tests import factories
from tests.diagnosis.rendering.report_contents import words
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


def signed_under(subtype, images=3, **opinion):
    """Return the content of a report that is signed over a machine's part of the given class."""
    results = [factories.machine_result(subtype) for _ in range(images)]
    return sign(factories.analysed_case(results=results), **opinion).content


def test_no_blasts_seen_excludes_nothing_though_the_machine_raised_its_flag_and_the_specialist_counts():
    content = signed_under("early", finding=Finding.NO_BLASTS_SEEN, pattern_class="benign")
    assert content["machine"]["is_flagged"]
    assert content["specialist"]["cautions"] == [NOT_EXCLUDED, BENIGN, FLAG_DIFFERS]
    specialist, _machine = words(report_pdf(content)).split("Machine's part")
    assert (
        "No blasts seen Leukaemia is not excluded. “Benign” means hematogone-rich samples from one marrow laboratory. "
        "The machine suspects blast-like cells and the specialist saw no blasts. The specialist's opinion counts."
    ) in specialist


def test_no_blasts_seen_excludes_nothing_where_the_machine_agrees():
    content = signed_under("benign", finding=Finding.NO_BLASTS_SEEN, decision=Decision.AGREE, reasons="")
    assert content["specialist"]["cautions"] == [NOT_EXCLUDED]


@pytest.mark.parametrize("finding", [Finding.INDETERMINATE, Finding.UNSUITABLE])
def test_an_open_finding_excludes_nothing_either(finding):
    assert signed_under("early", finding=finding)["specialist"]["cautions"] == [NOT_EXCLUDED, DIFFERS]


@pytest.mark.parametrize("decision", [Decision.CORRECT, Decision.REJECT])
def test_suspected_blasts_that_the_machine_did_not_see_count(decision):
    content = signed_under("benign", finding=Finding.BLASTS_SUSPECTED, decision=decision)
    assert content["specialist"]["cautions"] == [DIFFERS]


def test_suspected_blasts_that_the_machine_suspects_too_need_no_word_of_caution():
    content = signed_under("early", finding=Finding.BLASTS_SUSPECTED, decision=Decision.AGREE, reasons="")
    assert content["specialist"]["cautions"] == []


def test_who_agrees_that_the_images_do_not_suffice_and_sees_no_blasts_differs_from_the_flag():
    content = signed_under("early", images=1, finding=Finding.NO_BLASTS_SEEN, decision=Decision.AGREE, reasons="")
    assert content["machine"]["statement_code"] == Statement.INSUFFICIENT
    assert content["specialist"]["cautions"] == [NOT_EXCLUDED, FLAG_DIFFERS]


def test_a_machine_without_an_answer_is_not_differed_from():
    case = factories.case()
    factories.smear(case)
    content = sign(case, finding=Finding.NO_BLASTS_SEEN).content
    assert content["specialist"]["cautions"] == [NOT_EXCLUDED]


def test_cautions_are_in_the_language_of_whoever_signs():
    with override("fa"):
        content = signed_under("early", finding=Finding.NO_BLASTS_SEEN, pattern_class="benign")
    assert content["specialist"]["cautions"][0] == "لوسمی رد نمی‌شود."
    assert not {NOT_EXCLUDED, BENIGN, FLAG_DIFFERS} & set(content["specialist"]["cautions"])
