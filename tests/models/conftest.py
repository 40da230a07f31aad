"""The default artefact as a test may need it: a copy to be spoilt, and the engine that runs it."""

import shutil
from pathlib import Path

import pytest

from models import registry
from models.analysis import Engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default artefact, to be spoilt."""
    return Path(shutil.copytree(registry.FOLDER / registry.DEFAULT, tmp_path / registry.DEFAULT))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()
