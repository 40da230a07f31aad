"""The cases that the demo submits: from a folder of images, else drawn."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from telediag.stack.processes import StackError

_IMAGES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"}
_DRAWN_CASES = 3
_DRAWN_IMAGES = 4
_DRAWN_NOTES = "SYNTHETIC: these smears are drawn by the program and show no patient."


@dataclass(frozen=True, slots=True)
class SampleImage:
    """An image to submit."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A case to submit."""

    name: str
    images: tuple[SampleImage, ...]
    notes: str = "Demo images."

    @property
    def word(self) -> str:
        """The name in letters, digits and dashes, for the numbers of patient and case."""
        return re.sub(r"[^A-Z0-9]+", "-", self.name.upper()).strip("-")[:24] or "CASE"

    @property
    def accession(self) -> str:
        """A number that is the same whenever the same images come under the same name."""
        digest = hashlib.sha256()
        for image in self.images:
            digest.update(hashlib.sha256(image.read()).digest())
        return f"DEMO-{self.word}-{digest.hexdigest()[:8].upper()}"


def from_folder(folder: Path) -> list[SampleCase]:
    """Make one case of each sub-folder that holds images, else one of the folder's own images."""
    if not folder.is_dir():
        raise StackError(f"{folder} is no folder. Name one with images: make demo SMEARS=FOLDER")
    inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    cases = [case for path in inner if (case := _case_of(path)).images]
    cases = cases or [_case_of(folder)]
    if not cases[0].images:
        kinds = ", ".join(sorted(_IMAGES))
        raise StackError(f"{folder} holds no images ({kinds}), nor does any folder in it. Name another one.")
    return cases


def drawn() -> list[SampleCase]:
    """Draw smears; the same ones every time."""
    from models.synthetic import draw_jpeg

    return [
        SampleCase(
            f"drawn {number}",
            tuple(
                SampleImage(f"synthetic-{field}.jpg", partial(draw_jpeg, 100 * number + field))
                for field in range(1, _DRAWN_IMAGES + 1)
            ),
            _DRAWN_NOTES,
        )
        for number in range(1, _DRAWN_CASES + 1)
    ]


def _case_of(folder: Path) -> SampleCase:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _IMAGES and path.is_file())
    return SampleCase(folder.resolve().name, tuple(SampleImage(path.name, path.read_bytes) for path in files))
