"""Those who answer for a clinic read which networks there are, which one answers, and what its card says."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from diagnosis import artefacts
from tests import factories

pytestmark = pytest.mark.django_db

ACTIVE = "mobilenet-v2-2.1.0"
DRAWN = factories.PINS["model_sha256"]


@pytest.fixture
def client(clinic):
    client = Client()
    client.force_login(factories.administrator(clinic))
    return client


@pytest.fixture
def active():
    return artefacts.named(ACTIVE)


def test_every_artefact_is_listed_with_what_was_measured(client, active):
    page = client.get(reverse("models")).content.decode()
    for artefact in artefacts.installed():
        assert reverse("model", args=[artefact.sha256]) in page
    accuracy = json.loads((active.folder / "evaluation.json").read_text())["audit"]["plain"]["balanced_accuracy"]
    assert f"{accuracy['value']:.3f} ({accuracy['low']:.3f} to {accuracy['high']:.3f})" in page


def test_the_network_of_the_newest_analyses_is_said_to_answer(client, clinic, active):
    pins = {"artefact": active.name, "model_sha256": active.sha256}
    factories.analysed_case(clinic=clinic, results=[factories.machine_result(pins=pins)])
    facts = {each["artefact"].name: each["answered_at"] for each in client.get(reverse("models")).context["artefacts"]}
    assert [name for name, answered_at in facts.items() if answered_at] == [ACTIVE]
    assert "answering" in client.get(reverse("model", args=[active.sha256])).content.decode()


def test_the_setting_names_the_active_one_before_anything_was_analysed(client, settings, active):
    settings.ARTEFACT = ACTIVE
    assert "set as active" in client.get(reverse("model", args=[active.sha256])).content.decode()


def test_the_card_is_shown_with_its_plots(client, active):
    page = client.get(reverse("model", args=[active.sha256])).content.decode()
    assert "<h2>Known limits</h2>" in page
    assert page.count("<h1>") == 1
    assert '<img src="plots/audit.svg"' in page
    plot = client.get(reverse("model-plot", args=[active.sha256, "audit.svg"]))
    assert plot["Content-Type"] == "image/svg+xml"
    assert plot.content == (active.folder / "plots/audit.svg").read_bytes()


@pytest.mark.parametrize("name", ["..%2Fcard.md", "card.md", "none.svg"])
def test_nothing_but_plots_is_sent(client, active, name):
    assert client.get(f"/models/{active.sha256}/plots/{name}").status_code == 404


def test_html_in_a_card_stays_text(client, settings, tmp_path):
    folder = tmp_path / "foreign-1.0.0"
    folder.mkdir()
    manifest = {"name": "foreign-1.0.0", "files": {"model.tflite": "a" * 64}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "card.md").write_text("# foreign\n\n<script>alert(1)</script>\n\n[here](javascript:alert(1))\n")
    settings.ARTEFACTS = tmp_path
    page = client.get(reverse("model", args=["a" * 64])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript' not in page


def test_a_network_that_is_gone_is_still_named_by_what_it_answered(client, clinic):
    factories.analysed_case(clinic=clinic)
    assert client.get(reverse("models")).context["earlier"] == [(DRAWN, "drawn-by-test")]
    page = client.get(reverse("model", args=[DRAWN])).content.decode()
    assert "drawn-by-test" in page
    assert "card cannot be shown" in page


def test_unknown_hashes_are_not_found(client):
    assert client.get(reverse("model", args=["b" * 64])).status_code == 404


def test_a_folder_that_is_not_whole_is_left_out(settings, tmp_path):
    for name, content in {
        "torn": '{"name": "to',
        "nameless": "{}",
        "networkless": '{"name": "x", "files": {}}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(content)
    settings.ARTEFACTS = tmp_path
    assert artefacts.installed() == []
