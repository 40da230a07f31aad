"""The interval of a share that was counted."""

import pytest

from diagnosis.shares import wilson


def test_the_interval_is_the_published_one():
    share = wilson(81, 263)
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize(("hits", "low", "high"), [(0, 0.0, 0.2775), (10, 0.7225, 1.0)])
def test_the_interval_stays_within_0_and_1(hits, low, high):
    share = wilson(hits, 10)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)
