"""Images on disk, as the command line takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.result import ImageAnalysis, Outcome, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
"""Which files of a folder are taken; a file named on the command line is taken whatever its name."""
MISSING = "missing_file"


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield files as they are and, of folders, the images in them at any depth, by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in IMAGE_SUFFIXES)
        else:
            yield path


def unreadable(error: OSError) -> ImageAnalysis:
    """Return the refusal of a file that could not be read."""
    refusal = Refusal(MISSING, f"The file cannot be read ({error.strerror}): check the path.")
    return ImageAnalysis(outcome=Outcome.REFUSED, timings_ms={"total": 0.0}, pins={}, refusal=refusal)


def is_missing(said: ImageAnalysis) -> bool:
    """Return whether an analysis is the refusal of a file that could not be read."""
    return said.refusal is not None and said.refusal.code == MISSING
