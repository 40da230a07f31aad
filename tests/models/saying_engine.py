"""An engine that says what a test wants it to say, and images for it."""

import dataclasses

import cv2
import numpy as np

from models import registry
from models.analysis import Engine
from models.calibration import Calibration
from models.classification.network import Response
from models.synthetic import draw_jpeg


class SayingNetwork:
    """Stands in for the network: says given logits, and looks at one square of the map."""

    def __init__(self, logits: tuple[float, ...], features: int, texture: np.ndarray) -> None:
        feature_map = np.zeros((7, 7, features), dtype=np.float32)
        feature_map[3, 3] = 1
        self._response = Response(
            np.array(logits, dtype=np.float32), feature_map.mean(axis=(0, 1)), feature_map, texture
        )

    def run(self, prepared: np.ndarray) -> Response:
        assert prepared.shape == (224, 224, 3)
        return self._response


def engine_saying(*logits: float, foreign: bool = False) -> Engine:
    """An engine whose network says these logits, of an image like (or unlike) the training images."""
    artefact = registry.load()
    novelty = artefact.parameters.novelty
    parameters = dataclasses.replace(
        artefact.parameters, calibration=Calibration(temperature=2.0, level=0.9, thresholds=(0.6,) * 4)
    )
    texture = novelty.mean + (1e3 if foreign else 0)
    network = SayingNetwork(logits, parameters.dense.shape[0], texture.astype(np.float32))
    return Engine(dataclasses.replace(artefact, network=network, parameters=parameters))


def field(seed: int = 1) -> bytes:
    """A drawn field that the quality gate lets pass."""
    return draw_jpeg(seed)


def png(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()
