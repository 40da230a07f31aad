"""Stages end where the next begins, and nothing is lost between them."""

import pytest

from models import stopwatch
from models.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves when it is told to."""
    seconds = [0.0]
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: seconds[0])
    return seconds


def test_each_stage_lasts_from_the_one_before_in_milliseconds(clock):
    watch = Stopwatch()
    clock[0] = 0.25
    watch.lap("decode")
    clock[0] = 1.0
    watch.lap("quality")
    assert watch.stop() == {"decode": 250, "quality": 750, "total": 1000}


def test_laps_of_one_stage_add_up(clock):
    watch = Stopwatch()
    for seconds, stage in ((1, "segmentation"), (3, "scale"), (7, "segmentation")):
        clock[0] = seconds
        watch.lap(stage)
    assert watch.stop() == {"segmentation": 5000, "scale": 2000, "total": 7000}


def test_the_total_holds_what_came_after_the_last_stage(clock):
    watch = Stopwatch()
    clock[0] = 2
    watch.lap("decode")
    clock[0] = 5
    assert watch.stop() == {"decode": 2000, "total": 5000}
