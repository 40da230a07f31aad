"""Nothing that is typed of an opinion is lost: reloads, slow lines, other tabs, sessions that end."""

import pytest
from playwright.sync_api import expect

from diagnosis.models import Draft
from diagnosis.services import holding
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case():
    return factories.analysed_case()


@pytest.fixture
def reader(case):
    return factories.specialist(case.clinic)


def saved(page):
    return expect(page.get_by_text("Saved as a draft."))


def test_what_is_typed_is_there_after_a_reload_and_in_another_browser_tab(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("c")
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    saved(page).to_be_visible()
    page.reload()
    expect(page.get_by_label("Comment for the submitting doctor")).to_have_value("Please send marrow.")
    expect(page.get_by_role("radio", name="Correct")).to_be_checked()
    other = context.new_page()
    other.goto(f"/cases/{case.pk}/review/")
    other.get_by_label("Comment for the submitting doctor").fill("From the other tab.")
    saved(other).to_be_visible()
    page.get_by_label("Comment for the submitting doctor").fill("Overwritten?")
    expect(page.get_by_text("changed in another tab")).to_be_visible()
    assert Draft.objects.get().fields["comment"] == "From the other tab."


def drop_answers(page, count):
    """Let this many saves reach the server whose answers never arrive; return the routes that still wait."""
    waiting = []

    def drop(route):
        if len(waiting) < count:
            route.fetch()
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/draft/", drop)
    return waiting


def test_words_typed_while_a_save_is_on_its_way_are_saved_when_the_page_is_left(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    comment = page.get_by_label("Comment for the submitting doctor")
    drop_answers(page, 1)
    comment.fill("Please send")
    wait_for_draft(page, "Please send")
    comment.fill("Please send marrow.")
    page.get_by_role("link", name="Worklist").click()
    page.wait_for_url("**/worklist/")
    wait_for_draft(page, "Please send marrow.")


def test_opinion_is_sent_on_while_a_save_is_on_its_way(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    drop_answers(page, 1)
    page.keyboard.press("a")
    page.get_by_label("Comment for the submitting doctor").fill("Please send")
    wait_for_draft(page, "Please send")
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")
    expect(page.get_by_text("Please send marrow.")).to_be_visible()


def wait_for_draft(page, comment):
    for _ in range(100):
        if Draft.objects.filter(fields__comment=comment).exists():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"There is no draft with the comment {comment}")


def test_save_that_fails_is_tried_again_ever_more_slowly_until_it_succeeds(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.clock.install()
    tries = []

    def fail(route):
        tries.append(page.evaluate("Date.now()"))
        route.fulfill(status=500, body="<h1>Error</h1>")

    page.route("**/draft/", fail)
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    page.clock.run_for(1000)
    expect(page.get_by_text("It is tried again by itself")).to_be_visible()
    for _ in range(60):
        page.clock.run_for(1000)
    assert 3 <= len(tries) <= 7
    page.unroute("**/draft/")
    for _ in range(31):
        page.clock.run_for(1000)
    saved(page).to_be_visible()


def test_reader_whose_case_is_taken_over_hears_it_while_typing_and_takes_it_back(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    colleague = factories.specialist(case.clinic, first_name="Kari", last_name="Solheim")
    holding.take_over(case=case, by=colleague)
    page.get_by_label("Reasons").fill("Scant cytoplasm.")
    saved(page).to_be_visible()
    notice = page.locator("[data-held-elsewhere]")
    expect(notice).to_contain_text("Kari Solheim has had this case since")
    notice.get_by_role("link", name="Take over").click()
    page.get_by_role("button", name="Take over and read").click()
    expect(page.get_by_label("Reasons")).to_have_value("Scant cytoplasm.")
    expect(page.locator("[data-held-elsewhere]")).to_be_hidden()


def test_session_that_ends_while_the_opinion_is_typed_loses_nothing(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("c")
    page.keyboard.press("3")
    page.get_by_label("Reasons").fill("Smudge cells.")
    saved(page).to_be_visible()
    context.clear_cookies(name="sessionid")
    page.get_by_label("Comment for the submitting doctor").fill("Typed while signed out.")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_role("button", name="Continue to signing").click()
    expect(page.get_by_text("What you sent is kept")).to_be_visible()
    page.get_by_label("User name").fill(reader.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sign/**")
    expect(page.get_by_text("Smudge cells.")).to_be_visible()
    expect(page.get_by_text("Typed while signed out.")).to_be_visible()


def test_sign_in_in_another_tab_does_not_break_the_form(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("a")
    saved(page).to_be_visible()
    context.clear_cookies(name="sessionid")
    other = context.new_page()
    other.goto("/sign-in/")
    other.get_by_label("User name").fill(reader.username)
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")
