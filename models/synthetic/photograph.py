"""From dyes on a slide to a photograph: light, lens, sensor."""

import cv2
import numpy as np
import numpy.typing as npt

from models.synthetic.field import Field
from models.synthetic.outlines import Outline, Plane, clouds, step
from models.synthetic.slides import Slide

_STRIP = 1024  # rows developed at a time, to spare memory
_COARSE_DIAMETER = 8.0  # pixels of a red cell in the planes of what varies slowly
_NOISE = np.array([1.0, 0.8, 1.7], np.float32)  # a sensor's share in each channel, after white balance
_HALO = 0.12  # reach of the halo, in red-cell diameters
_VEIL = 0.6  # the same of the veil of stray light
_STRAY = (1.0, 1.0, 4.0)  # how much of it there is in each channel


def photograph(field: Field, slide: Slide, chance: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Take the photograph.

    Light is absorbed as Beer and Lambert have it: optical densities add. The lens blurs each colour differently (blue
    most, which gives cells their yellowish halo) and adds a veil; the lamp is uneven; the sensor has noise that grows
    with brightness and is smoothed by the camera; what is brighter than white is cut off.

    Returns
    -------
    numpy.ndarray
        RGB, uint8, (height, width, 3).
    """
    image = np.empty((field.height, field.width, 3), np.uint8)
    dyes = np.array([slide.haemoglobin, slide.chromatin, slide.cytoplasm], np.float32)
    blurs = np.maximum(field.diameter / 70 * chance.uniform(0.9, 1.5) * np.array([1.0, 0.9, 1.6]), 0.3)
    halo = chance.uniform(0.3, 0.8) * np.array([0.15, 0.1, 1.0], np.float32)
    haze, lamp = _haze(field, slide, dyes, halo, chance), _lamp(field, slide, chance)
    dyes *= 1 - halo
    noise = np.float32(chance.uniform(1.5, 4.0))
    margin = int(4 * blurs.max()) + 2
    for top in range(0, field.height, _STRIP):
        rows = slice(top, min(top + _STRIP, field.height))
        wide = slice(max(0, top - margin), min(field.height, rows.stop + margin))
        shared = chance.standard_normal((rows.stop - top, field.width), np.float32)
        for channel in range(3):
            density = dyes[0, channel] * field.haemoglobin[wide]
            density += dyes[1, channel] * field.chromatin[wide]
            density += dyes[2, channel] * field.cytoplasm[wide]
            density = cv2.GaussianBlur(density, (0, 0), float(blurs[channel]))[top - wide.start :][: len(shared)]
            density += _enlarged(haze[channel], field, rows)
            seen = _enlarged(lamp[channel], field, rows) * np.exp(-density)
            own = chance.standard_normal(seen.shape, np.float32)
            speckle = cv2.GaussianBlur(shared + own, (0, 0), 0.7)
            seen += noise * _NOISE[channel] * speckle * (np.float32(0.4) + seen / np.float32(425))
            image[rows, :, channel] = np.clip(seen + np.float32(0.5), 0, 255)
    return image


def _coarse(field: Field) -> tuple[int, int]:
    share = min(1.0, _COARSE_DIAMETER / field.diameter)
    return max(4, round(field.width * share)), max(4, round(field.height * share))


def _haze(field: Field, slide: Slide, dyes: Plane, halo: Plane, chance: np.random.Generator) -> list[Plane]:
    """Density of halo, veil and dried plasma in each channel, coarse."""
    size = _coarse(field)
    planes = np.array(
        [
            cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
            for plane in (field.haemoglobin, field.chromatin, field.cytoplasm)
        ]
    )
    diameter = field.diameter * size[0] / field.width
    plasma = np.float32(chance.uniform(0, 0.012)) * clouds(chance, (size[1], size[0]), 3 * diameter)
    haze = []
    for channel in range(3):
        density = np.tensordot(dyes[:, channel], planes, axes=1)
        near = cv2.GaussianBlur(density, (0, 0), max(_HALO * diameter, 0.5))
        far = cv2.GaussianBlur(density, (0, 0), _VEIL * diameter)
        haze.append(np.asarray(halo[channel] * near + slide.veil * _STRAY[channel] * far + plasma, np.float32))
    return haze


def _lamp(field: Field, slide: Slide, chance: np.random.Generator) -> list[Plane]:
    """Brightness of the empty field in each channel, coarse: darker and bluer towards the corners, with dust."""
    width, height = _coarse(field)
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    middle = chance.normal(0, 0.15, 2)
    away = np.square(rows - middle[0]) + np.square(columns - middle[1])
    tilt = chance.normal(0, 0.006, 2)
    fall = np.float32(chance.uniform(0.005, 0.025))
    dust = np.ones((height, width), np.float32)
    whole = slice(0, height), slice(0, width)
    for _ in range(int(chance.poisson(2))):
        place = float(chance.uniform(0, width)), float(chance.uniform(0, height))
        speck = Outline.draw(chance, place, _COARSE_DIAMETER * chance.uniform(0.08, 0.3), stretch=0.3, wobble=0.1)
        dust *= 1 - np.float32(chance.uniform(0.02, 0.1)) * step(speck.depth(whole)[0], 1.0)
    yellow = chance.uniform(0.8, 2.0)
    unevenness = np.float32(chance.uniform(0, 0.012)) * clouds(chance, (height, width), 6 * _COARSE_DIAMETER)
    return [
        np.asarray(
            dust * level * (1 - share * (fall * away + unevenness) + tilt[0] * rows + tilt[1] * columns), np.float32
        )
        for level, share in zip(slide.light, (1.2, 0.7, -0.6 * yellow), strict=True)
    ]


def _enlarged(coarse: Plane, field: Field, rows: slice) -> Plane:
    """Those rows of a coarse plane at the field's own size."""
    across, down = coarse.shape[1] / field.width, coarse.shape[0] / field.height
    back = np.array([[across, 0, across / 2 - 0.5], [0, down, (rows.start + 0.5) * down - 0.5]])
    return np.asarray(
        cv2.warpAffine(
            coarse,
            back,
            (field.width, rows.stop - rows.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )
