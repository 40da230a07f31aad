"""The training loop: the rest of a network on a bank of views, under a cosine learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from models.classification.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from models.architectures import Recipe
    from models.training.bank import Bank

BATCH = 32
LABEL_SMOOTHING = 0.05


def fit(
    rest: keras.Model,
    bank: Bank,
    wanted: npt.NDArray[np.float32],
    labels: npt.NDArray[np.intp],
    training: npt.NDArray[np.bool_],
    recipe: Recipe,
    *,
    seed: int,
) -> Iterator[float]:
    """Train the layers that follow the bank's, in place.

    Parameters
    ----------
    rest
        From the bank's features (N, h, w, C) to logits (N, 4).
    bank
        Views of all images.
    wanted : float32 (N, V, 4)
        Shares of the classes to predict for each view.
    labels : intp (N,)
        Decide only how often an image is shown.
    training : bool (N,)
        Images that may be trained on; the others are neither shown nor borrowed from.
    recipe
        How long and how fast.
    seed
        Decides order and dropout.

    Yields
    ------
    float
        Mean loss of each epoch, once it is over.
    """
    usable = bank.usable(training)
    shown = usable.any(axis=1)
    order = [np.flatnonzero(shown & (labels == label)) for label in range(len(LABELS))]
    share = int(shown.sum()) // len(LABELS) + 1
    steps = share * len(LABELS) // BATCH
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 40,
        recipe.epochs * steps - steps // 2,
        warmup_target=recipe.learning_rate,
        warmup_steps=steps // 2,
    )
    optimiser = keras.optimizers.Adam(schedule, clipnorm=1.0)
    variables = rest.trainable_variables
    optimiser.build(variables)

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow ships no types
    def step(features: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = rest(features, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
        optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    random = np.random.default_rng(seed)
    for _epoch in range(recipe.epochs):
        drawn = random.permutation(np.concatenate([np.resize(random.permutation(each), share) for each in order]))
        losses = []
        for start in range(0, steps * BATCH, BATCH):
            places = drawn[start : start + BATCH]
            numbers = np.array([random.choice(np.flatnonzero(usable[place])) for place in places])
            features = bank.features[places, numbers].astype(np.float32)
            losses.append(float(step(features, wanted[places, numbers])))
        yield float(np.mean(losses))


def wanted_of(bank: Bank, labels: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Return the shares of the classes to predict for each view, float32 (N, V, 4): none for emptied fields."""
    smoothed = np.eye(len(LABELS)) * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / len(LABELS)
    wanted = np.repeat(smoothed[labels][:, None], bank.are_empty.shape[1], axis=1)
    wanted[bank.are_empty] = 1 / len(LABELS)
    return np.asarray(wanted, np.float32)
