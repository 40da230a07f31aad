"""The servers that tests run against: a real PostgreSQL and a real broker, started once and thrown away."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest
import redis
from django.utils import translation

from telediag.stack.servers import Servers

_SETTINGS = "DJANGO_SETTINGS_MODULE"
_LAST_BROKER_DATABASE = 15


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers before Django reads its settings.

    The settings are named here and not in pyproject.toml, since pytest-django would read them before this runs.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:  # workers find the servers in the environment that they inherit
        os.environ.update(_started_servers(config).environment)
    os.environ["REDIS_URL"] = _database_of_its_own(os.environ["REDIS_URL"])
    os.environ.setdefault("SECRET_KEY", "for tests only")
    os.environ.setdefault("REPORT_SEAL_KEY", "5e" * 32)
    os.environ[_SETTINGS] = "telediag.settings"
    django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker come through pytest_configure before it reads settings, too."""
    os.environ.pop(_SETTINGS, None)


def _started_servers(config: pytest.Config) -> Servers:
    folder = Path(tempfile.mkdtemp(prefix="telediag-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    servers = Servers(folder, durable=False)
    config.add_cleanup(servers.stop)
    servers.start()
    return servers


def _database_of_its_own(url: str) -> str:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urlsplit(url)._replace(path=f"/{_LAST_BROKER_DATABASE - worker}").geturl()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test speak the language that a request of another one left to its thread."""
    yield
    translation.deactivate()


@pytest.fixture
def broker_url() -> Iterator[str]:
    """Give the address of an empty broker."""
    url = os.environ["REDIS_URL"]
    with contextlib.closing(redis.Redis.from_url(url)) as client:
        client.flushdb()
        yield url
        client.flushdb()
