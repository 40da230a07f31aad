"""Spoil a copy of an artefact in one place, and read what the registry says of it."""

import json
from pathlib import Path

import pytest

from models import registry
from models.registry import ArtefactRefused


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
