"""What is burnt into the corner of every drawing: a scale bar, as cameras do, and the word that says it is drawn."""

import cv2
import numpy as np
import numpy.typing as npt

WORD = "SYNTHETIC"
FIRST_ROW, FIRST_COLUMN = 0.84, 0.83
"""Where the corner begins that the classifier covers, as shares of height and width."""
_LENGTHS = (1000, 500, 200, 100, 50, 20, 10, 5)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def burn_marking(rgb: npt.NDArray[np.uint8]) -> tuple[slice, slice]:
    """Burn the marking into an image, and return the part that it covers."""
    height, width = rgb.shape[:2]
    corner_width, corner_height = width - round(width * FIRST_COLUMN), height - round(height * FIRST_ROW)
    box_width = max(8, min(int(corner_width * 0.72), int(corner_height * 1.2)))
    box_height = max(6, int(box_width * 0.52))
    box = (slice(height - box_height - corner_height // 10, height - corner_height // 10),
           slice(width - box_width - corner_width // 8, width - corner_width // 8))  # fmt: skip
    label = np.full((box_height, box_width, 3), 255, np.uint8)
    length = next((length for length in _LENGTHS if length <= 0.9 * box_width), 1)
    thick = max(1, round(box_width / 65))
    left, right = (box_width - length) // 2, (box_width + length) // 2
    base, tick = int(box_height * 0.86), max(1, int(box_height * 0.08))
    _write(label, WORD, int(box_height * 0.34), 0.84 * box_width)
    _write(label, f"{length} pixel", int(box_height * 0.72), 0.56 * box_width)
    cv2.line(label, (left, base), (right, base), (0, 0, 0), thick)
    for x in (left, right):
        cv2.line(label, (x, base - tick), (x, base + tick), (0, 0, 0), thick)
    rgb[box] = label
    return box


def _write(label: npt.NDArray[np.uint8], text: str, base: int, room: float) -> None:
    """Write a text in the middle, as wide as the room."""
    (width, _), _ = cv2.getTextSize(text, _FONT, 1.0, 1)
    size = room / width
    start = int((label.shape[1] - room) / 2)
    cv2.putText(label, text, (start, base), _FONT, size, (0, 0, 0), max(1, round(size * 2)), cv2.LINE_AA)
