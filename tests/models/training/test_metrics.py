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


def test_images_of_one_block_do_not_narrow_the_interval():
    random = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2, 3], 100)
    correct_by_block = np.repeat(random.random(40) < 0.8, 10)
    predicted = np.where(correct_by_block, truth, (truth + 1) % 4)
    by_block = metrics.cluster_bootstrap(
        metrics.balanced_accuracy, truth, predicted, [str(i // 10) for i in range(400)]
    )
    by_image = metrics.cluster_bootstrap(metrics.balanced_accuracy, truth, predicted, [str(i) for i in range(400)])
    assert by_block.low < by_block.value < by_block.high
    assert by_block.high - by_block.low > 2 * (by_image.high - by_image.low)


def test_sensitivity_counts_any_blast_class_as_found():
    labels, predicted = np.array([0, 0, 1, 2, 3, 3]), np.array([0, 1, 2, 2, 1, 0])
    assert metrics.blast_sensitivity(labels, predicted).value == pytest.approx(3 / 4)
    assert metrics.blast_specificity(labels, predicted).value == pytest.approx(1 / 2)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    probabilities = np.tile([0.8, 0.2, 0, 0], (1000, 1))
    right = np.arange(1000) % 2
    assert metrics.expected_calibration_error(probabilities, right) == pytest.approx(0.3, abs=0.02)


def test_auroc_of_separate_equal_and_reversed_scores():
    low, high = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert metrics.auroc(low, high) == 1
    assert metrics.auroc(low, low) == pytest.approx(0.5)
    assert metrics.auroc(high, low) == 0
