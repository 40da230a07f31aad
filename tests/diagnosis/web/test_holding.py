from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from diagnosis.models import Case
from diagnosis.services import holding
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(clinic):
    return factories.specialist(clinic, first_name="Kari", last_name="Solheim")


def send(client, act, case, **sent):
    return client.post(reverse(act, args=[case.pk]), sent, follow=True)


def holder(case):
    case.refresh_from_db()
    return case.held_by


def test_reader_takes_a_case_and_gives_it_back_without_scripts(client, case, reader):
    back = reverse("worklist") + "?priority=routine"
    taken = send(client, "hold", case, back=back)
    assert taken.redirect_chain == [(back, 302)]
    page = taken.content.decode()
    assert f"You have {case.accession} now." in page
    assert "Yours" in page
    assert holder(case) == reader
    assert f"You gave {case.accession} back." in send(client, "release", case).content.decode()
    assert holder(case) is None


def test_worklist_says_who_has_a_case(client, case, reader, colleague):
    holding.hold(case=case, by=colleague)
    page = client.get(reverse("worklist")).content.decode()
    assert "with <bdi>Kari Solheim</bdi> since" in page
    assert reverse("take-over", args=[case.pk]) in page
    assert reverse("hold", args=[case.pk]) not in page


def test_who_comes_second_is_told_who_was_first(client, case, reader, colleague):
    holding.hold(case=case, by=colleague)
    refused = send(client, "hold", case)
    assert "Kari Solheim has had this case since" in refused.content.decode()
    assert holder(case) == colleague


def test_taking_over_asks_first_and_opens_the_case(client, case, reader, colleague):
    holding.hold(case=case, by=colleague)
    asked = client.get(reverse("take-over", args=[case.pk]))
    assert "Kari Solheim" in asked.content.decode()
    assert holder(case) == colleague
    taken = client.post(reverse("take-over", args=[case.pk]))
    assert taken["Location"] == reverse("review", args=[case.pk])
    assert holder(case) == reader
    assert client.get(reverse("take-over", args=[case.pk]))["Location"] == reverse("review", args=[case.pk])


def test_closed_case_is_not_taken_over(client, case, reader, colleague):
    holding.hold(case=case, by=colleague)
    case.status = "withdrawn"
    case.save(update_fields=["status"])
    assert "This case is closed" in send(client, "take-over", case).content.decode()


def test_script_is_told_in_the_list_and_the_list_looks_again(client, case, reader):
    said = client.post(reverse("hold", args=[case.pk]), headers={"HX-Request": "true"})
    assert "cases-changed" in said["HX-Trigger-After-Settle"]
    assert f"You have {case.accession} now." in said.content.decode()
    assert "<html" not in said.content.decode()


def test_address_elsewhere_is_not_gone_back_to(client, case, reader):
    assert send(client, "hold", case, back="https://elsewhere.example/").redirect_chain[0][0] == reverse("worklist")


def on_the_screen(client, case, shown):
    return client.get(reverse("review-hold", args=[case.pk]), {"held_by": shown.pk if shown else ""})


def test_case_on_its_readers_screen_stays_theirs(client, case, reader):
    client.get(reverse("review", args=[case.pk]))
    later = timezone.now() + timedelta(minutes=20)
    with time_machine.travel(later):
        assert on_the_screen(client, case, reader).status_code == 204
    stored = Case.objects.get(pk=case.pk)
    assert stored.held_by == reader
    assert holding.is_held(stored, at=later + timedelta(minutes=29))


def test_screen_says_when_a_colleague_took_the_case_over(client, case, reader, colleague):
    holding.hold(case=case, by=reader)
    holding.take_over(case=case, by=colleague)
    said = on_the_screen(client, case, reader).content.decode()
    assert "with <bdi>Kari Solheim</bdi> since" in said
    assert reverse("take-over", args=[case.pk]) in said
    assert on_the_screen(client, case, colleague).status_code == 204
    assert holder(case) == colleague


def test_case_that_was_given_back_in_the_background_is_taken_again_when_it_is_looked_at(client, case, reader):
    assert "Yours" in on_the_screen(client, case, None).content.decode()
    assert holder(case) == reader


def test_release_of_what_one_does_not_hold_says_so(client, case, reader, colleague):
    holding.hold(case=case, by=colleague)
    assert "You do not have this case any more." in send(client, "release", case).content.decode()
    assert holder(case) == colleague
