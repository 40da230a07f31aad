"""An artefact whose files are not whole, not those vouched for, or not of this code, is refused."""

import dataclasses

import pytest

from models import registry
from models.registry import ArtefactRefused
from tests.models.spoilt_artefacts import change_manifest, manifest_of, refusal, replace_file


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
