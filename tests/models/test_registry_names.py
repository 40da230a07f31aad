"""Which artefact a name means, and that it is the one that its folder and manifest say."""

import pytest

from models import registry
from tests.models.spoilt_artefacts import change_manifest, refusal


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
