"""The numbers beside the network that decide an image's result, and how they are stored."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.calibration import Calibration
from models.novelty import NoveltyDetector


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything besides the network that decides an image's result.

    Attributes
    ----------
    calibration
        Temperature and conformal thresholds.
    novelty
        Whitening, centres and threshold.
    dense : float32 (D, 4)
        Last layer of the network, for the class-activation map.
    """

    calibration: Calibration
    novelty: NoveltyDetector
    dense: npt.NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """Write as npz; the same values give the same bytes."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {
            "temperature": np.float64(self.calibration.temperature),
            "level": np.float64(self.calibration.level),
            "thresholds": np.array(self.calibration.thresholds),
            "dense": self.dense,
            **{f"novelty_{name}": value for name, value in self.novelty.arrays().items()},
        }
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Parameters:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            calibration = Calibration(
                temperature=float(stored["temperature"]),
                level=float(stored["level"]),
                thresholds=tuple(float(threshold) for threshold in stored["thresholds"]),
            )
            prefix = "novelty_"
            novelty = NoveltyDetector.from_arrays(
                {name.removeprefix(prefix): stored[name] for name in stored.files if name.startswith(prefix)}
            )
            return cls(calibration, novelty, stored["dense"])
