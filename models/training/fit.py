"""The training loop: the rest of a network on a bank of views, under a cosine learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from models.calibration import softmax
from models.classification.labels import LABELS
from models.training import losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from models.architectures import Recipe
    from models.training.lessons import Lessons
    from models.training.views import Views

BATCH = 32
LABEL_SMOOTHING = 0.05
TAUGHT = 0.5
"""How far a teacher's answer takes the place of the label."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from: V views of each of N images.

    Attributes
    ----------
    features : float16 (N, V, h, w, C)
        Of the views, as `bank.fill` gives them.
    wanted : float32 (N, V, 4)
        Shares of the classes to predict for each view.
    covered : float32 (N, V, 7, 7)
        Share of each square of the feature map that leukocytes cover.
    labels : intp (N,)
        Decide only how often an image is shown.
    usable : bool (N, V)
        Views that may be trained on; the others are not shown.
    hints : float16 (N, V, D) or None
        Features of a teacher, standardised.
    """

    features: npt.NDArray[np.float16]
    wanted: npt.NDArray[np.float32]
    covered: npt.NDArray[np.float32]
    labels: npt.NDArray[np.intp]
    usable: npt.NDArray[np.bool_]
    hints: npt.NDArray[np.float16] | None = None

    @classmethod
    def of(
        cls,
        features: npt.NDArray[np.float16],
        views: Views,
        labels: npt.NDArray[np.intp],
        training: npt.NDArray[np.bool_],
        lessons: Lessons | None = None,
    ) -> Material:
        """Gather what may be trained on: `training`, bool (N,), tells the images; lessons go with a teacher."""
        wanted, usable = _wanted(views, labels), views.usable(training)
        if lessons is None:
            return cls(features, wanted, views.covered, labels, usable)
        count = lessons.logits.shape[1]
        answers = softmax(lessons.logits).astype(np.float32)
        taught = TAUGHT * answers + (1 - TAUGHT) * wanted[:, :count]
        hints = _standardised(lessons.features, usable[:, :count])
        return cls(features[:, :count], taught, views.covered[:, :count], labels, usable[:, :count], hints)


def fit(rest: keras.Model, material: Material, recipe: Recipe, *, seed: int) -> Iterator[float]:
    """Train the layers that follow the bank's, in place.

    Parameters
    ----------
    rest
        From the bank's features (N, h, w, C) to `logits` (N, 4), `features` and `feature_map`, as `Architecture.parts`
        gives it.
    material
        What to learn from.
    recipe
        How long and how fast.
    seed
        Decides order and dropout.

    Yields
    ------
    float
        Mean loss of each epoch, once it is over.
    """
    random = np.random.default_rng(seed)
    shown = material.usable.any(axis=1)
    order = [np.flatnonzero(shown & (material.labels == label)) for label in range(len(LABELS))]
    share = int(shown.sum()) // len(LABELS) + 1
    steps = share * len(LABELS) // BATCH
    learner = _Learner(rest, material, _schedule(recipe, steps))
    for _epoch in range(recipe.epochs):
        drawn = random.permutation(np.concatenate([np.resize(random.permutation(each), share) for each in order]))
        each = []
        for start in range(0, steps * BATCH, BATCH):
            places = drawn[start : start + BATCH]
            numbers = np.array([random.choice(np.flatnonzero(material.usable[place])) for place in places])
            each.append(learner.learn(places, numbers))
        yield float(np.mean(each))


class _Learner:
    """One network, its optimiser and the step that it takes."""

    def __init__(self, rest: keras.Model, material: Material, schedule: keras.optimizers.schedules.CosineDecay) -> None:
        self._rest = rest
        self._dense = rest.get_layer("logits").kernel
        self._variables = rest.trainable_variables
        if material.hints is not None:
            # Lost after training: it only brings the features to the teacher's width.
            self._widened = keras.layers.Dense(material.hints.shape[-1])
            self._widened.build(rest.output["features"].shape)
            self._variables = [*self._variables, *self._widened.trainable_variables]
        self._material = material
        self._optimiser = keras.optimizers.Adam(schedule, clipnorm=1.0)
        self._optimiser.build(self._variables)
        self._step = tf.function(self._stepped)

    def learn(self, places: npt.NDArray[np.intp], numbers: npt.NDArray[np.intp]) -> float:
        """Take one step on these views, and return its loss."""
        given = self._material
        batch = {
            "features": given.features[places, numbers].astype(np.float32),
            "wanted": given.wanted[places, numbers],
            "covered": given.covered[places, numbers],
        }
        if given.hints is not None:
            batch["hints"] = given.hints[places, numbers].astype(np.float32)
        return float(self._step(batch))

    def _stepped(self, batch: dict[str, tf.Tensor]) -> tf.Tensor:
        with tf.GradientTape() as tape:
            said = self._rest(batch["features"], training=True)
            loss = losses.wrong_class(said["logits"], batch["wanted"])
            loss += losses.BESIDE * losses.beside_cells(
                said["feature_map"], self._dense, batch["wanted"], batch["covered"]
            )
            if "hints" in batch:
                loss += losses.HINTS * losses.unlike_teacher(self._widened(said["features"]), batch["hints"])
        self._optimiser.apply_gradients(zip(tape.gradient(loss, self._variables), self._variables, strict=True))
        return loss


def _schedule(recipe: Recipe, steps: int) -> keras.optimizers.schedules.CosineDecay:
    return keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 40,
        recipe.epochs * steps - steps // 2,
        warmup_target=recipe.learning_rate,
        warmup_steps=steps // 2,
    )


def _wanted(views: Views, labels: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Return the shares of the classes to predict for each view, float32 (N, V, 4): none for emptied fields."""
    smoothed = np.eye(len(LABELS)) * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / len(LABELS)
    wanted = np.repeat(smoothed[labels][:, None], views.are_empty.shape[1], axis=1)
    wanted[views.are_empty] = 1 / len(LABELS)
    return np.asarray(wanted, np.float32)


def _standardised(features: npt.NDArray[np.float16], usable: npt.NDArray[np.bool_]) -> npt.NDArray[np.float16]:
    """Bring each feature to mean 0 and deviation 1 over the usable views."""
    known = features[usable].astype(np.float32)
    return np.asarray((features - known.mean(axis=0)) / (known.std(axis=0) + 1e-3), np.float16)
