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


def send(case, by, page, sending, words, revision=0):
    """Save as a page does whose answers do not arrive: it knows of no revision but the one that it was opened with."""
    return drafts.save(
        case=case,
        by=by,
        fields={"comment": words},
        revision=revision,
        seen_stage_report=None,
        sending=drafts.Sending(page, sending),
    )


def test_page_that_waits_for_an_answer_is_not_overtaken_by_itself(case, reader):
    send(case, reader, "one", 1, "Ca")
    send(case, reader, "one", 2, "Call me.")
    assert drafts.of(case, reader).fields == {"comment": "Call me."}


def test_save_that_arrives_after_a_later_one_of_its_page_changes_nothing(case, reader):
    later = send(case, reader, "one", 2, "Call me.")
    with pytest.raises(errors.DraftChanged):
        send(case, reader, "one", 1, "Ca")
    draft = drafts.of(case, reader)
    assert (draft.fields, draft.saved_at) == ({"comment": "Call me."}, later.saved_at)


def test_save_that_the_browser_sends_twice_is_one(case, reader):
    for _ in range(2):
        send(case, reader, "one", 1, "Call me.")
    assert drafts.of(case, reader).fields == {"comment": "Call me."}


@pytest.mark.parametrize("page", ["two", ""])
def test_page_is_overtaken_by_whichever_other_saved_last(case, reader, page):
    send(case, reader, "one", 1, "mine")
    send(case, reader, page, 1, "other tab", revision=1)
    with pytest.raises(errors.DraftChanged):
        send(case, reader, "one", 2, "mine still")
    assert drafts.of(case, reader).fields == {"comment": "other tab"}


def test_pages_without_scripts_are_not_taken_for_the_same(case, reader):
    send(case, reader, "", 0, "one")
    with pytest.raises(errors.DraftChanged):
        send(case, reader, "", 0, "two")


@pytest.mark.parametrize(("page", "sending"), [("x" * 51, 1), ("\x00", 1), ("one", -1), ("one", 10**12)])
def test_name_or_count_that_no_page_has_is_refused(case, reader, page, sending):
    with pytest.raises(errors.Invalid):
        send(case, reader, page, sending, "x")


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
