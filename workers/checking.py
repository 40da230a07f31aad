"""The instant check of an upload, while its slide is on the stage: is it a smear, focused, lit, stained? No class."""

from __future__ import annotations

from typing import Any

from workers import pipeline

SHOWN = ("sharpness", "red_cell_width", "magnification")


def check(image: bytes) -> dict[str, Any]:
    """Return what the engine says of the photograph in one file, as plain values."""
    from models import novelty
    from models.decoding import Refused, decode
    from models.quality import Reason
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
    reasons = quality.reasons
    # What is out of focus or badly lit looks foreign as well: its own advice helps more.
    if quality.passed and pipeline.engine().novelty(rgb, surveyed).is_novel:
        reasons = (Reason("novel", novelty.ADVICE),)
    return {
        "passed": not reasons,
        "reasons": [reason.code for reason in reasons],
        "advice": [reason.advice for reason in reasons],
        "leukocytes": len(surveyed.cells),
        "measures": {name: quality.measures[name] for name in SHOWN if name in quality.measures},
        "milliseconds": round(stopwatch.stop()["total"]),
    }
