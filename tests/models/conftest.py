"""A copy of the default artefact, for tests that spoil it."""

import shutil
from pathlib import Path

import pytest

from models import registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default artefact, to be spoilt."""
    return Path(shutil.copytree(registry.FOLDER / registry.DEFAULT, tmp_path / registry.DEFAULT))
