"""Finds an artefact and refuses it unless every part of it is what its manifest says.

An artefact is a folder: `model.tflite` (the network), `parameters.npz` (temperature, conformal and novelty
thresholds, last layer), `manifest.json` (hashes, labels, preprocessing contract, data, golden answer) and
`card.md`. Several can be installed in `FOLDER`; one is active per deployment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from models.architectures import ARCHITECTURES
from models.case import CaseRule
from models.classification.labels import LABELS
from models.classification.network import Network, Response
from models.classification.preprocessing import contract_sha256, prepare
from models.golden import differing, golden_answer, golden_image
from models.parameters import Parameters

__all__ = [
    "Artefact",
    "ArtefactRefused",
    "Parameters",
    "case_rule",
    "find",
    "golden_answer",
    "golden_image",
    "load",
    "names",
]

FOLDER = Path(__file__).parent / "artefacts"
DEFAULT = "mobilenet-v2-2.1.0"
OVERRIDE = "TELEDIAG_ARTEFACT"
"""Environment variable that names the active artefact, as `find` takes it."""
SHADOW = "TELEDIAG_SHADOW_ARTEFACT"
"""Environment variable that names the artefact which the platform runs in shadow. The engine only tells of it."""
MODEL_FILE = "model.tflite"
PARAMETERS_FILE = "parameters.npz"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "card.md"
NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
"""What an artefact may be called. Whatever does not match is a path, and never looked for in `FOLDER`."""
FORM = {
    "name": str,
    "version": str,
    "architecture": str,
    "labels": list,
    "preprocessing": dict,
    "files": dict,
    "golden": dict,
    "case_rule": dict,
}
"""What a manifest must hold before anything of it is believed."""


class ArtefactRefused(RuntimeError):  # noqa: N818 - the operator's word for it
    """An artefact that must not be used. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A verified artefact, loaded."""

    name: str
    version: str
    network: Network
    parameters: Parameters
    manifest: dict[str, Any]


def names() -> tuple[str, ...]:
    """Return the names of the artefacts that are installed."""
    return tuple(sorted(manifest.parent.name for manifest in FOLDER.glob(f"*/{MANIFEST_FILE}")))


def find(name: str | None = None) -> Path:
    """Return the folder of an artefact: as asked for, else by `TELEDIAG_ARTEFACT`, else the default.

    Parameters
    ----------
    name
        Name of an installed artefact, or a path (with a slash in it) of a folder elsewhere.

    Raises
    ------
    ArtefactRefused
        When there is none.
    """
    asked = name or os.environ.get(OVERRIDE) or DEFAULT
    folder = FOLDER / asked if NAME.fullmatch(asked) else Path(asked)
    if not _is_file(folder / MANIFEST_FILE):
        raise ArtefactRefused(
            f"There is no artefact {asked!r}: name one of {', '.join(names()) or 'none installed'}, "
            f"or give the path of a folder that holds a {MANIFEST_FILE}, such as ./{DEFAULT}."
        )
    return folder


def load(name: str | None = None, *, threads: int = 1) -> Artefact:
    """Load an artefact after checking it.

    Parameters
    ----------
    name
        Name of an installed artefact or path of a folder; see `find`.
    threads
        Threads of one forward pass.

    Raises
    ------
    ArtefactRefused
        When a file is missing or changed, when names, labels or preprocessing are not those of this code, when
        the network is not of the exported form, or when it does not give the golden answer on this machine.
    """
    folder = find(name)
    manifest = read_manifest(folder)
    _check_agreement(folder, manifest)
    model = _checked(folder, MODEL_FILE, manifest)
    parameters = _parameters(folder, _checked(folder, PARAMETERS_FILE, manifest))
    network, response = _network(folder, model, parameters, threads)
    _check_golden(folder, golden_answer(response, parameters.calibration), manifest["golden"])
    return Artefact(manifest["name"], manifest["version"], network, parameters, manifest)


def case_rule(name: str | None = None) -> CaseRule:
    """Return the case rule with an artefact's thresholds of the flag, which come from its out-of-fold answers.

    Its version names the artefact. Only the manifest is read: the network need not be loaded to state a case.

    Raises
    ------
    ArtefactRefused
        When there is no such artefact, or no readable thresholds in its manifest.
    """
    folder = find(name)
    stored = read_manifest(folder)["case_rule"]
    try:
        return CaseRule(**stored, version=f"{CaseRule().version}, {folder.name}")
    except (TypeError, ValueError) as error:
        raise ArtefactRefused(
            f"{MANIFEST_FILE} of the artefact {folder.name} holds no case rule that this code reads: "
            "restore the folder from the release."
        ) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return an artefact's manifest, checked for its form alone.

    Raises
    ------
    ArtefactRefused
        When it cannot be read or lacks a part.
    """
    try:
        manifest = json.loads(_content(folder, MANIFEST_FILE))
    except ValueError as error:
        raise ArtefactRefused(
            f"The manifest of {folder.name} is not readable JSON: restore the folder from the release."
        ) from error
    held = manifest if isinstance(manifest, dict) else {}
    lacking = [key for key, kind in FORM.items() if not isinstance(held.get(key), kind)]
    if lacking:
        raise ArtefactRefused(
            f"The manifest of {folder.name} lacks {', '.join(lacking)}: restore the folder from the release."
        )
    return held


