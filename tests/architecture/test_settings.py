import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def read_from_the_environment() -> set[str]:
    settings = (ROOT / "telediag/settings.py").read_text()
    return set(re.findall(r"\benv\.\w+\(\s*\"(\w+)\"", settings))


def test_every_setting_is_in_the_operators_table() -> None:
    documented = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    assert read_from_the_environment() - documented == set()


def test_containers_set_only_what_is_read() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    block = re.search(r"environment: &environment\n((?:    \w+:.*\n)+)", compose)
    assert block is not None
    set_there = set(re.findall(r"^    (\w+):", block.group(1), re.MULTILINE))
    assert len(set_there) > 5
    assert set_there <= read_from_the_environment()
