import pytest

from workers import warmup


def test_it_works():
    warmup.refuse_to_start_without_an_engine()


def test_worker_without_a_whole_artefact_refuses_to_start_and_says_why(monkeypatch, tmp_path):
    monkeypatch.setenv("TELEDIAG_ARTEFACT", str(tmp_path))
    with pytest.raises(SystemExit, match="ArtefactRefused"):
        warmup.refuse_to_start_without_an_engine()
