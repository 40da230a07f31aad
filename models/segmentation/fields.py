"""Measure which leukocytes of drawn fields are found: `python -m models.segmentation.fields [--fields 40]`."""

import argparse
import sys
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.decoding import decode
from models.segmentation import segment
from models.synthetic import draw, encode

Labels = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]

MATCHED_FROM = 0.5
"""Overlap (intersection over union) from which an outline counts as found; at most one can reach it."""
FIRST_SEED = 10_000
"""The fields measured begin here: no drawing was tuned by looking at these seeds."""
_RESAMPLES = 10_000
_RESAMPLING_SEED = 20_211


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found in a series of fields; each array holds one number a field.

    Attributes
    ----------
    matched, found, drawn : numpy.ndarray
        int64, (fields,): outlines that are both, that were found, and that are there.
    """

    matched: Counts
    found: Counts
    drawn: Counts

    def precision(self) -> float:
        """Share of the outlines found that are there, 0 to 1 (1 when none was found)."""
        return float(_ratio(self.matched.sum(), self.found.sum()))

    def recall(self) -> float:
        """Share of the outlines there that were found, 0 to 1 (1 when there are none)."""
        return float(_ratio(self.matched.sum(), self.drawn.sum()))

    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        return float(_ratio(2 * self.matched.sum(), (self.found + self.drawn).sum()))

    def interval(self) -> tuple[float, float]:
        """95 % bootstrap interval of F1 over fields (percentile method, fixed seed)."""
        fields = len(self.drawn)
        chosen = np.random.default_rng(_RESAMPLING_SEED).integers(0, fields, (_RESAMPLES, fields))
        scores = _ratio(2 * self.matched[chosen].sum(axis=1), (self.found + self.drawn)[chosen].sum(axis=1))
        low, high = np.quantile(scores, [0.025, 0.975])
        return float(low), float(high)


def detect(fields: int, *, first_seed: int = FIRST_SEED, width: int = 1024, height: int = 768) -> dict[str, Detection]:
    """Draw fields, segment their JPEG files, and match what is found with what is there.

    Parameters
    ----------
    fields : int
        How many, with consecutive seeds.
    first_seed : int
    width, height : int
        Pixels of each field.

    Returns
    -------
    dict
        ``"cells"`` and ``"nuclei"``: Detection.
    """
    counts: dict[str, list[tuple[int, int, int]]] = {"cells": [], "nuclei": []}
    for seed in range(first_seed, first_seed + fields):
        drawing = draw(seed, width, height)
        found = segment(decode(encode(drawing.rgb)))
        counts["cells"].append(match(found.cells, drawing.cells))
        counts["nuclei"].append(match(found.nuclei, drawing.nuclei))
    return {name: Detection(*np.array(rows, np.int64).T) for name, rows in counts.items()}


def match(found: Labels, drawn: Labels) -> tuple[int, int, int]:
    """Count the outlines of two label images that are the same, that were found, and that are there.

    Parameters
    ----------
    found, drawn : numpy.ndarray
        int32, (h, w) and (height, width) of the same field: 0, or the number of the outline. What is found is brought
        to the size of what is there.

    Returns
    -------
    tuple of int
        Matched, found, drawn.
    """
    if found.shape != drawn.shape:
        size = drawn.shape[1], drawn.shape[0]
        found = cv2.resize(found.astype(np.float32), size, interpolation=cv2.INTER_NEAREST).astype(np.int32)
    columns, rows = int(found.max(initial=0)) + 1, int(drawn.max(initial=0)) + 1
    pairs = np.bincount((drawn.astype(np.int64) * columns + found).ravel(), minlength=rows * columns)
    shared = pairs.reshape(rows, columns)
    areas_found, areas_drawn = shared.sum(axis=0), shared.sum(axis=1)
    union = areas_drawn[1:, None] + areas_found[None, 1:] - shared[1:, 1:]
    matched = int((shared[1:, 1:] > MATCHED_FROM * union).sum())
    return matched, int((areas_found[1:] > 0).sum()), int((areas_drawn[1:] > 0).sum())


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    return np.where(whole > 0, part / np.maximum(whole, 1), 1.0)


def main(arguments: list[str] | None = None) -> int:
    """Print precision, recall and F1 of cells and of nuclei."""
    parser = argparse.ArgumentParser(prog="python -m models.segmentation.fields", description=__doc__)
    parser.add_argument("--fields", type=int, default=40, help="how many fields to draw")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="seed of the first")
    asked = parser.parse_args(arguments)
    if asked.fields < 1:
        parser.error("--fields takes a number from 1.")
    lines = [f"{asked.fields} drawn fields, seeds from {asked.seed}, matched from an overlap of {MATCHED_FROM}"]
    for name, result in detect(asked.fields, first_seed=asked.seed).items():
        low, high = result.interval()
        lines.append(
            f"{name:6} precision {result.precision():.4f}, recall {result.recall():.4f}, F1 {result.f1():.4f} "
            f"(95 % {low:.4f} to {high:.4f}); {result.drawn.sum()} drawn, {result.found.sum()} found"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
