"""One name is guessed at from many addresses."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from diagnosis.errors import TooManyTries
from diagnosis.services import passwords
from tests import factories

pytestmark = pytest.mark.django_db

HOSPITAL, HOME = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def reader(settings):
    settings.SIGN_IN_TRIES_ANYWHERE = 6
    return factories.specialist(factories.ClinicFactory.create())


@pytest.fixture
def prove(rf, reader):
    def proving(address, password=factories.PASSWORD):
        request = rf.post("/", REMOTE_ADDR=address)
        return passwords.prove(username=reader.username, password=password, request=request)

    return proving


def guess(prove, times):
    for number in range(times):
        prove(f"198.51.100.{number}", "guess")


def test_guesses_from_many_addresses_close_the_door_to_all_of_them(prove):
    guess(prove, 6)
    for password in ("guess", factories.PASSWORD):
        with pytest.raises(TooManyTries):
            prove("198.51.100.99", password)


def test_nobody_is_locked_out_of_where_they_work_by_guesses_from_elsewhere(prove, reader):
    assert prove(HOSPITAL) == reader
    guess(prove, 6)
    assert prove(HOSPITAL) == reader
    with pytest.raises(TooManyTries):
        prove(HOME)


def test_fewer_guesses_than_the_limit_close_nothing(prove, reader):
    guess(prove, 5)
    assert prove(HOME) == reader


def test_the_door_opens_again_by_itself(prove, reader, settings):
    guess(prove, 6)
    with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME * 1.01):
        assert prove(HOME) == reader


def test_an_address_from_long_ago_is_no_longer_known(prove):
    with time_machine.travel(timezone.now() - passwords.KNOWN_FOR - timedelta(minutes=1)):
        prove(HOSPITAL)
    guess(prove, 6)
    with pytest.raises(TooManyTries):
        prove(HOSPITAL)


def test_an_address_that_is_known_is_still_counted_by_itself(prove, settings):
    prove(HOSPITAL)
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        prove(HOSPITAL, "guess")
    with pytest.raises(TooManyTries):
        prove(HOSPITAL, "guess")
