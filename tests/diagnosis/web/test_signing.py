import re
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from diagnosis.choices import CaseStatus
from diagnosis.models import Clinic, SignedReport
from diagnosis.services import drafts, notices, report_content
from diagnosis.services.report_reading import ReadReport
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])


@pytest.fixture
def reader(case, client):
    user = factories.specialist(case.clinic)
    client.force_login(user)
    return user


@pytest.fixture
def draft(case, reader):
    return write(case, reader)


def write(case, by, **facts):
    fields = {
        "decision": "correct",
        "finding": "blasts_suspected",
        "pattern_class": "pre",
        "reasons": "Scant cytoplasm.",
        "comment": "Please send marrow.",
        **facts,
    }
    known = drafts.of(case, by)
    return drafts.save(
        case=case,
        by=by,
        fields=fields,
        revision=known.revision if known else 0,
        seen_stage_report=case.current_stage_report_id,
    )


def seen_on(page):
    seen = re.search(r'name="seen"\s+value="([0-9a-f]{64})"', page)
    return seen.group(1) if seen else ""


def sign(client, draft, **facts):
    page = client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    return client.post(f"/reviews/{draft.pk}/sign/", {"seen": seen_on(page), "password": factories.PASSWORD, **facts})


def test_signing_page_shows_exactly_what_is_signed(case, client, draft):
    page = client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    for part in (factories.FLAGGED_SENTENCE, "Scant cytoplasm.", "Please send marrow.", case.patient.number):
        assert part in page
    sign(client, draft)
    content = {name: value for name, value in SignedReport.objects.get().content.items() if name != "signature"}
    assert report_content.digest(content) == seen_on(page)


def test_right_password_signs_and_shows_the_report(case, client, reader, draft):
    response = sign(client, draft)
    assert response["Location"] == f"/cases/{case.pk}/report/1/"
    signed = SignedReport.objects.get()
    case.refresh_from_db()
    assert (signed.signed_by, signed.review_id, case.status) == (reader, draft.pk, CaseStatus.SIGNED)
    page = client.get(response["Location"]).content.decode()
    assert "Signed report" in page
    assert reader.signature_name in page
    assert signed.sha256 in page
    assert "Unsigned" not in page
    assert "Signed. Version 1 of the stage report stands." in page


def test_reader_is_led_from_a_signed_report_to_the_next_case(case, client, reader, draft):
    waiting = factories.analysed_case(clinic=case.clinic)
    page = client.get(sign(client, draft)["Location"]).content.decode()
    assert re.search(rf'href="/cases/{waiting.pk}/review/"[^>]*>Next case:', page)


def test_wrong_password_signs_nothing_and_keeps_everything(case, client, reader, draft):
    sign(client, draft)
    again = write(case, reader, reasons="Flow cytometry says so.")
    page = sign(client, again, password="guess", amendment_reason="Flow cytometry arrived.").content.decode()
    assert "The password is not right, so nothing was signed." in page
    assert "Flow cytometry arrived." in page
    assert "guess" not in page
    assert SignedReport.objects.count() == 1


def test_amendment_needs_its_reason_and_becomes_a_version(case, client, reader, draft):
    sign(client, draft)
    again = write(case, reader, finding="indeterminate", pattern_class="", reasons="Seen again.")
    page = sign(client, again).content.decode()
    assert "Say what changed and why" in page
    assert sign(client, again, amendment_reason="Flow cytometry arrived.").status_code == 302
    first = client.get(f"/cases/{case.pk}/report/1/").content.decode()
    second = client.get(f"/cases/{case.pk}/report/").content.decode()
    assert "replaced it" in first
    assert "Reason: Flow cytometry arrived." in second
    assert f"/cases/{case.pk}/report/1/" in second


def test_amending_says_which_version_and_what_becomes_of_the_finding(case, client, reader, draft):
    sign(client, draft)
    again = write(case, reader, finding="indeterminate", pattern_class="", reasons="Seen again.")
    assert "Version 1 says “Blasts suspected”." in client.get(f"/cases/{case.pk}/review/").content.decode()
    page = client.get(f"/reviews/{again.pk}/sign/").content.decode()
    assert "Version 2 amends version 1" in page
    assert "changed from “Blasts suspected” to “Indeterminate”." in page


def test_signing_page_opens_where_reading_starts_and_asks_for_the_reason_first(case, client, reader, draft):
    page = client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    assert "autofocus" not in page
    assert page.index("Scant cytoplasm.") < page.index('name="password"')
    sign(client, draft)
    again = write(case, reader, reasons="Seen again.")
    page = client.get(f"/reviews/{again.pk}/sign/").content.decode()
    assert "autofocus" not in page
    assert 'What changed and why <span class="required">' in page
    assert page.index('name="amendment_reason"') < page.index('name="password"')
    page = sign(client, again, amendment_reason="  ").content.decode()
    field = page[page.index('id="amendment_reason"') : page.index('id="password"')]
    assert "autofocus" in field
    assert "Say what changed and why" in field


def test_content_that_changed_meanwhile_is_read_again_before_signing(case, client, draft):
    page = client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    seen = seen_on(page)
    case.patient.year_of_birth = 1999
    case.patient.save()
    page = client.post(f"/reviews/{draft.pk}/sign/", {"seen": seen, "password": factories.PASSWORD}).content.decode()
    assert "The report changed since you opened this page." in page
    assert "1999" in page
    assert seen not in page
    assert not SignedReport.objects.exists()


def test_draft_that_says_too_little_leads_back_to_where_it_is_typed(case, client, reader):
    draft = write(case, reader, finding="")
    response = client.get(f"/reviews/{draft.pk}/sign/", follow=True)
    assert response.redirect_chain == [(f"/cases/{case.pk}/review/", 302)]
    assert "Your opinion is not complete yet." in response.content.decode()


