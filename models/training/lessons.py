"""What a trained network says of the views, for smaller ones to learn from (distillation).

Hinton et al. 2015, arXiv:1503.02531; with the features as hints, Romero et al. 2015, arXiv:1412.6550. A student of a
rotation learns from the teacher of the same rotation, which saw no held-out image either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.classification.labels import LABELS
from models.classification.network import Network
from models.classification.preprocessing import scale
from models.training.answers import Trained
from models.training.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from models.training.views import Views


@dataclass(frozen=True, slots=True)
class Lessons:
    """A teacher's answers to V views of each of N images.

    Attributes
    ----------
    logits : float32 (N, V, 4)
    features : float16 (N, V, D)
        Globally averaged feature map, >= 0.
    """

    logits: npt.NDArray[np.float32]
    features: npt.NDArray[np.float16]


def ask(folder: Path, name: str, views: Views, *, count: int, tick: Callable[[], object] = lambda: None) -> Lessons:
    """Put views to a teacher, or open what it answered before.

    Parameters
    ----------
    folder, name
        Where the teacher's `<name>.tflite` and `.npz` lie. The answers are kept beside them as `<name>.lessons.npz`:
        remove that when teacher or views change.
    views
        Of all images.
    count
        How many views of each image to ask of, the first ones.
    tick
        Called after each image.

    Returns
    -------
    Lessons
    """
    beside = folder / f"{name}.lessons.npz"
    if not beside.exists():
        teacher, number = Trained.read(folder, name), len(views.images)
        logits = np.empty((number, count, len(LABELS)), np.float32)
        features = np.empty((number, count, len(teacher.dense)), np.float16)

        def begin() -> Callable[[int], None]:
            network = Network(teacher.model)

            def answer(place: int) -> None:
                for view in range(count):
                    said = network.run(scale(views.images[place, view]))
                    logits[place, view], features[place, view] = said.logits, said.features
                tick()

            return answer

        share_out(number, begin)
        np.savez(beside, logits=logits, features=features)
    with np.load(beside) as kept:
        return Lessons(kept["logits"], kept["features"])
