"""What the parameters, the network and the case rule of an artefact say agrees."""

import json

import numpy as np
import pytest

from models import registry
from models.registry import ArtefactRefused


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


def test_the_case_rule_of_an_artefact_has_its_thresholds_and_names_it():
    folder = registry.find()
    stored = json.loads((folder / registry.MANIFEST_FILE).read_text(encoding="utf-8"))["case_rule"]
    rule = registry.case_rule()
    assert rule.flag_threshold == stored["flag_threshold"]
    assert rule.top_three_threshold == stored["top_three_threshold"]
    assert folder.name in rule.version
    assert len(rule.version) <= 40, "the database keeps 40 characters"


@pytest.mark.parametrize("wrong", [{"threshold": 1}, {"flag_threshold": 3.0, "top_three_threshold": 1.0}])
def test_a_case_rule_that_makes_no_sense_is_refused(folder, wrong):
    path = folder / registry.MANIFEST_FILE
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"case_rule": wrong}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ArtefactRefused, match="holds no case rule that this code reads"):
        registry.case_rule(str(folder))
