"""A second artefact, made from the shipped one: another name, softer probabilities, valid in every part."""

import dataclasses
import json
import shutil
from pathlib import Path

from models import registry
from models.classification.preprocessing import prepare


def another(parent: Path, version: str = "9.0.0", *, temperature: float = 3.0) -> Path:
    """Write it into a folder and return where it lies."""
    shipped = registry.load(registry.DEFAULT)
    manifest = dict(shipped.manifest)
    folder = parent / f"{manifest['architecture']}-{version}"
    shutil.copytree(registry.FOLDER / registry.DEFAULT, folder)
    parameters = dataclasses.replace(
        shipped.parameters, calibration=dataclasses.replace(shipped.parameters.calibration, temperature=temperature)
    )
    stored = parameters.to_bytes()
    (folder / registry.PARAMETERS_FILE).write_bytes(stored)
    answer = shipped.network.run(prepare(registry.golden_image()))
    changes = {
        "name": folder.name,
        "version": version,
        "files": manifest["files"] | {registry.PARAMETERS_FILE: registry.sha256(stored)},
        "golden": registry.golden_answer(answer, parameters.calibration),
    }
    (folder / registry.MANIFEST_FILE).write_text(json.dumps(manifest | changes))
    return folder
