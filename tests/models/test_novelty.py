import numpy as np
import pytest

from models.novelty import NoveltyDetector


def cloud(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    """Points near an 8-dimensional sheet in 200 dimensions, non-negative as pooled features are."""
    sheet = np.random.default_rng(99).random((8, 200))
    random = np.random.default_rng(seed)
    points = (
        random.random((count, 8)) @ sheet + 0.02 * random.random((count, 200)) + shift * random.random((count, 200))
    )
    return points.astype(np.float32)


@pytest.fixture(scope="module")
def detector() -> NoveltyDetector:
    return NoveltyDetector.fit(cloud(800, 1), cloud(400, 2), rejected=0.02)


def test_images_like_the_reference_pass_about_as_often_as_promised(detector):
    rejected = np.mean(detector.scores(cloud(1000, 3)) > detector.threshold)
    assert 0.002 < rejected < 0.05


def test_images_off_the_sheet_are_novel(detector):
    assert np.mean(detector.scores(cloud(200, 4, shift=1.0)) > detector.threshold) > 0.98


def test_the_further_away_the_higher_the_score(detector):
    means = [detector.scores(cloud(100, 5, shift=shift)).mean() for shift in (0, 0.5, 1, 2)]
    assert means == sorted(means)


def test_one_score_is_the_same_as_in_a_batch(detector):
    points = cloud(5, 6)
    assert [detector.score(point) for point in points] == pytest.approx(detector.scores(points).tolist())


def test_stored_and_read_again_it_scores_the_same(detector):
    again = NoveltyDetector.from_arrays(detector.arrays())
    points = cloud(20, 7)
    assert again.threshold == detector.threshold
    assert np.array_equal(again.scores(points), detector.scores(points))
