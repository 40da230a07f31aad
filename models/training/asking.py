"""Asks every rotation's network of the images it did not see, on several processes.

An image is read once and changed in every way that is measured; what comes back is a few numbers per change.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from models.classification.network import Network
from models.training import data
from models.training.answers import Answers, Probe, Trained, join, reference, textures
from models.training.audit import CHANGES
from models.training.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from models.novelty import NoveltyDetector
    from models.training.data import Example

WHOLE = "whole"
"""The network that is trained on all images, and shipped."""
CHUNK = 12
"""Images in one piece of work."""
FULL_SIZE = "full size"
FAULTY_EVERY = 3
"""One image in so many is spoiled; all would take longer than they tell."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The images that are measured.

    Attributes
    ----------
    examples
        In the order of every row below.
    turns : intp (N,)
        Rotation in which each is held out.
    donors : intp (N,)
        Row of the image whose colours and corner it is given.
    training
        Images that each rotation's network was trained on.
    """

    examples: tuple[Example, ...]
    turns: npt.NDArray[np.intp]
    donors: npt.NDArray[np.intp]
    training: tuple[tuple[Example, ...], ...]

    @property
    def labels(self) -> npt.NDArray[np.intp]:
        """Return the true classes, intp (N,)."""
        return np.array([example.label for example in self.examples], dtype=np.intp)


def rotation_name(turn: int) -> str:
    """Name a rotation's network in the work folder."""
    return f"rotation-{turn}"


class Crew:
    """Processes that hold the networks, each with one thread.

    Parameters
    ----------
    folder
        Of the trained networks: `rotation-<k>` and `whole`, as `.tflite` and `.npz`.
    measured
        The images.
    processes
        How many.
    advance
        Called after each piece of work with the number of images in it.
    """

    def __init__(self, folder: Path, measured: Measured, *, processes: int, advance: Callable[[int], object]) -> None:
        self._folder = folder
        self._measured = measured
        self._processes = processes
        self._advance = advance

    def detectors(self) -> dict[str, NoveltyDetector]:
        """Learn for each network the spread of the images it was trained on."""
        parts = {rotation_name(turn): part for turn, part in enumerate(self._measured.training)}
        parts[WHOLE] = self._measured.examples
        work = [(name, chunk) for name, part in parts.items() for chunk in _chunks(part)]
        found: dict[str, list[npt.NDArray[np.float32]]] = {name: [] for name in parts}
        for (name, chunk), answer in zip(work, self._run(_textures, work, {}), strict=True):
            found[name].append(answer)
            self._advance(len(chunk))
        return {name: reference(np.concatenate(every)) for name, every in found.items()}

    def held_out(self, detectors: dict[str, NoveltyDetector]) -> dict[str, tuple[npt.NDArray[np.intp], Answers]]:
        """Ask of every image in every change, fault and size.

        Returns
        -------
        dict
            By name of the change: the rows that were asked of, rising, and the answers.
        """
        work = list(_chunks(range(len(self._measured.examples))))
        found: dict[str, list[tuple[int, Answers]]] = {}
        for rows, answers in zip(work, self._run(_held_out, work, detectors), strict=True):
            for row, name, answer in answers:
                found.setdefault(name, []).append((row, answer))
            self._advance(len(rows))
        return {
            name: (np.array([row for row, _ in every], dtype=np.intp), join([answer for _, answer in every]))
            for name, every in found.items()
        }

    def foreign(self, detectors: dict[str, NoveltyDetector], files: Sequence[Path]) -> dict[str, Answers]:
        """Ask every network of foreign images; returns the answers by network, in the order of the files."""
        work = [(name, chunk) for name in detectors for chunk in _chunks(files)]
        found: dict[str, list[Answers]] = {name: [] for name in detectors}
        for (name, chunk), answer in zip(work, self._run(_foreign, work, detectors), strict=True):
            found[name].append(answer)
            self._advance(len(chunk))
        return {name: join(every) for name, every in found.items()}

    def _run(self, task: Any, work: Sequence[Any], detectors: dict[str, NoveltyDetector]) -> Iterator[Any]:
        state = _State(self._folder, self._measured, detectors)
        # Forked processes would share TensorFlow's threads, which do not survive a fork.
        context = multiprocessing.get_context("spawn")
        with context.Pool(self._processes, initializer=_start, initargs=(state,)) as pool:
            yield from pool.imap(task, work)


def _chunks(sequence: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(sequence), CHUNK):
        yield sequence[start : start + CHUNK]


class _State:
    """What one process holds: the images' list, and the networks it has had use for."""

    def __init__(self, folder: Path, measured: Measured, detectors: dict[str, NoveltyDetector]) -> None:
        self._folder = folder
        self.measured = measured
        self._detectors = detectors
        self._probes: dict[str, Probe] = {}
        self._networks: dict[str, Network] = {}

    def probe(self, name: str) -> Probe:
        if name not in self._probes:
            self._probes[name] = Probe(Trained.read(self._folder, name), self._detectors[name])
        return self._probes[name]

    def network(self, name: str) -> Network:
        if name not in self._networks:
            self._networks[name] = Network((self._folder / f"{name}.tflite").read_bytes())
        return self._networks[name]


_STATE: list[_State] = []
"""Filled once in each process; a pool has no other place to keep what its tasks share."""


def _start(state: _State) -> None:
    cv2.setNumThreads(1)
    _STATE.append(state)


def _textures(work: tuple[str, Sequence[Example]]) -> npt.NDArray[np.float32]:
    name, examples = work
    return textures(_STATE[0].network(name), [data.read_training_image(example.path) for example in examples])


def _held_out(rows: Sequence[int]) -> list[tuple[int, str, Answers]]:
    measured = _STATE[0].measured
    return [answer for row in rows for answer in _of_one(row, measured)]


def _of_one(row: int, measured: Measured) -> Iterator[tuple[int, str, Answers]]:
    probe = _STATE[0].probe(rotation_name(int(measured.turns[row])))
    example = measured.examples[row]
    image = data.read_training_image(example.path)
    donor = data.read_training_image(measured.examples[measured.donors[row]].path)
    for change in CHANGES:
        yield row, change.name, probe.asker(is_whole=change.is_whole)(change.make(image, donor))
    if row % FAULTY_EVERY == 0:
        for name, spoil in FAULTS.items():
            yield row, name, probe.whole(spoil(image, row // FAULTY_EVERY))
    if example.fullsize:
        yield row, FULL_SIZE, probe.whole(data.read_image(example.fullsize))


def _foreign(work: tuple[str, Sequence[Path]]) -> Answers:
    name, files = work
    return join([_STATE[0].probe(name).whole(data.read_image(file)) for file in files])
