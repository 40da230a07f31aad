import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models import registry
from models.registry import ArtefactRefused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default artefact, to be spoilt."""
    return Path(shutil.copytree(registry.FOLDER / registry.DEFAULT, tmp_path / registry.DEFAULT))


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / registry.MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes))


@pytest.mark.parametrize("name", registry.names())
def test_every_shipped_artefact_loads(name):
    artefact = registry.load(name)
    assert f"{artefact.manifest['architecture']}-{artefact.version}" == artefact.name == name


def test_the_default_artefact_is_shipped_with_a_card():
    assert registry.DEFAULT in registry.names()
    assert "not a medical device" in (registry.find() / registry.CARD_FILE).read_text(encoding="utf-8")


def test_an_untouched_copy_elsewhere_loads(folder):
    assert registry.load(str(folder)).name == registry.DEFAULT


def test_the_environment_names_another_folder(folder, monkeypatch):
    monkeypatch.setenv("TELEDIAG_ARTEFACT", str(folder))
    assert registry.find() == folder
    assert registry.find(registry.DEFAULT) == registry.FOLDER / registry.DEFAULT


def test_a_name_that_nothing_has_is_refused_with_the_names_there_are():
    with pytest.raises(ArtefactRefused, match=registry.DEFAULT):
        registry.load("resnet-0.0.1")


@pytest.mark.parametrize("file", [registry.MODEL_FILE, registry.PARAMETERS_FILE])
def test_one_changed_byte_is_refused(folder, file):
    path = folder / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtefactRefused, match=f"{file} .* is not the file"):
        registry.load(str(folder))


@pytest.mark.parametrize("file", [registry.MODEL_FILE, registry.PARAMETERS_FILE])
def test_a_missing_file_is_refused(folder, file):
    (folder / file).unlink()
    with pytest.raises(ArtefactRefused, match=f"has no {file}"):
        registry.load(str(folder))


def test_a_manifest_that_is_cut_off_is_refused(folder):
    path = folder / registry.MANIFEST_FILE
    path.write_text(path.read_text(encoding="utf-8")[:100])
    with pytest.raises(ArtefactRefused, match="not readable JSON"):
        registry.load(str(folder))


def test_a_manifest_that_lacks_a_part_is_refused(folder):
    path = folder / registry.MANIFEST_FILE
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["golden"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(ArtefactRefused, match="lacks golden"):
        registry.load(str(folder))


def test_other_classes_are_refused(folder):
    change_manifest(folder, labels=["benign", "pre", "early", "pro"])
    with pytest.raises(ArtefactRefused, match="other classes"):
        registry.load(str(folder))


def test_another_preprocessing_is_refused(folder):
    change_manifest(folder, preprocessing={"sha256": "0" * 64})
    with pytest.raises(ArtefactRefused, match="prepared in another way"):
        registry.load(str(folder))


@pytest.mark.parametrize("name", ["logits", "raw_probabilities", "probabilities"])
def test_another_golden_answer_is_refused(folder, name):
    golden = json.loads((folder / registry.MANIFEST_FILE).read_text(encoding="utf-8"))["golden"]
    golden[name][0] += 3e-4
    change_manifest(folder, golden=golden)
    with pytest.raises(ArtefactRefused, match=f"golden answer on this machine \\({name} differ"):
        registry.load(str(folder))


def test_the_manifest_says_what_the_parameters_hold():
    artefact = registry.load()
    told = artefact.manifest
    calibration = artefact.parameters.calibration
    assert told["calibration"]["temperature"] == calibration.temperature
    assert tuple(told["calibration"]["thresholds"].values()) == calibration.thresholds
    assert told["novelty"]["threshold"] == artefact.parameters.novelty.threshold


def test_parameters_survive_storage_byte_for_byte():
    parameters = registry.load().parameters
    again = registry.Parameters.from_bytes(parameters.to_bytes())
    assert again.to_bytes() == parameters.to_bytes()
    assert again.calibration == parameters.calibration
    assert np.array_equal(again.dense, parameters.dense)


def test_features_are_the_mean_of_the_feature_map_and_give_the_logits_up_to_the_bias():
    artefact = registry.load()
    random = np.random.default_rng(0)
    biases = []
    for _ in range(2):
        response = artefact.network.run(random.uniform(-1, 1, (224, 224, 3)).astype(np.float32))
        assert response.features == pytest.approx(response.feature_map.mean(axis=(0, 1)), abs=1e-4)
        biases.append(response.logits - response.features @ artefact.parameters.dense)
    assert biases[0] == pytest.approx(biases[1], abs=1e-4)
