"""Drawn smear fields with perfect masks: for the demo and for tests, where no patient's image belongs."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation import BACKGROUND, CYTOPLASM, NUCLEUS

Rgb = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]
Density = npt.NDArray[np.float32]

_CELL_SHARE = 0.052  # radius of a red cell, as a share of the shorter side
_RIM = 0.5  # pixels below the rim at which a pixel counts as inside


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn field and what is in it.

    Attributes
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    labels : numpy.ndarray
        uint8, (height, width): 0 background, 128 cytoplasm, 255 nucleus.
    nuclei, cells : numpy.ndarray
        int32, (height, width): the number of the leukocyte, from 1; 0 elsewhere.
    count : int
        Leukocytes in view.
    """

    rgb: Rgb
    labels: npt.NDArray[np.uint8]
    nuclei: Labels
    cells: Labels
    count: int


def draw(
    seed: int,
    width: int = 1024,
    height: int = 768,
    *,
    leukocytes: int | None = None,
    red_cells: int | None = None,
    scale_bar: bool = True,
) -> Drawing:
    """Draw a smear field.

    Parameters
    ----------
    seed : int
        The same seed and size always give the same field.
    width, height : int
        Pixels.
    leukocytes, red_cells : int, optional
        How many; chance decides when left out.
    scale_bar : bool
        Burn one into the bottom right corner, as cameras do.

    Returns
    -------
    Drawing
    """
    chance = np.random.default_rng(seed)
    radius = _CELL_SHARE * min(width, height)
    field = _Field(width, height, chance, radius)
    field.add_red_cells(red_cells if red_cells is not None else field.usual_red_cells())
    field.add_platelets()
    field.add_leukocytes(leukocytes if leukocytes is not None else int(chance.integers(5, 14)))
    rgb = field.photograph()
    if scale_bar:
        _burn_scale_bar(rgb)
    labels = np.where(field.nuclei > 0, NUCLEUS, np.where(field.cells > 0, CYTOPLASM, BACKGROUND))
    count = len(np.unique(field.cells)) - 1
    return Drawing(rgb, labels.astype(np.uint8), field.nuclei, field.cells, count)


