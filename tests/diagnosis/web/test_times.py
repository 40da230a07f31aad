from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from diagnosis.web.times import due_in_words, on_the_clock

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (80, "in 1 h 20"),
        (120, "in 2 h"),
        (59.9, "in 59 min"),
        (0.5, "due now"),
        (0, "due now"),
        (-0.5, "due now"),
        (-35, "overdue 35 min"),
        (-61, "overdue 1 h 01"),
        (24 * 60, "in 1 d"),
        (-(50 * 60 + 5), "overdue 2 d 2 h"),
    ],
)
def test_due_time_is_said_in_whole_minutes(minutes, words):
    assert due_in_words(NOW + timedelta(minutes=minutes), now=NOW) == words


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (NOW, "Europe/Oslo", "13:00 CET"),
        (NOW, "America/Bogota", "07:00 UTC-05"),
        (NOW + timedelta(hours=13), "Europe/Oslo", "24 Nov, 02:00 CET"),
        (NOW + timedelta(days=60), "UTC", "22 Jan 2027, 12:00 UTC"),
        # The same moment is today at one clinic and tomorrow at another.
        (NOW + timedelta(hours=6), "Asia/Tokyo", "24 Nov, 03:00 JST"),
    ],
)
def test_time_is_said_as_the_clinics_clock_shows_it(moment, zone, words):
    assert on_the_clock(moment, zone, now=NOW) == words


def test_clock_and_its_zone_stay_in_order_where_lines_run_from_right_to_left():
    with override("fa"):
        assert on_the_clock(NOW, "America/Bogota", now=NOW) == "\u206607:00 UTC-05\u2069"
