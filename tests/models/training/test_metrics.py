import numpy as np
import pytest

from models.training import metrics


def test_balanced_accuracy_weighs_each_class_the_same():
    labels = np.array([0] * 90 + [1] * 10)
    assert metrics.balanced_accuracy(labels, np.zeros(100, dtype=int)) == pytest.approx(0.5)


def test_the_wilson_interval_is_the_published_one():
    # Newcombe 1998, table I: 81 of 263.
    estimate = metrics.wilson(81, 263)
    assert (estimate.low, estimate.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(("successes", "low", "high"), [(0, 0.0, 0.28), (10, 0.72, 1.0)])
def test_the_wilson_interval_stays_within_0_and_1(successes, low, high):
    estimate = metrics.wilson(successes, 10)
    assert estimate.low == pytest.approx(low, abs=0.01)
    assert estimate.high == pytest.approx(high, abs=0.01)


def blocks_of(labels: np.ndarray, size: int) -> metrics.Blocks:
    return metrics.Blocks(labels, [str(row // size) for row in range(len(labels))])


def test_images_of_one_block_do_not_narrow_the_interval():
    truth = np.repeat([0, 1, 2, 3], 100)
    correct_by_block = np.repeat(np.random.default_rng(0).random(40) < 0.8, 10)
    predicted = np.where(correct_by_block, truth, (truth + 1) % 4)
    by_block, by_image = (blocks_of(truth, size).balanced_accuracy(predicted) for size in (10, 1))
    assert by_block.low < by_block.value < by_block.high
    assert by_block.high - by_block.low > 2 * (by_image.high - by_image.low)


def test_a_share_without_a_miss_is_no_certainty():
    estimate = blocks_of(np.repeat([0, 1], 50), 10).share(np.ones(100, dtype=bool))
    assert estimate.value == estimate.high == 1
    assert estimate.low == metrics.wilson(100, 100).low


def test_a_share_is_as_uncertain_as_its_blocks():
    hits = np.repeat([True, False], 50)
    estimate = blocks_of(np.zeros(100, dtype=int), 25).share(hits)
    assert estimate.low < metrics.wilson(50, 100).low
    assert estimate.high > metrics.wilson(50, 100).high


def test_a_share_among_some_leaves_the_others_out():
    hits, among = np.array([True, True, False, True]), np.array([True, False, True, False])
    assert blocks_of(np.zeros(4, dtype=int), 1).share(hits, among).value == pytest.approx(1 / 2)


def test_a_share_of_nothing_is_no_number():
    estimate = blocks_of(np.zeros(4, dtype=int), 1).share(np.ones(4, dtype=bool), np.zeros(4, dtype=bool))
    assert np.isnan(estimate.value)
    assert (estimate.low, estimate.high) == (0, 1)


def test_any_figure_is_drawn_by_blocks_and_class_by_class():
    labels = np.repeat([0, 1], 20)
    chosen = []
    estimate = blocks_of(labels, 5).estimate(lambda rows: chosen.append(rows) or float(labels[rows].mean()))
    assert estimate == metrics.Estimate(0.5, 0.5, 0.5)
    assert all(len(rows) == 40 for rows in chosen)
    assert any(len(set(rows // 5)) < 8 for rows in chosen[1:])


def test_the_same_images_give_the_same_interval():
    labels = np.repeat([0, 1, 2, 3], 10)
    predicted = np.roll(labels, 3)
    assert blocks_of(labels, 2).balanced_accuracy(predicted) == blocks_of(labels, 2).balanced_accuracy(predicted)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    probabilities = np.tile([0.8, 0.2, 0, 0], (1000, 1))
    right = np.arange(1000) % 2
    assert metrics.expected_calibration_error(probabilities, right) == pytest.approx(0.3, abs=0.02)


def test_auroc_of_separate_equal_and_reversed_scores():
    low, high = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert metrics.auroc(low, high) == 1
    assert metrics.auroc(low, low) == pytest.approx(0.5)
    assert metrics.auroc(high, low) == 0


def test_auroc_counts_ties_half():
    assert metrics.auroc(np.array([1.0, 2.0]), np.array([2.0])) == pytest.approx(0.75)


def test_sensitivity_is_read_where_enough_benign_images_stay_below():
    scores = np.array([0.0, 1.0, 2.0, 3.0, 1.5, 2.5, 3.5])
    blasts = np.array([False, False, False, False, True, True, True])
    assert metrics.sensitivity_at(scores, blasts, 1.0) == pytest.approx(1 / 3)
    assert metrics.sensitivity_at(scores, blasts, 0.75) == pytest.approx(2 / 3)
    assert metrics.sensitivity_at(scores, blasts, 0.5) == 1


def test_bins_of_equal_mass_rise_in_confidence():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), 150)
    bins = metrics.reliability(probabilities, np.zeros(150, dtype=int))
    assert [each.images for each in bins] == [10] * 15
    confidences = [each.confidence for each in bins]
    assert confidences == sorted(confidences)


def test_the_surest_images_are_answered_first():
    probabilities = np.array([[0.9, 0.1, 0, 0], [0.6, 0.4, 0, 0], [0.8, 0.2, 0, 0], [0.7, 0.3, 0, 0]])
    curve = metrics.risk_coverage(probabilities, np.array([0, 1, 0, 0]))
    assert curve == ((0.25, 0), (0.5, 0), (0.75, 0), (1.0, 0.25))
