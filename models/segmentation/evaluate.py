"""Measure the segmentation against drawn masks: `python -m models.segmentation.evaluate FOLDER`.

The folder holds ``images/`` and ``masks/`` with the same names; a mask is 0 background, 128 cytoplasm, 255 nucleus.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.decoding import decode
from models.segmentation import BACKGROUND, NUCLEUS, segment

Scores = npt.NDArray[np.float64]

_FAILED_BELOW = 0.5
_RESAMPLES = 10_000
_SEED = 20_211


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Dice coefficients, one an image, 0 to 1, in the order of ``names``."""

    names: tuple[str, ...]
    nucleus: Scores
    cell: Scores
    single: Scores
    """1 where exactly one cell was found, else 0."""


def evaluate(folder: Path) -> Evaluation:
    """Segment every image of a folder and compare it with its mask.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``images/`` and ``masks/``.

    Returns
    -------
    Evaluation

    Raises
    ------
    FileNotFoundError
        When there are no images, or an image has no mask.
    """
    images = sorted((folder / "images").iterdir()) if (folder / "images").is_dir() else []
    if not images:
        raise FileNotFoundError(f"Put the photographs in {folder / 'images'} and their masks in {folder / 'masks'}.")
    rows = []
    for image in images:
        truth = _mask_of(image, folder / "masks")
        found = segment(decode(image.read_bytes()))
        rows.append(
            (
                dice(found.labels == NUCLEUS, truth == NUCLEUS),
                dice(found.labels != BACKGROUND, truth != BACKGROUND),
                float(found.count == 1),
            )
        )
    nucleus, cell, single = (np.array(column) for column in zip(*rows, strict=True))
    return Evaluation(tuple(image.stem for image in images), nucleus, cell, single)


def dice(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    """Dice coefficient of two masks of the same shape: 0 (apart) to 1 (the same, or both empty)."""
    total = int(found.sum()) + int(truth.sum())
    return 2 * int((found & truth).sum()) / total if total else 1.0


def interval(scores: Scores) -> tuple[float, float]:
    """95 % bootstrap interval of a mean (percentile method, fixed seed)."""
    chance = np.random.default_rng(_SEED)
    means = scores[chance.integers(0, len(scores), (_RESAMPLES, len(scores)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _mask_of(image: Path, masks: Path) -> npt.NDArray[np.uint8]:
    for mask in masks.glob(f"{image.stem}.*"):
        return decode(mask.read_bytes())[..., 0]
    raise FileNotFoundError(f"Put the mask of {image.name} into {masks} under the same name.")


def main(arguments: list[str] | None = None) -> int:
    """Print mean Dice with its interval, the share of failures, and the worst images."""
    parser = argparse.ArgumentParser(prog="python -m models.segmentation.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with images/ and masks/")
    result = evaluate(parser.parse_args(arguments).folder)
    lines = [f"{len(result.names)} images"]
    for name, scores in (("nucleus", result.nucleus), ("cell", result.cell)):
        low, high = interval(scores)
        lines.append(
            f"{name:8} Dice {scores.mean():.4f} (95 % {low:.4f} to {high:.4f}), median {np.median(scores):.4f}, "
            f"below {_FAILED_BELOW}: {(scores < _FAILED_BELOW).mean():.3f}"
        )
    lines.append(f"exactly one cell found in {result.single.mean():.3f}")
    worst = np.argsort(result.nucleus, kind="stable")[:5]
    lines.append("worst: " + ", ".join(f"{result.names[i]} {result.nucleus[i]:.2f}" for i in worst))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