def test_draft_older_than_the_stage_report_leads_back_too(case, client, draft):
    factories.analyse(factories.smear(case), factories.machine_result("early"))
    response = client.get(f"/reviews/{draft.pk}/sign/", follow=True)
    assert "The report changed since you opened this page." in response.content.decode()


def test_too_many_wrong_passwords_are_said_beside_the_password(client, draft, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = sign(client, draft, password="guess").content.decode()
    assert "Too many wrong passwords." in page
    assert "Too many wrong passwords." in sign(client, draft).content.decode()
    assert not SignedReport.objects.exists()


def test_amendment_that_was_sent_signed_out_is_kept_without_its_password(case, client, reader, draft):
    sign(client, draft)
    again = write(case, reader, reasons="Flow cytometry says so.")
    client.logout()
    sent = {"seen": "0" * 64, "password": factories.PASSWORD, "amendment_reason": "Flow cytometry arrived."}
    page = client.post(f"/reviews/{again.pk}/sign/", sent).content.decode()
    assert "What you sent is kept" in page
    assert urlencode({"password": factories.PASSWORD}) not in page
    client.force_login(reader)
    page = client.post(f"/reviews/{again.pk}/sign/", {"amendment_reason": "Flow cytometry arrived."}).content.decode()
    assert "Flow cytometry arrived.</textarea>" in page
    assert 'class="notice critical"' not in page


def test_signing_twice_leads_to_the_one_signed_report_and_says_so(case, client, draft):
    client.get(sign(client, draft)["Location"])
    again = client.post(f"/reviews/{draft.pk}/sign/", {"seen": "0" * 64, "password": factories.PASSWORD}, follow=True)
    assert again.redirect_chain == [(f"/cases/{case.pk}/report/1/", 302)]
    assert "You signed this opinion already: this is version 1." in again.text
    assert SignedReport.objects.count() == 1


def test_uploader_is_told_why_not_to_sign(case, client, reader, draft):
    factories.analyse(factories.smear(case, by=reader))
    page = client.get(f"/reviews/{draft.pk}/sign/", follow=True).content.decode()
    assert "another specialist has to sign it" in page
    assert 'name="password"' not in page
    sign(client, draft)
    assert not SignedReport.objects.exists()


def test_nobody_else_opens_the_page_on_which_an_opinion_is_signed(case, client, draft):
    for user in (factories.submitter(case.clinic), factories.specialist(case.clinic), factories.outsider()):
        client.force_login(user)
        assert client.get(f"/reviews/{draft.pk}/sign/").status_code == 404
        assert client.post(f"/reviews/{draft.pk}/sign/", {"password": factories.PASSWORD}).status_code == 404


def test_reader_who_lost_the_role_signs_no_more(client, reader, draft):
    reader.memberships.update(role="submitter")
    assert client.get(f"/reviews/{draft.pk}/sign/").status_code == 403


def test_pdf_is_downloaded_unsigned_and_signed(case, client, draft):
    unsigned = client.get(f"/cases/{case.pk}/report/pdf/")
    sign(client, draft)
    signed = client.get(f"/cases/{case.pk}/report/1/pdf/")
    for response, name in ((unsigned, "unsigned"), (signed, "v1")):
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-")
        assert response["Content-Disposition"] == f'attachment; filename="stage-report-{case.accession}-{name}.pdf"'


def test_report_that_does_not_match_its_hash_says_so(case, client, draft):
    sign(client, draft)
    signed = SignedReport.objects.get()
    altered = ReadReport("final", {**signed.content, "limits": "none"}, signed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diagnosis.services.report_reading._signed", lambda _: altered)
        page = client.get(f"/cases/{case.pk}/report/1/").content.decode()
    assert "does not match its hash" in page


def test_what_people_typed_is_shown_as_text(case, client, reader):
    draft = write(case, reader, comment="<script>alert(1)</script>")
    page = client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("rule", [{"second_reading_share": 10}, {"second_reading_of_flagged": True}])
def test_signing_page_says_beforehand_that_a_case_may_be_read_twice(case, client, draft, rule):
    sentence = "This clinic has some cases read twice."
    assert sentence not in client.get(f"/reviews/{draft.pk}/sign/").content.decode()
    Clinic.objects.filter(pk=case.clinic_id).update(**rule)
    assert sentence in client.get(f"/reviews/{draft.pk}/sign/").content.decode()


def test_signed_critical_case_asks_its_readers_for_the_call(case, client, draft):
    sign(client, draft)
    page = client.get(f"/cases/{case.pk}/report/")
    assert "Record the call" in page.content.decode()
    client.force_login(case.submitted_by)
    assert "Record the call" not in client.get(f"/cases/{case.pk}/report/").content.decode()


def test_signer_who_changed_the_finding_is_told_to_call_the_submitting_doctor_again(case, client, reader, draft):
    again = "The finding changed since the submitting doctor was called. Call again and record that call."
    assert again not in client.get(sign(client, draft)["Location"]).text
    notices.record_call(case.notice, by=reader, spoken_to="Dr Ward", read_back=True, version=1, at=timezone.now())
    same = sign(client, write(case, reader, reasons="Seen again."), amendment_reason="Spelling.")
    assert again not in client.get(same["Location"]).text
    other = write(case, reader, finding="indeterminate", pattern_class="", reasons="Seen again.")
    page = client.get(sign(client, other, amendment_reason="Flow cytometry arrived.")["Location"]).text
    assert "Signed. Version 3 of the stage report stands." in page
    assert again in page
