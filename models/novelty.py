"""How far an image is from everything the network was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ADVICE = (
    "This does not look like a stained blood smear like those the classifier knows: check the stain and the objective."
)
"""What to do at the microscope about an image that is novel."""
SHRINKAGE = 1e-2
"""Share of the mean variance added to every direction, so that nearly constant ones do not decide alone."""


@dataclass(frozen=True, slots=True)
class NoveltyDetector:
    """Mahalanobis distance to the training images, in the texture of a middle layer.

    The last layer has learned to forget what the four classes do not need, and so mistakes red cells for
    smears with leukocytes; a middle layer still sees the difference. After Lee et al. 2018 (arXiv:1807.03888),
    with one Gaussian, since colour swapping leaves the classes no clusters of their own there.

    Attributes
    ----------
    mean : float32 (F,)
        Of the training textures.
    whitening : float32 (F, F)
        Maps centred textures to uncorrelated ones of unit variance.
    threshold
        Scores above it are novel.
    """

    mean: npt.NDArray[np.float32]
    whitening: npt.NDArray[np.float32]
    threshold: float

    @classmethod
    def fit(
        cls, training: npt.NDArray[np.float32], calibration: npt.NDArray[np.float32], *, rejected: float
    ) -> NoveltyDetector:
        """Learn the training images' spread, and the threshold from images not trained on.

        Parameters
        ----------
        training : float32 (N, F)
        calibration : float32 (M, F)
        rejected
            Share of the calibration images above the threshold, 0..1.
        """
        mean = training.mean(axis=0, dtype=np.float64)
        deviation = training.std(axis=0, dtype=np.float64) + 1e-6
        correlation = np.cov((training - mean) / deviation, rowvar=False)
        variances, directions = np.linalg.eigh(correlation)
        whitening = directions / np.sqrt(variances + SHRINKAGE * variances.mean()) / deviation[:, None]
        unset = cls(mean.astype(np.float32), whitening.astype(np.float32), np.inf)
        return cls(unset.mean, unset.whitening, float(np.quantile(unset.scores(calibration), 1 - rejected)))

    def scores(self, textures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the root mean square of the whitened texture, about 1 for training images.

        Parameters
        ----------
        textures : float32 (N, F)

        Returns
        -------
        float64 (N,)
            0 and up.
        """
        whitened = (textures.astype(np.float64) - self.mean) @ self.whitening.astype(np.float64)
        scores: npt.NDArray[np.float64] = np.sqrt((whitened**2).mean(axis=1))
        return scores

    def score(self, texture: npt.NDArray[np.float32]) -> float:
        """Return the score of one texture (F,)."""
        return float(self.scores(texture[None])[0])

    def arrays(self) -> dict[str, npt.NDArray[np.floating]]:
        """Return what has to be stored."""
        return {"mean": self.mean, "whitening": self.whitening, "threshold": np.array(self.threshold)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[np.floating]]) -> NoveltyDetector:
        """Restore what `arrays` returned."""
        return cls(
            arrays["mean"].astype(np.float32),
            arrays["whitening"].astype(np.float32),
            float(arrays["threshold"]),
        )
