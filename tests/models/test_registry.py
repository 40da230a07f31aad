import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import interpreter

from models import registry
from models.classification.network import Response
from models.classification.preprocessing import prepare
from models.golden import differing, golden_answer, golden_image
from models.registry import ArtefactRefused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default artefact, to be spoilt."""
    return Path(shutil.copytree(registry.FOLDER / registry.DEFAULT, tmp_path / registry.DEFAULT))


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / registry.MANIFEST_FILE).read_text(encoding="utf-8"))


def change_manifest(folder: Path, **changes: object) -> None:
    (folder / registry.MANIFEST_FILE).write_text(json.dumps(manifest_of(folder) | changes))


def replace_file(folder: Path, file: str, content: bytes) -> None:
    """Put another file in place, and let the manifest vouch for it."""
    (folder / file).write_bytes(content)
    change_manifest(folder, files=manifest_of(folder)["files"] | {file: registry.sha256(content)})


def refusal(folder: Path | str) -> str:
    with pytest.raises(ArtefactRefused) as refused:
        registry.load(str(folder))
    return str(refused.value)


@pytest.mark.parametrize("name", registry.names())
def test_every_shipped_artefact_loads(name):
    artefact = registry.load(name)
    assert f"{artefact.manifest['architecture']}-{artefact.version}" == artefact.name == name


def test_shipped_artefacts_together_stay_below_60_megabytes():
    files = [path for path in registry.FOLDER.rglob("*") if path.is_file()]
    assert 1_000_000 < sum(path.stat().st_size for path in files) < 60_000_000


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
    assert registry.DEFAULT in refusal("resnet-0.0.1")


def test_a_plain_name_never_means_a_folder_at_hand(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    folder.rename(folder.with_name("mobilenet-v2-9.9.9"))
    assert "There is no artefact" in refusal("mobilenet-v2-9.9.9")


@pytest.mark.parametrize(
    "name",
    [
        "../artefacts/{default}",
        "{default}/../{default}",
        "./{default}",
        "..",
        ".",
        "~/{default}",
        "{default}\0",
        "{default}/manifest.json",
        "x" * 5000,
        "ⅿobilenet-v2-2.0.0",
        "*",
    ],
)
def test_no_name_leads_to_a_shipped_artefact_by_a_way_round(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "There is no artefact" in refusal(name.format(default=registry.DEFAULT))


def test_a_folder_under_another_name_is_refused(folder):
    renamed = folder.rename(folder.with_name("mobilenet-v2-9.9.9"))
    assert "must agree" in refusal(renamed)


@pytest.mark.parametrize("changes", [{"name": "other-1.0.0"}, {"version": "1.0.1"}, {"architecture": "vgg19"}])
def test_a_manifest_that_names_another_artefact_is_refused(folder, changes):
    change_manifest(folder, **changes)
    assert "must agree" in refusal(folder)


def test_an_architecture_that_this_code_does_not_know_is_refused(folder):
    renamed = folder.rename(folder.with_name(folder.name.replace("mobilenet-v2", "perceptron")))
    change_manifest(renamed, name=renamed.name, architecture="perceptron")
    said = refusal(renamed)
    assert "an architecture that this code does not know" in said
    assert "mobilenet-v2" in said


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
    assert f"has no {file}" in refusal(folder)


@pytest.mark.parametrize("file", [registry.MODEL_FILE, registry.PARAMETERS_FILE])
def test_a_file_that_cannot_be_read_is_refused(folder, file):
    (folder / file).unlink()
    (folder / file).mkdir()
    assert f"{file} of the artefact {folder.name} cannot be read" in refusal(folder)


def test_a_missing_manifest_is_no_artefact(folder):
    (folder / registry.MANIFEST_FILE).unlink()
    assert "There is no artefact" in refusal(folder)


@pytest.mark.parametrize("spoil", [lambda text: text[:100], lambda text: b"\xff" + text, lambda _: b""])
def test_a_manifest_that_is_no_json_is_refused(folder, spoil):
    path = folder / registry.MANIFEST_FILE
    path.write_bytes(spoil(path.read_bytes()))
    assert "not readable JSON" in refusal(folder)


@pytest.mark.parametrize("part", sorted(registry.FORM))
@pytest.mark.parametrize("value", [None, 7])
def test_a_manifest_that_lacks_a_part_is_refused(folder, part, value):
    change_manifest(folder, **{part: value})
    assert f"lacks {part}:" in refusal(folder)


def test_a_manifest_that_is_no_object_is_refused(folder):
    (folder / registry.MANIFEST_FILE).write_text("[1, 2]")
    assert "lacks name, version" in refusal(folder)


@pytest.mark.parametrize("file", [registry.MODEL_FILE, registry.PARAMETERS_FILE])
def test_a_file_without_a_hash_is_refused(folder, file):
    files = manifest_of(folder)["files"]
    del files[file]
    change_manifest(folder, files=files)
    assert f"{file} of the artefact {folder.name} is not the file" in refusal(folder)


@pytest.mark.parametrize("labels", [["benign", "pre", "early", "pro"], ["benign", "early", "pre"], []])
def test_other_classes_are_refused(folder, labels):
    change_manifest(folder, labels=labels)
    assert "other classes" in refusal(folder)


@pytest.mark.parametrize("preprocessing", [{"sha256": "0" * 64}, {}])
def test_another_preprocessing_is_refused(folder, preprocessing):
    change_manifest(folder, preprocessing=preprocessing)
    assert "prepared in another way" in refusal(folder)


@pytest.mark.parametrize("content", [b"no archive", b"", b"PK\x05\x06" + bytes(18)])
def test_parameters_that_hold_something_else_are_refused(folder, content):
    replace_file(folder, registry.PARAMETERS_FILE, content)
    assert "does not hold what this code reads" in refusal(folder)


def test_a_file_that_is_no_network_is_refused(folder):
    replace_file(folder, registry.MODEL_FILE, b"no network at all" * 100)
    assert "has not the signature" in refusal(folder)


@pytest.mark.parametrize("tensor", [b"image", b"logits", b"features", b"feature_map", b"texture"])
def test_a_network_with_another_signature_is_refused(folder, tensor):
    model = (folder / registry.MODEL_FILE).read_bytes()
    as_stored = len(tensor).to_bytes(4, "little") + tensor + b"\0"  # a string of a flatbuffer
    assert as_stored in model
    replace_file(folder, registry.MODEL_FILE, model.replace(as_stored, as_stored.replace(tensor, tensor[::-1])))
    assert "has not the signature" in refusal(folder)


def test_parameters_of_another_network_are_refused(folder):
    parameters = registry.load().parameters
    other = dataclasses.replace(parameters, dense=parameters.dense[:-1])
    replace_file(folder, registry.PARAMETERS_FILE, other.to_bytes())
    assert "do not fit each other" in refusal(folder)


def test_a_novelty_check_of_another_network_is_refused(folder):
    parameters = registry.load().parameters
    short = dataclasses.replace(parameters.novelty, mean=parameters.novelty.mean[:-1])
    replace_file(folder, registry.PARAMETERS_FILE, dataclasses.replace(parameters, novelty=short).to_bytes())
    assert "has not the signature" in refusal(folder)


@pytest.mark.parametrize("name", ["logits", "raw_probabilities", "probabilities"])
@pytest.mark.parametrize("drift", [2e-5, -2e-5, float("nan")])
def test_another_golden_answer_is_refused(folder, name, drift):
    golden = manifest_of(folder)["golden"]
    golden[name][0] += drift * max(1, *map(abs, golden[name]))
    change_manifest(folder, golden=golden)
    assert f"golden answer on this machine ({name} differ)" in refusal(folder)


@pytest.mark.parametrize("stored", [None, 0.5, [], [0.25] * 5, ["0.25"] * 4])
def test_a_golden_answer_of_another_form_is_refused(folder, stored):
    change_manifest(folder, golden=manifest_of(folder)["golden"] | {"logits": stored})
    assert "(logits differ)" in refusal(folder)


def test_what_processors_differ_by_is_no_drift(folder):
    golden = manifest_of(folder)["golden"]
    change_manifest(folder, golden={name: [value + 5e-6 for value in values] for name, values in golden.items()})
    assert registry.load(str(folder)).name == registry.DEFAULT


@pytest.mark.parametrize("kernels", ["BUILTIN_REF", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"])
def test_other_implementations_of_the_same_arithmetic_give_the_golden_answer(kernels):
    folder = registry.find()
    kind = getattr(interpreter.OpResolverType, kernels)
    model = (folder / registry.MODEL_FILE).read_bytes()
    run = interpreter.Interpreter(model_content=model, experimental_op_resolver_type=kind).get_signature_runner()
    answer = {name: values[0] for name, values in run(image=prepare(golden_image())[None]).items()}
    response = Response(**{name: answer[name] for name in ("logits", "features", "feature_map", "texture")})
    calibration = registry.load().parameters.calibration
    assert differing(golden_answer(response, calibration), manifest_of(folder)["golden"]) == ()


def test_half_precision_does_not_give_the_golden_answer():
    artefact = registry.load()
    halved = prepare(golden_image()).astype(np.float16).astype(np.float32)
    answer = golden_answer(artefact.network.run(halved), artefact.parameters.calibration)
    assert "logits" in differing(answer, artefact.manifest["golden"])


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
