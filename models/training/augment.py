"""Random views of a training image that must not change what it is called.

Colours, background and red cells tell the classes of this data apart without a leukocyte being looked at, because
each class was photographed in its own session. So most of what the network sees wears the colours of another
class, and in a good part of it the leukocytes lie in a field of another class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.preprocessing import SIZE, cover_corner
from models.segmentation import segment
from models.training import colour
from models.training.data import Example, load

Image = npt.NDArray[np.uint8]

EMPTIED = 0.08
"""Share of views with every leukocyte painted over, to be called no class more than another: what red cells and
background tell must not count."""
GREY = 0.08
WHITE_BALANCED = 0.06
TRANSPLANTED = 0.3
"""Share of views whose leukocytes lie in the field of another class."""
DRESSED = 0.7
"""Share of transplanted leukocytes that wear the colours of the field they lie in."""
GREY_TRANSPLANTED = 0.3
SWAPPED = 0.55
"""Share of the remaining views that wear the colours of an image of another class."""
HOLED = 0.15
"""Share of views with up to 5 patches of background painted anywhere, so that a patch alone tells nothing."""
RESAMPLED = 0.6
"""Share of views that are zoomed and shifted; the others keep their pixels as sharp as they are in use."""
BLURRED = 0.3
RECOMPRESSED = 0.3
ZOOM = (0.8, 1.25)
SHIFT = 12
"""Pixels of 224 in either direction."""
JITTER = 0.12
"""Standard deviation of the random gain of each colour deviation; means move by 4 CIELAB units."""
MARGIN = 3
"""Pixels around a leukocyte that are painted over with it."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that views are made of.

    Attributes
    ----------
    images : uint8 (N, 224, 224, 3)
        Corner covered.
    cells : bool (N, 224, 224)
        Where leukocytes are.
    labels : intp (N,)
        Indices into `LABELS`.
    """

    images: npt.NDArray[np.uint8]
    cells: npt.NDArray[np.bool_]
    labels: npt.NDArray[np.intp]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Stock":
        """Read and segment examples, as they are shown to the network in use."""
        images, labels = load(examples)
        # Segmented before the corner is covered: its edge would be taken for a cell's.
        cells = np.stack([segment(image).labels > 0 for image in images])
        return cls(np.stack([cover_corner(image) for image in images]), cells, labels)


@dataclass(frozen=True, slots=True)
class View:
    """One random variant of an image.

    Attributes
    ----------
    image : uint8 (224, 224, 3)
    cells : bool (224, 224)
        Where leukocytes are; nowhere when they are painted over.
    donor
        Place in the stock of the image whose colours or field it borrows; -1 when none. A view must not be trained
        on where its donor is held out.
    is_empty
        Whether its leukocytes are painted over, so that no class is to be called.
    """

    image: Image
    cells: npt.NDArray[np.bool_]
    donor: int
    is_empty: bool


def view(stock: Stock, place: int, random: np.random.Generator) -> View:
    """Return a random view of the image at a place of the stock; `random` decides everything."""
    image, cells, donor = stock.images[place], stock.cells[place], -1
    draw = random.random()
    is_empty = draw < EMPTIED
    if is_empty:
        image, cells = erase(image, cells), np.zeros_like(cells)
        donor = _donor(stock, place, random) if random.random() < SWAPPED else -1
        image = _dress(image, stock.images[donor] if donor >= 0 else image, random)
    elif draw < EMPTIED + GREY:
        image = colour.grey(image)
    elif draw < EMPTIED + GREY + WHITE_BALANCED:
        image = (colour.white_balance, colour.grey_world)[int(random.integers(2))](image)
    elif draw < EMPTIED + GREY + WHITE_BALANCED + TRANSPLANTED:
        donor = _donor(stock, place, random)
        image = _transplant(stock, place, donor, random)
    else:
        donor = _donor(stock, place, random) if random.random() < SWAPPED else -1
        image = _dress(image, stock.images[donor] if donor >= 0 else image, random)
    image, cells = _moved(image, cells, random)
    if random.random() < HOLED:
        image = _hole(image, random)
    return View(_degrade(image, random), cells, donor, is_empty)


def erase(image: Image, cells: npt.NDArray[np.bool_]) -> Image:
    """Paint leukocytes and a margin around them with the median colour of the rest.

    Parameters
    ----------
    image : uint8 (H, W, 3)
    cells : bool (H, W)

    Returns
    -------
    uint8 (H, W, 3)
        A copy.
    """
    erased = image.copy()
    painted = grown(cells, MARGIN) > 0
    if painted.any() and not painted.all():
        erased[painted] = np.median(image[~painted], axis=0)
    return erased


def grown(cells: npt.NDArray[np.bool_], margin: int) -> Image:
    """Widen a mask by a margin in pixels: uint8, 1 inside."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.dilate(cells.astype(np.uint8), disc), np.uint8)


