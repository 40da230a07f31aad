"""Roundish outlines, how deep a pixel lies inside one, and soft noise to fill it with."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
Window = tuple[slice, slice]

_DIRECTIONS = 1024
_ANGLES = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
_FULL_TURN = 2 * np.pi
_LONG_WAVES, _SHORT_WAVES = (2, 3, 4, 5, 7), (11, 16, 23)


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed line around a place.

    Attributes
    ----------
    x, y : float
        The place, in pixels.
    radii : numpy.ndarray
        float32, (1024,): distance to the line in each direction, in pixels.
    """

    x: float
    y: float
    radii: Plane

    @classmethod
    def draw(
        cls,
        chance: np.random.Generator,
        place: tuple[float, float],
        radius: float,
        *,
        stretch: float = 0.0,
        wobble: float = 0.0,
        roughness: float = 0.0,
    ) -> Self:
        """Draw an ellipse whose line wanders.

        Parameters
        ----------
        chance : numpy.random.Generator
        place : tuple of float
            x and y of the middle.
        radius : float
            Pixels; that of the circle of the same area.
        stretch : float
            Up to how much longer than that circle it is, as a share.
        wobble, roughness : float
            Typical size of the long and of the short waves of its line, as a share of the radius.
        """
        longer = 1 + chance.uniform(0, stretch)
        turned = _ANGLES - chance.uniform(0, np.pi)
        radii = radius / np.hypot(np.cos(turned) / longer, np.sin(turned) * longer)
        heights = [(waves, 2 / waves * wobble) for waves in _LONG_WAVES] + [
            (waves, roughness) for waves in _SHORT_WAVES
        ]
        for waves, height in heights:
            if height:
                radii *= 1 + height * chance.normal() * np.cos(waves * _ANGLES + chance.uniform(0, _FULL_TURN))
        return cls(*place, radii.astype(np.float32))

    def with_teeth(self, chance: np.random.Generator, number: int, height: float) -> "Outline":
        """Return the outline with regular teeth all round, as a crenated cell has; height is a share of the radius."""
        phase = number * _ANGLES + 1.2 * np.sin(_ANGLES + chance.uniform(0, _FULL_TURN))
        teeth = 1 + height * (np.abs(np.cos(phase / 2 + chance.uniform(0, _FULL_TURN))) ** 3 - 0.4)
        return Outline(self.x, self.y, (self.radii * teeth).astype(np.float32))

    def with_bump(self, direction: float, height: float, width: float) -> "Outline":
        """Return the outline with one bump (or, below 0, a dent); height is a share of the radius, width in radians."""
        away = np.abs((_ANGLES - direction + np.pi) % _FULL_TURN - np.pi)
        bump = 1 + height * np.exp(-0.5 * (away / width) ** 2)
        return Outline(self.x, self.y, (self.radii * bump).astype(np.float32))

    def window(self, width: int, height: int, margin: float) -> Window | None:
        """Part of a field that holds the outline and a margin in pixels; None when it lies outside."""
        reach = float(self.radii.max()) + margin
        rows = slice(max(0, int(self.y - reach)), min(height, int(self.y + reach) + 2))
        columns = slice(max(0, int(self.x - reach)), min(width, int(self.x + reach) + 2))
        return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None

    def depth(self, window: Window) -> tuple[Plane, Plane]:
        """How deep each pixel lies.

        Returns
        -------
        tuple of numpy.ndarray
            float32, of the window's shape: pixels below the line (negative outside), and distance from the middle as a
            share of the line's (0 in the middle, 1 on the line).
        """
        rows, columns = np.mgrid[window].astype(np.float32)
        distance, angle = cv2.cartToPolar(columns - np.float32(self.x), rows - np.float32(self.y))
        line = self.radii[(angle * np.float32(_DIRECTIONS / _FULL_TURN)).astype(np.int32) % _DIRECTIONS]
        return np.asarray(line - distance, np.float32), np.asarray(distance / line, np.float32)


def step(depth: Plane, softness: float) -> Plane:
    """Rise smoothly from 0 to 1 across a line, over so many pixels on either side of it."""
    share = np.clip(depth / np.float32(2 * max(softness, 0.25)) + np.float32(0.5), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def clouds(chance: np.random.Generator, shape: tuple[int, ...], grain: float) -> Plane:
    """Draw soft noise of mean 0 and deviation 1.

    Parameters
    ----------
    chance : numpy.random.Generator
    shape : tuple of int
        Rows and columns.
    grain : float
        Typical size of a spot, in pixels.
    """
    coarseness = max(grain / 4, 1.0)
    coarse = [int(side / coarseness) + 6 for side in shape[:2]]
    noise = cv2.GaussianBlur(chance.standard_normal(coarse, np.float32), (0, 0), max(grain / coarseness / 2.5, 0.5))
    noise = (noise - noise.mean()) / max(float(noise.std()), 1e-6)
    if coarseness > 1:
        size = int(coarse[1] * coarseness), int(coarse[0] * coarseness)
        noise = cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(noise[1 : shape[0] + 1, 1 : shape[1] + 1], np.float32)
