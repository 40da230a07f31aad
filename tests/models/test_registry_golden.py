"""The golden answer tells drift from what processors differ by."""

import numpy as np
import pytest
from ai_edge_litert import interpreter

from models import registry
from models.classification.network import Response
from models.classification.preprocessing import prepare
from models.golden import differing, golden_answer, golden_image
from tests.models.spoilt_artefacts import change_manifest, manifest_of, refusal


@pytest.mark.parametrize("name", ["logits", "raw_probabilities", "probabilities"])
@pytest.mark.parametrize("drift", [2e-5, -2e-5, float("nan")])
def test_another_golden_answer_is_refused(folder, name, drift):
    golden = manifest_of(folder)["golden"]
    golden[name][0] += drift * max(1, *map(abs, golden[name]))
    change_manifest(folder, golden=golden)
    assert f"golden answer on this machine ({name} differ)" in refusal(folder)


@pytest.mark.parametrize("stored", [None, 0.5, [], [0.25] * 5, ["0.25"] * 4])
def test_a_golden_answer_of_another_form_is_refused(folder, stored):
    change_manifest(folder, golden=manifest_of(folder)["golden"] | {"logits": stored})
    assert "(logits differ)" in refusal(folder)


def test_what_processors_differ_by_is_no_drift(folder):
    golden = manifest_of(folder)["golden"]
    change_manifest(folder, golden={name: [value + 5e-6 for value in values] for name, values in golden.items()})
    assert registry.load(str(folder)).name == registry.DEFAULT


@pytest.mark.parametrize("kernels", ["BUILTIN_REF", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"])
def test_other_implementations_of_the_same_arithmetic_give_the_golden_answer(kernels):
    folder = registry.find()
    kind = getattr(interpreter.OpResolverType, kernels)
    model = (folder / registry.MODEL_FILE).read_bytes()
    run = interpreter.Interpreter(model_content=model, experimental_op_resolver_type=kind).get_signature_runner()
    answer = {name: values[0] for name, values in run(image=prepare(golden_image())[None]).items()}
    response = Response(**{name: answer[name] for name in ("logits", "features", "feature_map", "texture")})
    calibration = registry.load().parameters.calibration
    assert differing(golden_answer(response, calibration), manifest_of(folder)["golden"]) == ()


def test_half_precision_does_not_give_the_golden_answer():
    artefact = registry.load()
    halved = prepare(golden_image()).astype(np.float16).astype(np.float32)
    answer = golden_answer(artefact.network.run(halved), artefact.parameters.calibration)
    assert "logits" in differing(answer, artefact.manifest["golden"])