def _donor(stock: Stock, place: int, random: np.random.Generator) -> int:
    """Draw a random image of a random other class."""
    other = random.choice([label for label in np.unique(stock.labels) if label != stock.labels[place]])
    return int(random.choice(np.flatnonzero(stock.labels == other)))


def _dress(image: Image, colours_of: Image, random: np.random.Generator) -> Image:
    wanted = colour.statistics(colours_of)
    means = wanted[0] + random.normal(0, 4, 3)
    deviations = wanted[1] * np.exp(random.normal(0, JITTER, 3))
    return colour.put(image, np.stack([means, deviations]).astype(np.float32))


def _transplant(stock: Stock, place: int, donor: int, random: np.random.Generator) -> Image:
    """Lay the leukocytes of one image into the emptied field of another."""
    image = stock.images[place]
    if random.random() < DRESSED:
        image = _dress(image, stock.images[donor], random)
    field = _turned(erase(stock.images[donor], stock.cells[donor]), random)
    soft = cv2.GaussianBlur(grown(stock.cells[place], MARGIN - 1).astype(np.float32), (0, 0), 1)[..., None]
    laid = np.rint(image * soft + field * (1 - soft)).astype(np.uint8)
    return colour.grey(laid) if random.random() < GREY_TRANSPLANTED else laid


def _turned(image: Image, random: np.random.Generator) -> Image:
    turned = np.rot90(image, int(random.integers(4)))
    return np.ascontiguousarray(turned[:, ::-1] if random.integers(2) else turned)


def _moved(
    image: Image, cells: npt.NDArray[np.bool_], random: np.random.Generator
) -> tuple[Image, npt.NDArray[np.bool_]]:
    both = _turned(np.dstack([image, cells * np.uint8(255)]), random)
    if random.random() < RESAMPLED:
        both = _resampled(both, random)
    return np.ascontiguousarray(both[..., :3]), both[..., 3] > 127  # noqa: PLR2004 - half of 255


def _resampled(image: Image, random: np.random.Generator) -> Image:
    matrix = np.asarray(cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), 0, random.uniform(*ZOOM)), np.float64)
    matrix[:, 2] += random.uniform(-SHIFT, SHIFT, 2)
    return np.asarray(cv2.warpAffine(image, matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def _hole(image: Image, random: np.random.Generator) -> Image:
    holed = image.copy()
    background = [int(value) for value in np.median(image, axis=(0, 1))]
    for _ in range(random.integers(1, 6)):
        centre = [int(place) for place in random.integers(0, SIZE, 2)]
        axes = [int(length) for length in random.integers(5, 15, 2)]
        cv2.ellipse(holed, centre, axes, 0, 0, 360, background, thickness=-1)
    return holed


def _degrade(image: Image, random: np.random.Generator) -> Image:
    """Blur and compress some, as cheap lenses and chat programs do."""
    if random.random() < BLURRED:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), random.uniform(0.3, 1.4)), np.uint8)
    if random.random() < RECOMPRESSED:
        quality = int(random.integers(40, 96))
        _, compressed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(compressed, cv2.IMREAD_COLOR), np.uint8)
    return image
