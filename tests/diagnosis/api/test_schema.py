import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from diagnosis.api.new_case import NewCase
from diagnosis.choices import Role, Subtype
from diagnosis.filters import CaseFilter
from diagnosis.permissions import ALLOWED, Permission

DOCS = Path(__file__).resolve().parents[3] / "docs"
# What the machine never says; the classes are not stages of severity.
NEVER_SAID = re.compile(
    r"stage (?:i|ii|iii|iv)\b|early.stage|\bhealthy\b|\bnormal\b|cancer.free|\bconfirmed\b|100 ?%|diagnosed with",
    re.IGNORECASE,
)


def test_committed_document_is_the_generated_one(tmp_path):
    generated = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(generated), validate=True, fail_on_warn=True)
    assert generated.read_text() == (DOCS / "openapi.yaml").read_text(), (
        "The API changed. Run `python manage.py spectacular --file docs/openapi.yaml` and read the difference."
    )


def test_every_operation_describes_its_refusals_and_has_a_name_of_its_own():
    document = yaml.safe_load((DOCS / "openapi.yaml").read_text())
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all("default" in operation["responses"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def _operation(method, path):
    document = yaml.safe_load((DOCS / "openapi.yaml").read_text())
    return document["components"]["schemas"], document["paths"][f"/api/v1/{path}"][method]


def _named(content):
    (form,) = content.values()
    return form["schema"]["$ref"].rpartition("/")[2]


def test_document_says_what_opens_a_case_and_what_is_answered():
    schemas, opens = _operation("post", "cases/")
    sent = schemas[_named(opens["requestBody"]["content"])]
    assert set(sent["properties"]) == set(NewCase().fields)
    assert sent["required"] == ["patient"]
    assert not any(field.get("readOnly") for field in sent["properties"].values())
    assert _named(opens["responses"]["201"]["content"]) == "Case"


@pytest.mark.parametrize("count", ["haemoglobin", "white_cells", "platelets"])
def test_document_and_page_name_the_unit_of_a_blood_count(count):
    schemas, _ = _operation("post", "cases/")
    unit = "g/L" if count == "haemoglobin" else "10⁹/L"
    assert unit in schemas["NewCase"]["properties"][count]["description"]
    assert re.search(rf"`{count}`.* {unit}", (DOCS / "api.md").read_text())


def test_document_has_an_image_as_bytes_and_asks_by_head_how_far_an_upload_is():
    schemas, sends = _operation("post", "cases/{case_id}/smears/")
    image = schemas[_named(sends["requestBody"]["content"])]["properties"]["image"]
    assert (image["type"], image["format"]) == ("string", "binary")
    _, asks = _operation("head", "uploads/{upload_id}/")
    assert {"Upload-Offset", "Upload-Length"} <= set(asks["responses"]["200"]["headers"])


@pytest.mark.parametrize("name", ["openapi.yaml", "api.md"])
def test_texts_of_the_api_never_say_what_the_machine_must_not(name):
    assert not NEVER_SAID.search((DOCS / name).read_text())


def test_document_names_the_four_classes():
    document = yaml.safe_load((DOCS / "openapi.yaml").read_text())
    assert document["components"]["schemas"]["Subtype"]["enum"] == Subtype.values


def test_page_works_under_the_content_security_policy():
    page = Client().get("/api/v1/docs/")
    assert page.status_code == 200
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", page.content.decode())
    assert len(scripts) == 3
    for attributes, inline in scripts:
        assert re.search(r'src="/', attributes)
        assert not inline.strip()


def test_script_of_the_page_is_a_script_and_names_the_document():
    script = Client().get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()


@pytest.mark.django_db
def test_document_is_served():
    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["openapi"].startswith("3.")


def test_page_explains_every_filter_of_the_cases():
    explained = [line.split("|")[1] for line in (DOCS / "api.md").read_text().splitlines() if line.startswith("| `")]
    named = {name for cell in explained for name in re.findall("`([a-z_]+)`", cell)}
    assert set(CaseFilter.base_filters) <= named


@pytest.mark.parametrize(
    ("act", "permission"),
    [
        ("read the clinic's patients", Permission.READ),
        ("register patients, open and withdraw cases, send images", Permission.SUBMIT),
        ("run an analysis again", Permission.RUN_AGAIN),
    ],
)
def test_page_says_which_role_may_do_what(act, permission):
    (row,) = [line for line in (DOCS / "api.md").read_text().splitlines() if line.startswith(f"| {act}")]
    said = [cell.strip() == "yes" for cell in row.split("|")[2:5]]
    assert said == [permission in ALLOWED[role] for role in (Role.SUBMITTER, Role.SPECIALIST, Role.ADMINISTRATOR)]
