"""What people typed runs in its own direction, whatever the page's: Persian on an English page, and the other way."""

import pytest

from diagnosis.models import Case
from diagnosis.services import questions
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db

NOTES, QUESTION, COMMENT = "رنگ‌پریدگی و کبودی", "آیا بیمار درمان شده است؟", "خون EDTA بفرستید."
# The report's words carry their isolates with them; the paragraph has its direction besides.
ISOLATES = dict.fromkeys(map(ord, "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"))
REASON = "فلوسیتومتری رسید."


@pytest.fixture
def case():
    case = factories.analysed_case()
    Case.objects.filter(pk=case.pk).update(clinical_notes=NOTES, treatment=NOTES)
    case.refresh_from_db()
    return case


@pytest.fixture
def reader(case, client):
    reader = factories.specialist(case.clinic)
    client.force_login(reader)
    return reader


@pytest.mark.parametrize("page", ["/cases/{}/", "/cases/{}/review/"])
def test_notes_and_questions_run_in_their_own_direction(case, client, reader, page):
    questions.ask(case=case, by=reader, text=QUESTION)
    shown = client.get(page.format(case.pk)).content.decode()
    for typed in (NOTES, QUESTION):
        assert shown.count(typed) >= 1
        assert shown.count(typed) == shown.count(f'dir="auto">{typed}')


def test_report_lets_comment_and_reason_run_in_their_own_direction(case, client, reader):
    sign(case, by=reader)
    sign(case, by=reader, comment=COMMENT, amendment_reason=REASON)
    shown = client.get(f"/cases/{case.pk}/report/").content.decode()
    shown = shown.translate(ISOLATES)
    assert f'dir="auto">{COMMENT}' in shown
    assert f'dir="auto">{REASON}' in shown
    assert f'dir="auto">{NOTES}' in shown
