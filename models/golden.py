"""The golden answer: what an artefact's network says of one fixed image, on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.calibration import Calibration, softmax
from models.classification.preprocessing import SIZE

if TYPE_CHECKING:
    from models.classification.network import Response

TOLERANCE = 1e-5
"""How far a golden answer may be off: probabilities by this, logits by this share of the largest (at least of 1).

It is what a repeated analysis promises. Nothing tighter holds in float32, where processors add in different orders:
LiteRT's reference kernels and its plain ones, beside the vectorised ones in use, are off by up to 1.2e-6 in
probabilities and 2.5e-6 of the largest logit on a drawn smear.
"""

DISCS = 12


def golden_image() -> npt.NDArray[np.uint8]:
    """Return the fixed image whose answer every machine must reproduce: dark discs in waves, uint8 (224, 224, 3).

    The discs stand for cells: a network that learned to call no class where there are none answers about evenly, and
    an even answer hides what changed. The image has the network's own size and is made of whole numbers, so that no
    resampling of another OpenCV build stands before the answer.
    """
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    waves = [200 + (rows * (3 + channel) + columns * (5 - channel)) % 32 for channel in range(3)]
    image = np.stack(waves, axis=2)
    for number in range(DISCS):
        row, column = 20 + 53 * number % 150, 20 + 37 * number % 150
        distance = (rows - row) ** 2 + (columns - column) ** 2
        image[distance < (8 + number % 5) ** 2] = (90 + 9 * number % 40, 60, 140)
    return image.astype(np.uint8)


def golden_answer(response: Response, calibration: Calibration) -> dict[str, list[float]]:
    """Return what a manifest stores of the network's answer to the golden image."""
    return {
        "logits": [float(value) for value in response.logits],
        "raw_probabilities": [float(value) for value in softmax(response.logits)],
        "probabilities": [float(value) for value in calibration.probabilities(response.logits)],
    }


def differing(answer: dict[str, list[float]], stored: dict[str, Any]) -> tuple[str, ...]:
    """Name the parts of an answer that are off by more than `TOLERANCE`, or not stored as they should be."""
    allowed = dict.fromkeys(answer, TOLERANCE) | {"logits": TOLERANCE * max(1, *map(abs, answer["logits"]))}
    return tuple(name for name, values in answer.items() if not _agree(values, stored.get(name), allowed[name]))


def _agree(values: list[float], stored: object, tolerance: float) -> bool:
    return (
        isinstance(stored, list)
        and len(stored) == len(values)
        and all(
            isinstance(there, float | int) and abs(here - there) <= tolerance
            for here, there in zip(values, stored, strict=True)
        )
    )
