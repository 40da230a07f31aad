import csv
import sys
from pathlib import Path

import cv2
import pytest

from models import registry
from models.synthetic import draw

pytestmark = pytest.mark.timeout(1200)  # two short trainings and an export

BLOCKS, IMAGES = 4, 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder like the real one: drawn fields, tinted by class."""
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for label, name in enumerate(("Benign", "Early", "Pre", "Pro")):
        for number in range(BLOCKS * IMAGES):
            file = f"{name}-{number:03d}.jpg"
            rgb = draw(100 * label + number, 224, 224, leukocytes=3 + 3 * label).rgb
            cv2.imwrite(str(folder / file), rgb[..., ::-1])
            rows.append(
                {
                    "file": file,
                    "class": name,
                    "overlap_group": f"{name}-{number}",
                    "number_block": f"{name}-{number // IMAGES:02d}",
                    "fullsize": file if number == 0 else "",
                }
            )
    with (folder / "manifest.csv").open("w", newline="") as manifest:
        writer = csv.DictWriter(manifest, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def artefact(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artefact trained for two short epochs, stopped after the first and taken up again."""
    from models.architectures import ARCHITECTURES
    from models.training import fit, train

    folder = tmp_path_factory.mktemp("trained")
    network = ARCHITECTURES["mobilenet-v2"].build(None)
    base = folder / "base.weights.h5"
    network.save_weights(base)
    base_network = type(network)(network.input, network.get_layer("out_relu").output)
    base_network.save_weights(base)

    out = folder / "mobilenet-v2-0.0.1"
    command = ["train", "--data", str(data), "--base", str(base), "--out", str(out), "--seed", "7"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "EPOCHS", 2)
        patch.setattr(fit, "BATCH", 4)
        patch.setattr(sys, "argv", [*command, "--checkpoints", str(folder / "checkpoints")])
        patch.setattr(fit.ProgressBar, "on_epoch_end", stop_once())
        with pytest.raises(KeyboardInterrupt):
            train.main()
        assert not out.exists()
        train.main()
    return out


def stop_once():
    stopped = []

    def on_epoch_end(_self, epoch, _logs=None) -> None:
        if epoch == 1 and not stopped:
            stopped.append(epoch)
            raise KeyboardInterrupt

    return on_epoch_end


def test_what_is_trained_here_is_accepted_here(artefact):
    loaded = registry.load(str(artefact))
    assert loaded.version == "0.0.1"
    assert loaded.manifest["split"]["seed"] == 7
    assert sum(loaded.manifest["split"]["parts"]["training"]["images"].values()) == 4 * 2 * IMAGES


def test_frozen_layers_answer_the_same_in_training_and_in_use():
    import numpy as np

    from models.architectures import ARCHITECTURES

    network = ARCHITECTURES["mobilenet-v2"].build(None)
    backbone = type(network)(network.input, network.get_layer("out_relu").output)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 224, 224, 3)).astype(np.float32)
    in_training, in_use = (backbone(images, training=mode).numpy() for mode in (True, False))
    assert np.array_equal(in_training, in_use)