def draw_jpeg(seed: int, width: int = 1024, height: int = 768, *, leukocytes: int | None = None) -> bytes:
    """Draw a smear field as the bytes of a JPEG file (quality 92); see ``draw``."""
    bgr = cv2.cvtColor(draw(seed, width, height, leukocytes=leukocytes).rgb, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return encoded.tobytes()


class _Field:
    """A field of view in optical density, filled from the slide upwards."""

    def __init__(self, width: int, height: int, chance: np.random.Generator, radius: float) -> None:
        self.width, self.height, self.chance, self.radius = width, height, chance, radius
        self.density: Density = np.zeros((height, width, 3), np.float32)
        self.nuclei: Labels = np.zeros((height, width), np.int32)
        self.cells: Labels = np.zeros((height, width), np.int32)
        strength = chance.uniform(0.85, 1.15)
        self.red_dye = np.array([0.36, 0.31, 0.13]) * strength * chance.uniform(0.9, 1.1, 3)
        self.nuclear_dye = np.array([0.72, 1.25, 0.06]) * strength * chance.uniform(0.9, 1.1, 3)
        self.cytoplasm_dye = np.array([0.42, 0.36, 0.04]) * strength * chance.uniform(0.9, 1.1, 3)

    def usual_red_cells(self) -> int:
        return int(0.55 * self.width * self.height / (np.pi * self.radius**2))

    def add_red_cells(self, number: int) -> None:
        for _ in range(number):
            size = self.radius * self.chance.uniform(0.8, 0.98)
            depth, window = self._blob(*self._place(), size, elongation=0.12, wobble=0.025)
            if depth is None:
                continue
            inner = np.clip(depth / size, 0, 1)
            rim = np.clip(depth / (0.1 * size), 0, 1)
            pallor = self.chance.uniform(0.25, 0.75)
            profile = rim * (1 - pallor * np.clip((inner - 0.35) / 0.45, 0, 1) ** 1.5)
            self.density[window] += (profile * self.chance.uniform(0.85, 1.1))[..., None] * self.red_dye

    def add_platelets(self) -> None:
        for _ in range(int(self.chance.integers(3, 14))):
            size = self.radius * self.chance.uniform(0.12, 0.26)
            depth, window = self._blob(*self._place(), size, elongation=0.3, wobble=0.1)
            if depth is not None:
                profile = np.clip(depth / (size * 0.8), 0, 1) * self.chance.uniform(0.25, 0.55)
                self.density[window] += profile[..., None] * self.nuclear_dye

    def add_leukocytes(self, number: int) -> None:
        for _ in range(number * 20):
            if self.cells.max() >= number:
                break
            x, y = self._place(inside=0.02)
            size = self.radius * self.chance.uniform(1.0, 1.45)
            depth, window = self._blob(x, y, size, elongation=0.14, wobble=0.05)
            if depth is None or (self.cells[window][depth > 0] > 0).any():
                continue
            self._stain_leukocyte(x, y, size, depth, window)

    def _stain_leukocyte(self, x: float, y: float, size: float, depth: Density, window: tuple[slice, slice]) -> None:
        label = int(self.cells.max()) + 1
        drift = self.chance.normal(0, 0.06, 2) * size
        share = self.chance.uniform(0.78, 0.93)
        core, _ = self._blob(x + drift[0], y + drift[1], size * share, elongation=0.1, wobble=0.06, window=window)
        if core is None:
            return
        core = np.minimum(core, depth - 0.02 * size)
        body, nucleus = np.clip(depth / 1.5, 0, 1), np.clip(core / 1.5, 0, 1)
        self.density[window] *= (1 - 0.9 * body)[..., None]
        grain = 1 + 0.09 * self._texture(depth.shape, size / 8) + 0.09 * self._texture(depth.shape, size / 3)
        self.density[window] += (body * (1 - nucleus))[..., None] * self.cytoplasm_dye
        strength = self.chance.uniform(0.75, 1.1)
        self.density[window] += (nucleus * grain * strength)[..., None] * self.nuclear_dye
        self.cells[window][depth > _RIM] = label
        self.nuclei[window][core > _RIM] = label

    def photograph(self) -> Rgb:
        """Shine uneven light through the field, blur a little, add the camera's noise."""
        lamp = np.array([250, 253, 246]) * self.chance.uniform(0.96, 1.0, 3)
        rows, columns = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j].astype(np.float32)
        tilt = self.chance.normal(0, 0.02, 2)
        light = 1 - 0.06 * (rows**2 + columns**2) + tilt[0] * rows + tilt[1] * columns
        density = cv2.GaussianBlur(self.density, (0, 0), float(self.chance.uniform(0.7, 1.2)))
        image = lamp * np.exp(-density) * light[..., None]
        image += cv2.GaussianBlur(5 * self.chance.standard_normal(image.shape, np.float32), (0, 0), 0.8)
        return np.asarray(np.clip(image, 0, 255), np.uint8)

    def _place(self, inside: float = -0.03) -> tuple[float, float]:
        x = self.chance.uniform(inside, 1 - inside) * self.width
        y = self.chance.uniform(inside, 1 - inside) * self.height
        return float(x), float(y)

    def _texture(self, shape: tuple[int, ...], grain: float) -> Density:
        """Smooth noise of unit deviation, grains of about the given size in pixels."""
        noise = cv2.GaussianBlur(self.chance.standard_normal(shape, np.float32), (0, 0), max(grain / 2, 0.6))
        return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)

    def _blob(
        self,
        x: float,
        y: float,
        size: float,
        *,
        elongation: float,
        wobble: float,
        window: tuple[slice, slice] | None = None,
    ) -> tuple[Density | None, tuple[slice, slice]]:
        """Depth in pixels below the rim of a roundish shape (negative outside), within its window of the field."""
        reach = int(size * (1 + elongation + 3 * wobble)) + 3
        window = window or (
            slice(max(0, int(y) - reach), max(0, min(self.height, int(y) + reach))),
            slice(max(0, int(x) - reach), max(0, min(self.width, int(x) + reach))),
        )
        if window[0].start >= window[0].stop or window[1].start >= window[1].stop:
            return None, window
        rows, columns = np.mgrid[window].astype(np.float32)
        turn = self.chance.uniform(0, np.pi)
        stretch = 1 + self.chance.uniform(0, elongation)
        across = ((columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)) * stretch
        along = ((rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)) / stretch
        angle = np.arctan2(along, across)
        rim = np.ones_like(angle)
        for waves in (2, 3, 4, 5):
            rim += wobble * self.chance.normal() / waves * 2 * np.cos(waves * angle + self.chance.uniform(0, 6.3))
        return np.asarray(size * rim - np.hypot(across, along), np.float32), window


def _burn_scale_bar(rgb: Rgb) -> None:
    height, width = rgb.shape[:2]
    unit = width / 1024
    right, bottom = width - int(30 * unit), height - int(30 * unit)
    left = right - max(4, int(100 * unit))
    box = (slice(bottom - int(26 * unit), height - int(18 * unit)), slice(left - int(5 * unit), width - int(25 * unit)))
    rgb[box] = 255
    cv2.line(rgb, (left, bottom), (right, bottom), (0, 0, 0), max(1, round(2 * unit)))
    for x in (left, right):
        cv2.line(rgb, (x, bottom - int(6 * unit)), (x, bottom + int(6 * unit)), (0, 0, 0), max(1, round(2 * unit)))
    cv2.putText(
        rgb,
        "100 pixel",
        (left, bottom - int(9 * unit)),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.45 * unit,
        (0, 0, 0),
        1,
        cv2.LINE_AA,
    )
