import json
import shutil

import pytest

from models import published, registry
from models.registry import ArtefactRefused


@pytest.fixture
def folder(tmp_path):
    copy = shutil.copytree(registry.FOLDER / registry.DEFAULT, tmp_path / registry.DEFAULT)
    (copy / published.EVALUATION_FILE).unlink(missing_ok=True)
    return copy


@pytest.mark.parametrize("name", registry.names())
def test_every_shipped_artefact_has_its_accuracy_published(name):
    assert 0.25 < published.figures(registry.find(name))[published.ACCURACY] <= 1


def evaluation(**audit):
    return {
        "audit": {name.replace("_", " "): {"balanced_accuracy": {"value": value}} for name, value in audit.items()},
        "calibration": {"expected_calibration_error": {"value": 0.01, "low": 0.0, "high": 0.02}},
    }


def test_the_evaluation_goes_before_the_manifest(folder):
    told = evaluation(plain=0.5, grey=0.4, zoomed=0.3, cells_erased=0.25)
    (folder / published.EVALUATION_FILE).write_text(json.dumps(told))
    figures = published.figures(folder)
    assert figures[published.ACCURACY] == 0.5
    assert figures["balanced accuracy, cells erased"] == 0.25
    assert figures["calibration error (ECE)"] == 0.01
    assert figures["blast-suspect sensitivity"] is None


def test_the_worst_of_the_audit_leaves_out_what_should_cost_accuracy(folder):
    told = evaluation(plain=0.2, grey=0.4, zoomed=0.3, cells_erased=0.25)
    (folder / published.EVALUATION_FILE).write_text(json.dumps(told))
    assert published.figures(folder)[published.WORST] == 0.3


def test_an_artefact_that_was_never_measured_has_no_figures(folder):
    path = folder / registry.MANIFEST_FILE
    manifest = json.loads(path.read_text())
    manifest.pop("metrics", None)
    path.write_text(json.dumps(manifest))
    assert set(published.figures(folder).values()) == {None}


@pytest.mark.parametrize("content", ["{", "[1]", "7"])
def test_an_evaluation_that_is_not_readable_is_refused(folder, content):
    (folder / published.EVALUATION_FILE).write_text(content)
    with pytest.raises(ArtefactRefused, match="not readable JSON"):
        published.figures(folder)


def test_size_is_that_of_the_network(folder):
    assert published.size(folder) == pytest.approx((folder / registry.MODEL_FILE).stat().st_size / 1e6)
    (folder / registry.MODEL_FILE).unlink()
    assert published.size(folder) == 0
