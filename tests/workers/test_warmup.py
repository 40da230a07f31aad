import pytest

from models import registry
from workers import warmup


def test_it_works():
    warmup.refuse_to_start_without_an_engine()


def test_worker_without_a_whole_artefact_refuses_to_start_and_says_why(monkeypatch, tmp_path):
    monkeypatch.setenv("TELEDIAG_ARTEFACT", str(tmp_path))
    with pytest.raises(SystemExit, match="ArtefactRefused"):
        warmup.refuse_to_start_without_an_engine()


def test_the_artefact_that_the_settings_name_is_the_one_that_must_load(settings, tmp_path):
    settings.ARTEFACT = str(tmp_path)
    with pytest.raises(SystemExit, match="There is no artefact"):
        warmup.refuse_to_start_without_an_engine()


@pytest.mark.parametrize("name", ["", registry.DEFAULT])
def test_nothing_is_said_of_a_shadow_that_is_off_or_whole(name, settings, caplog):
    settings.SHADOW_ARTEFACT = name
    warmup.tell_when_the_shadow_does_not_load()
    assert caplog.text == ""


def test_worker_starts_with_a_shadow_that_does_not_load_and_says_why(settings, caplog):
    settings.SHADOW_ARTEFACT = "resnet50-0.0.1"
    warmup.tell_when_the_shadow_does_not_load()
    assert "shadow_refused" in caplog.text
    assert "There is no artefact 'resnet50-0.0.1'" in caplog.text
