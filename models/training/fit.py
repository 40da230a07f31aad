"""The training loop: batches of augmented images, a cosine learning rate, averaged weights."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.architectures import ARCHITECTURES
from models.classification.labels import LABELS
from models.classification.preprocessing import scale
from models.training.augment import Palette, augment

EPOCHS = 14
BATCH = 32
LEARNING_RATE = 4e-4
LABEL_SMOOTHING = 0.05


class AugmentedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """Endless variants of the training images; which ones depends only on seed, epoch and place.

    Every epoch shows each class equally often, so that the rare benign images weigh as much as others.
    """

    def __init__(
        self, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.intp], *, seed: int, epoch: int = 0
    ) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self._images = images
        self._labels = labels
        self._palette = Palette.of(images, labels)
        self._seed = seed
        self._epoch = epoch
        self._draw_order()

    def __len__(self) -> int:
        return len(self._labels) // BATCH

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return batch number `index` of this epoch: images in -1..1 and one-hot classes."""
        random = np.random.default_rng([self._seed, self._epoch, index])
        chosen = self._order[index * BATCH : (index + 1) * BATCH]
        images = [augment(self._images[i], int(self._labels[i]), self._palette, random) for i in chosen]
        one_hot = np.eye(len(LABELS), dtype=np.float32)[self._labels[chosen]]
        return scale(np.stack(images)), one_hot

    def on_epoch_end(self) -> None:
        """Move to the next epoch's draw."""
        self._epoch += 1
        self._draw_order()

    def _draw_order(self) -> None:
        random = np.random.default_rng([self._seed, self._epoch])
        share = len(self._labels) // len(LABELS)
        drawn = []
        for label in range(len(LABELS)):
            members = random.permutation(np.flatnonzero(self._labels == label))
            drawn.append(np.resize(members, share + 1))
        self._order: npt.NDArray[np.intp] = random.permutation(np.concatenate(drawn))


class ProgressBar(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """One bar for the whole training, with the running loss and accuracy."""

    def __init__(self, progress: Progress, batches: int, first_epoch: int) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task(
            "training", total=EPOCHS * batches, completed=first_epoch * batches
        )

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
        keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0, use_ema=True, ema_momentum=0.995),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
        metrics=["accuracy"],
    )
    return network


def fit(  # noqa: PLR0913 - the six things a training depends on
    architecture: str,
    base: Path,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.intp],
    *,
    seed: int,
    checkpoints: Path,
) -> keras.Model:
    """Fine-tune a network and return it with its averaged weights.

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
    batches = AugmentedBatches(images, labels, seed=seed, epoch=first_epoch)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        network.fit(
            batches,
            epochs=EPOCHS,
            initial_epoch=first_epoch,
            shuffle=False,
            verbose=0,
            callbacks=[
                keras.callbacks.ModelCheckpoint(saved),
                ProgressBar(progress, len(batches), first_epoch),
            ],
        )
    saved.unlink()
    return network
