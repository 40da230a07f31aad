import pytest

from diagnosis import errors
from diagnosis.models import Draft
from diagnosis.services import drafts
from tests import factories

pytestmark = pytest.mark.django_db


def save(case, by, revision=0, **fields):
    return drafts.save(
        case=case, by=by, fields=fields, revision=revision, seen_stage_report=case.current_stage_report_id
    )


def test_what_is_typed_is_kept_with_what_it_was_typed_about(case, reader):
    save(case, reader, comment="Call me.", csrfmiddlewaretoken="x" * 64, finding="")
    draft = drafts.of(case, reader)
    assert (draft.fields, draft.revision, draft.stage_report) == (
        {"comment": "Call me."},
        1,
        case.current_stage_report,
    )


def test_each_save_replaces_the_one_before(case, reader):
    first = save(case, reader, comment="C")
    second = save(case, reader, 1, comment="Ca", reasons="R")
    assert (second.pk, second.revision, second.fields) == (first.pk, 2, {"comment": "Ca", "reasons": "R"})


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_page_that_another_tab_overtook_saves_nothing(case, reader, revision):
    save(case, reader, comment="one")
    save(case, reader, 1, comment="two")
    with pytest.raises(errors.DraftChanged):
        save(case, reader, revision, comment="old tab")
    assert drafts.of(case, reader).fields == {"comment": "two"}


def test_page_whose_opinion_was_signed_elsewhere_saves_nothing(case, reader):
    save(case, reader, comment="one")
    Draft.objects.all().delete()
    with pytest.raises(errors.DraftChanged):
        save(case, reader, 1, comment="more")


def test_readers_draft_apart(case, reader):
    colleague = factories.specialist(case.clinic)
    save(case, reader, comment="mine")
    save(case, colleague, comment="theirs")
    assert drafts.of(case, reader).fields == {"comment": "mine"}


def test_only_who_may_decide_drafts(case):
    for user in (case.submitted_by, factories.administrator(case.clinic), factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            save(case, user, comment="x")
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    with pytest.raises(errors.OwnCase):
        save(case, case.submitted_by, comment="x")


def test_endless_text_is_refused(case, reader):
    with pytest.raises(errors.Invalid):
        save(case, reader, comment="x" * 8001)
