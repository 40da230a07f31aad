"""How a smear was made, stained and lit: what all cells of a field have in common."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.float32]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Slide:
    """A preparation and the light it is seen in.

    Attributes
    ----------
    haemoglobin, chromatin, cytoplasm : tuple of float
        Optical density (natural logarithm) in red, green and blue of one thickness of a red cell, of a nucleus and of a
        leukocyte's cytoplasm.
    light : tuple of float
        Brightness of the empty field, 0 to 255; above 255 is overexposed, as most of these photographs are.
    coverage : float
        Area of all red cells together, as a share of the field.
    pallor : float
        How much thinner a red cell is in the middle, 0 (evenly thick) to 1 (as in life).
    stacked : float
        Share of the red cells that lie half over another one.
    pressed : float
        Share of its thickness that a red cell keeps where it lies over another.
    crenated : float
        Share of the red cells with teeth.
    softness : float
        How far red cells are out of focus, as a share of their diameter.
    veil : float
        Stray light and dried plasma around the cells, as a share of their density.
    leukocytes : float
        Usual number per 100 red-cell diameters squared.
    leukocyte_size : float
        Usual diameter of a leukocyte, in red-cell diameters.
    clustered : float
        Share of the leukocytes that lie beside another one.
    """

    haemoglobin: Colour
    chromatin: Colour
    cytoplasm: Colour
    light: Colour
    coverage: float
    pallor: float
    stacked: float
    pressed: float
    crenated: float
    softness: float
    veil: float
    leukocytes: float
    leukocyte_size: float
    clustered: float


SLIDES = (
    Slide((0.20, 0.22, 0.09), (0.52, 0.96, 0.00), (0.36, 0.37, 0.03), (258, 258, 250),
          0.62, 0.85, 0.25, 0.40, 0.10, 0.030, 0.08, 6.0, 1.15, 0.15),
    Slide((0.28, 0.24, 0.12), (0.42, 0.58, 0.00), (0.40, 0.34, 0.01), (252, 257, 243),
          0.70, 0.15, 0.40, 0.30, 0.45, 0.030, 0.10, 4.0, 1.35, 0.25),
    Slide((0.34, 0.31, 0.16), (0.42, 0.66, 0.00), (0.50, 0.43, 0.00), (249, 257, 254),
          0.80, 0.10, 0.70, 0.15, 0.10, 0.075, 0.16, 5.5, 1.35, 0.30),
    Slide((0.40, 0.31, 0.10), (0.38, 0.54, 0.00), (0.55, 0.40, 0.00), (246, 257, 254),
          0.75, 0.70, 0.50, 0.25, 0.05, 0.050, 0.13, 14.0, 1.35, 0.45),
    Slide((0.27, 0.23, 0.11), (0.14, 0.37, 0.00), (0.14, 0.17, 0.05), (258, 257, 249),
          0.60, 0.85, 0.40, 0.55, 0.02, 0.035, 0.08, 5.0, 1.30, 0.20),
)  # fmt: skip
"""Five preparations of a marrow laboratory: thin and dark, thick, in rolls, full of leukocytes, pale and pink."""


def prepare(chance: np.random.Generator) -> Slide:
    """Make one of the preparations, a little differently each time."""
    slide = SLIDES[int(chance.integers(len(SLIDES)))]
    strength = chance.uniform(0.88, 1.12)

    def dye(colour: Colour) -> Colour:
        red, green, blue = (value * strength * chance.uniform(0.93, 1.07) for value in colour)
        return red, green, blue

    lamp = chance.normal(0, 1.0)
    red, green, blue = (value + lamp + chance.normal(0, 1.0) for value in slide.light)
    return replace(
        slide,
        haemoglobin=dye(slide.haemoglobin),
        chromatin=dye(slide.chromatin),
        cytoplasm=dye(slide.cytoplasm),
        light=(red, green, blue),
        coverage=slide.coverage * chance.uniform(0.7, 1.25),
        pallor=float(np.clip(slide.pallor + chance.normal(0, 0.1), 0, 1)),
        stacked=float(np.clip(slide.stacked + chance.normal(0, 0.1), 0, 0.8)),
        crenated=slide.crenated * chance.uniform(0, 2),
        softness=slide.softness * chance.uniform(0.6, 1.4),
        veil=slide.veil * chance.uniform(0.6, 1.4),
        leukocytes=slide.leukocytes * chance.uniform(0.6, 1.4),
        leukocyte_size=slide.leukocyte_size * chance.uniform(0.93, 1.07),
    )
