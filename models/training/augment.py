"""Random changes of an image that must not change what it is called.

Colours tell the classes of this data apart without a cell being looked at, because each class was
photographed in its own session. So half of what the network sees wears the colours of another class.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.preprocessing import SIZE, cover_corner
from models.training import colour

SWAPPED = 0.5
"""Share of samples that wear the colours of an image of another class."""
GREY = 0.08
WHITE_BALANCED = 0.08
HOLED = 0.25
"""Share of samples with up to 5 patches of background painted anywhere, so that a patch alone tells nothing."""
RESAMPLED = 0.6
"""Share of samples that are zoomed and shifted; the others keep their pixels as sharp as they are in use."""
BLURRED = 0.25
RECOMPRESSED = 0.25
ZOOM = (0.85, 1.2)
SHIFT = 12
"""Pixels of 224 in either direction."""
JITTER = 0.12
"""Standard deviation of the random gain of each colour deviation; means move by 4 CIELAB units."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour statistics of the training images, to dress others in.

    Attributes
    ----------
    statistics : float32 (N, 2, 3)
        As `colour.statistics` returns.
    labels : intp (N,)
    """

    statistics: npt.NDArray[np.float32]
    labels: npt.NDArray[np.intp]

    @classmethod
    def of(cls, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.intp]) -> "Palette":
        """Measure (N, 224, 224, 3) images."""
        return cls(np.stack([colour.statistics(image) for image in images]), labels)

    def another_class(self, label: int, random: np.random.Generator) -> npt.NDArray[np.float32]:
        """Draw the statistics of a random image of a random other class."""
        other = random.choice([each for each in np.unique(self.labels) if each != label])
        chosen: npt.NDArray[np.float32] = self.statistics[random.choice(np.flatnonzero(self.labels == other))]
        return chosen


def _recolour(
    image: npt.NDArray[np.uint8], label: int, palette: Palette, random: np.random.Generator
) -> npt.NDArray[np.uint8]:
    draw = random.random()
    if draw < GREY:
        return colour.grey(image)
    if draw < GREY + WHITE_BALANCED:
        return colour.white_balance(image)
    swapped = random.random() < SWAPPED
    wanted = palette.another_class(label, random) if swapped else colour.statistics(image)
    jitter = np.stack([random.normal(0, 4, 3), random.normal(0, JITTER, 3)]).astype(np.float32)
    return colour.put(image, np.stack([wanted[0] + jitter[0], wanted[1] * np.exp(jitter[1])]))


def _move(image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
    image = np.rot90(image, int(random.integers(4)))
    if random.random() < 0.5:  # noqa: PLR2004 - a fair coin
        image = image[:, ::-1]
    if random.random() >= RESAMPLED:
        return np.ascontiguousarray(image)
    matrix = np.asarray(cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), 0, random.uniform(*ZOOM)), np.float64)
    matrix[:, 2] += random.uniform(-SHIFT, SHIFT, 2)
    moved = cv2.warpAffine(np.ascontiguousarray(image), matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def _hole(image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
    holed = image.copy()
    background = [int(value) for value in np.median(image, axis=(0, 1))]
    for _ in range(random.integers(1, 6)):
        centre = [int(place) for place in random.integers(0, SIZE, 2)]
        axes = [int(length) for length in random.integers(5, 15, 2)]
        cv2.ellipse(holed, centre, axes, 0, 0, 360, background, thickness=-1)
    return holed


def augment(
    image: npt.NDArray[np.uint8], label: int, palette: Palette, random: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Return one random variant of a training image.

    Parameters
    ----------
    image : uint8 (224, 224, 3)
        As read; its corner is covered here, before anything moves.
    label
        Index into `LABELS`; the colours put on come from another.
    palette
        Of the training images only.
    random
        Decides everything.

    Returns
    -------
    uint8 (224, 224, 3)
    """
    changed = _move(_recolour(cover_corner(image), label, palette, random), random)
    if random.random() < HOLED:
        changed = _hole(changed, random)
    if random.random() < BLURRED:
        changed = np.asarray(cv2.GaussianBlur(changed, (0, 0), random.uniform(0.3, 1.2)), np.uint8)
    if random.random() < RECOMPRESSED:
        quality = int(random.integers(50, 96))
        _, compressed = cv2.imencode(".jpg", changed, [cv2.IMWRITE_JPEG_QUALITY, quality])
        changed = np.asarray(cv2.imdecode(compressed, cv2.IMREAD_COLOR), np.uint8)
    return changed
