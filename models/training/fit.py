"""The training loop: batches of augmented images under a cosine learning rate."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.architectures import ARCHITECTURES
from models.classification.labels import LABELS
from models.classification.preprocessing import scale
from models.training.audit import erase_cells
from models.training.augment import Palette, augment

EPOCHS = 10
BATCH = 32
LEARNING_RATE = 4e-4
LABEL_SMOOTHING = 0.05
ERASED = 0.08
"""Share of samples with every cell painted over, to be called no class more than another: what red cells and
background tell must not count."""


class AugmentedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """One epoch of random variants of the training images; which ones depends only on seed and epoch.

    Each class is shown equally often, so that the rare benign images weigh as much as others.
    """

    def __init__(
        self,
        images: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.intp],
        palette: Palette,
        *,
        seed: int,
        epoch: int,
    ) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self._images = images
        self._labels = labels
        self._palette = palette
        self._key = (seed, epoch)
        random = np.random.default_rng(self._key)
        share = len(labels) // len(LABELS) + 1
        drawn = [np.resize(random.permutation(np.flatnonzero(labels == label)), share) for label in range(len(LABELS))]
        self._order: npt.NDArray[np.intp] = random.permutation(np.concatenate(drawn))

    def __len__(self) -> int:
        return len(self._labels) // BATCH

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return batch number `index`: images in -1..1 and the shares of the classes to predict."""
        random = np.random.default_rng([*self._key, index])
        chosen = self._order[index * BATCH : (index + 1) * BATCH]
        wanted = np.eye(len(LABELS), dtype=np.float32)[self._labels[chosen]]
        without_cells = random.random(len(chosen)) < ERASED
        wanted[without_cells] = 1 / len(LABELS)
        images = [
            augment(erase_cells(image) if empty else image, int(label), self._palette, random)
            for image, label, empty in zip(self._images[chosen], self._labels[chosen], without_cells, strict=True)
        ]
        return scale(np.stack(images)), wanted


class ProgressBar(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """One bar for the whole training, with the running loss and accuracy."""

    def __init__(self, progress: Progress, batches: int, first_epoch: int) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task("training", total=EPOCHS * batches, completed=first_epoch * batches)

    def on_train_batch_end(self, _batch: int, logs: dict[str, Any] | None = None) -> None:
        """Advance by one batch."""
        logs = logs or {}
        self._progress.update(
            self._task,
            advance=1,
            description=f"training: loss {logs.get('loss', 0):.3f}, accuracy {logs.get('accuracy', 0):.3f}",
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Leave a line per epoch behind."""
        logs = logs or {}
        self._progress.console.print(
            f"epoch {epoch + 1}/{EPOCHS}: loss {logs.get('loss', 0):.4f}, "
            f"accuracy on augmented training images {logs.get('accuracy', 0):.4f}"
        )


def _compiled(architecture: str, base: Path, examples: int) -> keras.Model:
    network = ARCHITECTURES[architecture].build(base)
    batches = examples // BATCH
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=LEARNING_RATE / 20,
        decay_steps=(EPOCHS - 1) * batches,
        alpha=0.01,
        warmup_target=LEARNING_RATE,
        warmup_steps=batches,
    )
    network.compile(
        keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
        metrics=["accuracy"],
    )
    return network


def fit(
    architecture: str,
    base: Path,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.intp],
    *,
    seed: int,
    checkpoints: Path,
) -> keras.Model:
    """Fine-tune a network and return it.

    Parameters
    ----------
    architecture
        Name in `ARCHITECTURES`.
    base
        File of starting weights.
    images : uint8 (N, 224, 224, 3)
        Training images as read.
    labels : intp (N,)
    seed
        Fixes the head's starting weights, the order and the augmentation.
    checkpoints
        Folder for the state after each epoch; a training that was stopped goes on from there. The file is
        removed at the end.

    Returns
    -------
    keras.Model
    """
    keras.utils.set_random_seed(seed)
    saved = checkpoints / "last_epoch.keras"
    network = keras.models.load_model(saved) if saved.exists() else _compiled(architecture, base, len(labels))
    first_epoch = int(network.optimizer.iterations) // (len(labels) // BATCH)
    palette = Palette.of(images, labels)
    checkpoints.mkdir(parents=True, exist_ok=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        bar = ProgressBar(progress, len(labels) // BATCH, first_epoch)
        for epoch in range(first_epoch, EPOCHS):
            network.fit(
                AugmentedBatches(images, labels, palette, seed=seed, epoch=epoch),
                initial_epoch=epoch,
                epochs=epoch + 1,
                shuffle=False,
                verbose=0,
                callbacks=[bar],
            )
            network.save(saved)
    saved.unlink()
    return network
