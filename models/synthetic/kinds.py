"""The kinds of leukocytes that are drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of leukocyte; each pair is a range.

    Attributes
    ----------
    size : tuple of float
        Diameter, as a share of the slide's usual leukocyte.
    nucleus : tuple of float
        Diameter of the nucleus, as a share of the cell's.
    density : tuple of float
        How much chromatin lies in the nucleus.
    grain : float
        How unevenly it lies there.
    basophilia : tuple of float
        How deeply the cytoplasm is stained.
    wobble : float
        How uneven the outlines are, as a share of the radius.
    dent : float
        Chance that the nucleus is indented, and half the chance that the cell has a bump.
    nucleoli : int
        At most so many.
    weight : float
        How often it is met; fields differ.
    """

    size: tuple[float, float]
    nucleus: tuple[float, float]
    density: tuple[float, float]
    grain: float
    basophilia: tuple[float, float]
    wobble: float
    dent: float
    nucleoli: int
    weight: float


SMALL_LYMPHOBLAST = Kind((0.82, 0.98), (0.88, 0.95), (0.95, 1.15), 0.14, (0.9, 1.3), 0.025, 0.15, 0, 1.2)
LARGE_LYMPHOBLAST = Kind((0.95, 1.15), (0.80, 0.92), (0.84, 1.04), 0.17, (0.8, 1.4), 0.040, 0.45, 2, 1.5)
AMPLE_LYMPHOBLAST = Kind((1.10, 1.35), (0.70, 0.85), (0.80, 0.98), 0.18, (0.7, 1.2), 0.045, 0.35, 3, 0.6)
HEMATOGONE = Kind((0.65, 0.85), (0.92, 0.97), (1.10, 1.35), 0.11, (0.6, 0.9), 0.020, 0.20, 0, 1.0)
KINDS = (SMALL_LYMPHOBLAST, LARGE_LYMPHOBLAST, AMPLE_LYMPHOBLAST, HEMATOGONE)