def sha256(content: bytes) -> str:
    """Return the sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file system takes
        return False


def _content(folder: Path, file: str) -> bytes:
    try:
        return (folder / file).read_bytes()
    except FileNotFoundError as error:
        raise ArtefactRefused(
            f"The artefact {folder.name} has no {file}: restore the folder from the release."
        ) from error
    except OSError as error:
        raise ArtefactRefused(
            f"{file} of the artefact {folder.name} cannot be read ({error.strerror}): let this user read the folder."
        ) from error


def _check_agreement(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse what was not made for this code, before any of it is opened."""
    name, architecture = manifest["name"], manifest["architecture"]
    if not name == f"{architecture}-{manifest['version']}" == folder.resolve().name:
        raise ArtefactRefused(
            f"The folder {folder.resolve().name} holds the artefact {name} (architecture {architecture}, version "
            f"{manifest['version']}): the folder's name and these must agree, so restore the folder from the release."
        )
    if architecture not in ARCHITECTURES:
        raise ArtefactRefused(
            f"The artefact {name} has an architecture that this code does not know (it knows "
            f"{', '.join(ARCHITECTURES)}): install the code version that it was made with."
        )
    if tuple(manifest["labels"]) != LABELS:
        raise ArtefactRefused(
            f"The artefact {name} was trained for other classes than this code reports: "
            "install the code version that it was made with."
        )
    if manifest["preprocessing"].get("sha256") != contract_sha256():
        raise ArtefactRefused(
            f"The artefact {name} was trained on images prepared in another way than this code does: "
            "train it again or install the code version that it was made with."
        )


def _checked(folder: Path, file: str, manifest: dict[str, Any]) -> bytes:
    content = _content(folder, file)
    if sha256(content) != manifest["files"].get(file):
        raise ArtefactRefused(
            f"{file} of the artefact {folder.name} is not the file that its manifest was written for: "
            "restore the folder from the release."
        )
    return content


def _parameters(folder: Path, content: bytes) -> Parameters:
    try:
        return Parameters.from_bytes(content)
    except (BadZipFile, EOFError, KeyError, ValueError) as error:
        raise ArtefactRefused(
            f"{PARAMETERS_FILE} of the artefact {folder.name} does not hold what this code reads ({error}): "
            "write the artefact again with models.training."
        ) from error


def _network(folder: Path, model: bytes, parameters: Parameters, threads: int) -> tuple[Network, Response]:
    """Load the network and show it the golden image; refuse one that does not speak as `Response` says."""
    try:
        network = Network(model, threads=threads)
        response = network.run(prepare(golden_image()))
        parameters.novelty.score(response.texture)
    except (KeyError, RuntimeError, ValueError) as error:
        raise ArtefactRefused(
            f"The network of the artefact {folder.name} has not the signature that this code calls "
            f"({' '.join(str(error).split())[:200]}): export it again with models.training."
        ) from error
    depth = response.features.size
    shapes = (response.logits.shape, response.feature_map.shape[2:], parameters.dense.shape)
    if shapes != ((len(LABELS),), (depth,), (depth, len(LABELS))):
        raise ArtefactRefused(
            f"Network and parameters of the artefact {folder.name} do not fit each other: "
            "write the artefact again with models.training."
        )
    return network, response


def _check_golden(folder: Path, answer: dict[str, list[float]], stored: dict[str, Any]) -> None:
    if wrong := differing(answer, stored):
        raise ArtefactRefused(
            f"The artefact {folder.name} does not give its golden answer on this machine ({', '.join(wrong)} differ): "
            "reinstall the requirements, and report the processor if that does not help."
        )
