from pathlib import Path

import environ
import pytest

from telediag.stack import environment

SERVERS = {"DATABASE_URL": "postgresql:///telediag?host=%2Fvar%2Frun&user=telediag", "REDIS_URL": "redis://:a@b/0"}


@pytest.fixture(autouse=True)
def _no_named_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "REPORT_SEAL_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("name", "file"), [("SECRET_KEY", "secret_key"), ("REPORT_SEAL_KEY", "report_seal_key")])
def test_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, name: str, file: str) -> None:
    first = environment.complete(SERVERS, tmp_path)[name]
    assert len(first) >= 50
    assert environment.complete(SERVERS, tmp_path)[name] == first
    assert (tmp_path / file).stat().st_mode & 0o777 == 0o600


def test_named_secret_key_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "named")
    assert environment.complete(SERVERS, tmp_path)["SECRET_KEY"] == "named"
    assert not (tmp_path / "secret_key").exists()


def test_published_environment_is_what_settings_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = environment.complete(SERVERS, tmp_path)
    environment.publish(whole, tmp_path)
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    environ.Env.read_env(tmp_path / "stack.env")
    read = dict(environ.Env.ENVIRON)
    assert read == {**SERVERS, **{name: whole[name] for name in ("SECRET_KEY", "REPORT_SEAL_KEY")}}
    assert (tmp_path / "stack.env").stat().st_mode & 0o777 == 0o600
