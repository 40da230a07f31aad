"""Texture of drawn nuclei, whose densities are known."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.decoding import decode
from models.segmentation import measure, segment
from models.segmentation.chromatin import chromatin_contrast

TALEQANI = Path(__file__).parents[3] / "shared" / "data" / "taleqani"
BACKGROUND = 230.0
WIDTH = 40


def disc(width=WIDTH):
    rows, columns = np.mgrid[: width + 4, : width + 4] - (width + 3) / 2
    return (np.hypot(rows, columns) <= width / 2).astype(np.uint8)


def clumps(amount, *, width=WIDTH, across=4.0):
    """Draw a checkered density: so many clumps and gaps across the nucleus, with this standard deviation."""
    rows, columns = np.mgrid[: width + 4, : width + 4] * (np.pi * across / width)
    return 2 * amount * np.sin(rows) * np.sin(columns)


def photograph(unevenness, *, width=WIDTH, density=0.9, light=BACKGROUND):
    """Photograph a nucleus whose density departs so much from its mean."""
    thickness = density * (1 + unevenness) * disc(width)
    return np.round(light * np.exp(-thickness)).astype(np.uint8)


def contrast(unevenness, *, width=WIDTH, light=BACKGROUND, **facts):
    return chromatin_contrast(photograph(unevenness, width=width, light=light, **facts), disc(width), light)


def test_even_chromatin_has_hardly_any_contrast():
    assert contrast(0) < 0.01


@pytest.mark.parametrize("amount", [0.06, 0.12, 0.2])
@pytest.mark.parametrize("across", [3, 4])
def test_contrast_is_the_deviation_of_the_density_softened_by_the_copy(amount, across):
    softened = np.exp(-2 * (np.pi * 0.05 * across / 2) ** 2 * 2)
    assert contrast(clumps(amount, across=across)) == pytest.approx(softened * amount, rel=0.15)


def test_the_more_clumped_the_more_contrast():
    values = [contrast(clumps(amount)) for amount in (0, 0.03, 0.06, 0.12, 0.24)]
    assert values == sorted(values)
    assert values[-1] > 5 * values[1]


def test_half_the_light_changes_nothing():
    bright, dim = (contrast(clumps(0.1), light=light) for light in (BACKGROUND, BACKGROUND / 2))
    assert dim == pytest.approx(bright, rel=0.03)


def test_a_deeper_stain_changes_nothing():
    pale, deep = (contrast(clumps(0.1), density=density) for density in (0.6, 1.2))
    assert deep == pytest.approx(pale, rel=0.03)


@pytest.mark.parametrize("times", [0.5, 1.5, 2, 3, 5])
def test_magnification_changes_it_by_a_tenth_at_most(times):
    width = round(times * WIDTH)
    assert contrast(clumps(0.1, width=width), width=width) == pytest.approx(contrast(clumps(0.1)), rel=0.1)


def test_a_photograph_enlarged_to_twice_its_size_has_the_same():
    small = photograph(clumps(0.1))
    large = cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    nucleus = cv2.resize(disc(), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    assert chromatin_contrast(large, nucleus, BACKGROUND) == pytest.approx(contrast(clumps(0.1)), rel=0.1)


def test_a_shadow_across_the_nucleus_counts_little():
    slope = np.linspace(-0.3, 0.3, WIDTH + 4)[None].repeat(WIDTH + 4, axis=0)
    assert slope[disc() > 0].std() > 0.1
    assert contrast(slope) < 0.04


def test_noise_finer_than_chromatin_counts_little():
    noise = np.random.default_rng(7).normal(0, 0.1, (104, 104))
    assert contrast(noise, width=100) < 0.025


def test_what_lies_around_the_nucleus_does_not_count():
    alone = photograph(clumps(0.1))
    crowded = np.where(disc() > 0, alone, 40).astype(np.uint8)
    rim_alone, rim_crowded = (chromatin_contrast(image, disc(), BACKGROUND) for image in (alone, crowded))
    assert rim_crowded == pytest.approx(rim_alone, rel=0.05)


def test_a_nucleus_cut_by_the_frame_is_measured_by_what_is_seen():
    half = slice(0, WIDTH // 2 + 2)
    seen = chromatin_contrast(
        np.ascontiguousarray(photograph(clumps(0.1))[half]), np.ascontiguousarray(disc()[half]), BACKGROUND
    )
    assert seen == pytest.approx(contrast(clumps(0.1)), rel=0.25)


def test_nothing_is_said_of_a_nucleus_a_few_pixels_wide():
    assert contrast(0, width=7) is None
    assert contrast(0, width=9) is not None


def test_nothing_is_said_of_a_streak_that_is_all_rim():
    streak = np.zeros((60, 60), np.uint8)
    streak[29:31, 5:55] = 1
    assert chromatin_contrast(np.full((60, 60), 90, np.uint8), streak, BACKGROUND) is None


def test_nothing_is_said_of_a_nucleus_that_is_hardly_stained():
    assert contrast(0, density=0.02) is None


def typical_contrast(path):
    rgb = decode(path.read_bytes())
    contrasts = [cell.chromatin_contrast for cell in measure(rgb, segment(rgb))]
    return np.median([contrast for contrast in contrasts if contrast is not None])


@pytest.mark.data
@pytest.mark.skipif(not TALEQANI.is_dir(), reason="needs ../shared/data/taleqani")
def test_real_fields_have_nearly_the_same_in_their_small_copies():
    with (TALEQANI / "manifest.csv").open() as manifest:
        pairs = [(row["file"], row["fullsize"]) for row in csv.DictReader(manifest) if row["fullsize"]][::3]
    ratios = [typical_contrast(TALEQANI / small) / typical_contrast(TALEQANI / full) for small, full in pairs]
    assert len(ratios) > 10
    assert np.median(ratios) == pytest.approx(1, abs=0.1)
    assert np.mean(np.abs(np.array(ratios) - 1) < 0.2) > 0.9
