import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILED = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


@pytest.mark.parametrize("name", COMPILED)
def test_every_requirement_is_pinned_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE).strip())
    assert len(pins) >= 1
    for pin in pins:
        assert re.match(r"[\w.\-\[\]]+==", pin), pin
        assert "--hash=sha256:" in pin, pin
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", re.sub(r"(?m)^#.*", "", text))


@pytest.mark.parametrize("name", COMPILED)
def test_every_wish_is_compiled(name: str) -> None:
    wishes = (ROOT / name).with_suffix(".in").read_text().splitlines()
    names = [re.split(r"[\[~=<>;\s]", line)[0] for line in wishes if re.match(r"\w", line)]
    compiled = (ROOT / name).read_text().lower()
    for wish in names:
        assert re.search(rf"^{re.escape(wish.lower())}(\[.*\])?==", compiled, re.MULTILINE), wish


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_wish_says_what_it_is_for(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        if re.match(r"\w", line):
            assert re.search(r"#\s+\w+", line), line


def test_npm_packages_are_locked_by_hash_without_an_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert len(locked) >= 3
    for name, package in locked.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
