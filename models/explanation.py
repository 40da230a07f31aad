"""Where the network looked, and whether it looked at cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CELL_SHARE = 0.1
"""A square of the map counts as a cell's when cells cover at least this share of it: the squares are
larger than a cell, so one that a whole cell lies in is never fully covered."""
INSIDE_LIMIT = 0.5
SAMPLES = 32
OUTSIDE_WARNING = (
    "Most of the activation map's energy lies outside the cells, so the map does not show that the result rests on "
    "them: read this image yourself before relying on it."
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An exact class-activation map laid over the segmentation.

    Attributes
    ----------
    activation_map : float64 (h, w)
        Positive evidence for the class, 0..1, the strongest square 1.
    inside
        Share of the map's energy in squares that hold cells, 0..1; 0 when the map is empty.
    even
        What `inside` would be if the energy were spread evenly: the share of squares that hold cells, 0..1.
    contributions
        By cell label 1..n (place 0 is label 1): that cell's share of the map's energy; they sum to `inside`.
    """

    activation_map: npt.NDArray[np.float64]
    inside: float
    even: float
    contributions: npt.NDArray[np.float64]

    @property
    def warning(self) -> str | None:
        """The sentence for the report when most energy lies outside the cells."""
        return OUTSIDE_WARNING if self.inside < INSIDE_LIMIT else None


def activation_map(
    feature_map: npt.NDArray[np.float32], dense: npt.NDArray[np.float32], label: int
) -> npt.NDArray[np.float64]:
    """Compute a class-activation map (Zhou et al. 2016, doi:10.1109/CVPR.2016.319).

    Parameters
    ----------
    feature_map : float32 (h, w, D)
    dense : float32 (D, 4)
        Weights from pooled features to logits.
    label
        Index into `LABELS`.

    Returns
    -------
    float64 (h, w)
        Evidence for the class against the mean of the classes, negative values dropped, strongest square 1
        (all 0 when no square speaks for the class).
    """
    weights = dense[:, label].astype(np.float64) - dense.astype(np.float64).mean(axis=1)
    evidence = np.maximum(feature_map.astype(np.float64) @ weights, 0)
    strongest = float(evidence.max())
    return np.asarray(evidence / strongest if strongest > 0 else evidence, np.float64)


def explain(
    feature_map: npt.NDArray[np.float32],
    dense: npt.NDArray[np.float32],
    label: int,
    cells: npt.NDArray[np.int32],
) -> Explanation:
    """Map the evidence for a class and share it out to the cells.

    Parameters
    ----------
    feature_map : float32 (h, w, D)
    dense : float32 (D, 4)
    label
        Index into `LABELS`.
    cells : int32 (H, W)
        Cell labels of the whole image at any size, 0 background.

    Returns
    -------
    Explanation
    """
    evidence = activation_map(feature_map, dense, label)
    covered = _coverage(cells, evidence.shape)
    total = covered.sum(axis=0)
    energy = evidence.sum()
    even = float((total >= CELL_SHARE).mean())
    if energy == 0 or not len(covered):
        return Explanation(evidence, 0.0, even, np.zeros(len(covered)))
    shares = np.where(total >= CELL_SHARE, covered / np.maximum(total, 1e-12), 0.0)
    contributions = (shares * evidence).sum(axis=(1, 2)) / energy
    return Explanation(evidence, float(contributions.sum()), even, contributions)


def _coverage(cells: npt.NDArray[np.int32], grid: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return, per cell label 1..n and square of the grid, the share of the square that the cell covers."""
    squares = grid[0] * grid[1]
    count = int(cells.max(initial=0))
    # 32 x 32 samples per square are as good as every pixel, and the same work for every image size.
    row, column = (
        np.arange(side * SAMPLES) * length // (side * SAMPLES) for side, length in zip(grid, cells.shape, strict=True)
    )
    sampled = cells[row][:, column].reshape(grid[0], SAMPLES, grid[1], SAMPLES)
    place = np.arange(squares).reshape(grid[0], 1, grid[1], 1) + squares * sampled.astype(np.int64)
    pixels = np.bincount(place.ravel(), minlength=(count + 1) * squares)
    return pixels.reshape(count + 1, *grid)[1:] / SAMPLES**2
