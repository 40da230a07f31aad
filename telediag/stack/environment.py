"""Where the local stack keeps its state, and what its processes find in their environment."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"


def complete(servers: Mapping[str, str], var: Path = VAR) -> dict[str, str]:
    """Return the environment of the web, worker and scheduler processes."""
    return {**os.environ, **servers, "SECRET_KEY": os.environ.get("SECRET_KEY") or _secret_key(var)}


def publish(environment: Mapping[str, str], var: Path = VAR) -> None:
    """Write what `python manage.py` needs to work on the same data; telediag.settings reads it."""
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    _write_private(var / "stack.env", "".join(f"{name}={environment[name]}\n" for name in names))


def _secret_key(var: Path) -> str:
    path = var / "secret_key"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
