"""Where the local stack keeps its state, and what its processes find in their environment."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
# What is made once and must stay the same: its file, and how it is drawn.
_KEYS: dict[str, tuple[str, Callable[[], str]]] = {
    "SECRET_KEY": ("secret_key", lambda: secrets.token_urlsafe(48)),
    "REPORT_SEAL_KEY": ("report_seal_key", lambda: secrets.token_hex(32)),
}


def complete(servers: Mapping[str, str], var: Path = VAR) -> dict[str, str]:
    """Return the environment of the web, worker and scheduler processes."""
    keys = {name: os.environ.get(name) or _key(var / file, make) for name, (file, make) in _KEYS.items()}
    mail = os.environ.get("EMAIL_URL") or f"filemail:///{var.resolve() / 'mail'}"
    return {**os.environ, **servers, **keys, "EMAIL_URL": mail}


def publish(environment: Mapping[str, str], var: Path = VAR) -> None:
    """Write what `python manage.py` needs to work on the same data; telediag.settings reads it."""
    names = ("DATABASE_URL", "REDIS_URL", *_KEYS)
    _write_private(var / "stack.env", "".join(f"{name}={environment[name]}\n" for name in names))


def _key(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write_private(path, make())
    return path.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
