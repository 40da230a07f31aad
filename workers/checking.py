"""The instant check of an upload, while its slide is on the stage: sharp, lit, stained, cells in view. No network."""

from __future__ import annotations

from typing import Any

SHOWN = ("sharpness", "red_cell_width", "magnification")


def check(image: bytes) -> dict[str, Any]:
    """Return what the quality gate says of the bytes of one file, as plain values."""
    from models.decoding import Refused, decode
    from models.stopwatch import Stopwatch
    from models.survey import survey

    stopwatch = Stopwatch()
    try:
        rgb = decode(image)
    except Refused as refused:
        return {"passed": False, "reasons": [str(refused.code)], "advice": [refused.sentence]}
    stopwatch.lap("decode")
    surveyed = survey(rgb, stopwatch)
    quality = surveyed.quality
    return {
        "passed": quality.passed,
        "reasons": [reason.code for reason in quality.reasons],
        "advice": [reason.advice for reason in quality.reasons],
        "leukocytes": len(surveyed.cells),
        "measures": {name: quality.measures[name] for name in SHOWN if name in quality.measures},
        "milliseconds": round(stopwatch.stop()["total"]),
    }
