"""The case rule, as a table."""

import itertools
import math
import subprocess
import sys

import pytest

from models.case import CaseOutcome, CaseRule, ImageEvidence, state_of_case

FLAGGED = (
    "Blast-like lymphoid cells suspected (AI, unverified). Pattern most similar to class {}. "
    "Not a diagnosis and not a measure of severity. Correlate with full blood count, differential, "
    "flow cytometry, with or without marrow and genetics."
)
NOT_FLAGGED = (
    "No blast-suspect pattern in the analysed images; pattern most similar to hematogones. Leukaemia is not excluded."
)
FORBIDDEN = ("stage i", "early-stage", "healthy", "normal", "cancer-free", "confirmed", "100 %", "diagnosed with")


def image(log_odds=None, outcome="classified", leukocytes=10, name="a", **blasts):
    """One image's evidence; its blast probabilities are shared as given, else all early."""
    probabilities = None
    if log_odds is not None:
        blast = 1 / (1 + math.exp(-max(-50, min(50, log_odds))))
        weights = blasts or {"early": 1.0}
        probabilities = {"benign": 1 - blast} | {kind: blast * share for kind, share in weights.items()}
    return ImageEvidence(name, outcome, log_odds, probabilities, leukocytes)


def case(*log_odds, leukocytes=10):
    return [image(value, leukocytes=leukocytes, name=str(number)) for number, value in enumerate(log_odds)]


@pytest.mark.parametrize(
    ("log_odds", "outcome", "flag"),
    [
        ((3, 4, 5), "flagged", True),
        ((0.1, 0.1, 0.1), "flagged", True),
        ((0, 0, 0), "not_flagged", False),
        ((-0.1, 0.1, 0.0), "not_flagged", False),
        ((-5, -4, -3), "not_flagged", False),
        # one stray image among ten is trimmed away, and does not lift the three highest
        ((9, *[-2] * 9), "not_flagged", False),
        # three clearly suspect images count among many that are not
        ((7, 7, 7, *[-1.5] * 20), "flagged", True),
        # the three highest must pass the higher threshold, not merely reach it
        ((2, 2, 2, *[-1.5] * 20), "not_flagged", False),
        ((2.1, 2.1, 2.1, *[-1.5] * 20), "flagged", True),
        # a quarter clearly on each side contradicts
        ((5, -5, -5, -5), "indeterminate", False),
        ((8, 8, -5, -5), "indeterminate", True),
        ((5, 5, 5, -5), "indeterminate", True),
        # one in five is less than a quarter
        ((5, 5, 5, 5, -5), "flagged", True),
        ((-5, -5, -5, -5, 5), "not_flagged", False),
        # exactly at the line is not beyond it
        ((2, 2, -2, -2), "not_flagged", False),
        # too few images: insufficient, with the flag on the safe side
        ((5,), "insufficient", True),
        ((5, 5), "insufficient", True),
        ((-5,), "insufficient", False),
        ((-5, -5), "insufficient", False),
    ],
)
def test_table_of_cases(log_odds, outcome, flag):
    statement = state_of_case(case(*log_odds))
    assert (statement.outcome, statement.flag) == (outcome, flag)


@pytest.mark.parametrize(
    ("leukocytes", "outcome"),
    [((6, 6, 7), "insufficient"), ((6, 7, 7), "flagged"), ((0, 0, 20), "flagged"), ((0, 0, 0), "insufficient")],
)
def test_twenty_leukocytes_are_enough_and_nineteen_are_not(leukocytes, outcome):
    statement = state_of_case([image(5, leukocytes=count) for count in leukocytes])
    assert statement.outcome == outcome
    assert statement.flag
    assert statement.leukocytes == sum(leukocytes)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), "unavailable"),
        (("failed",), "unavailable"),
        (("failed", "failed"), "unavailable"),
        (("failed", "refused"), "insufficient"),
        (("unsuitable",), "insufficient"),
        (("novel", "novel", "novel"), "insufficient"),
        (("refused",), "insufficient"),
    ],
)
def test_without_a_usable_image_nothing_is_claimed(outcomes, expected):
    statement = state_of_case([image(9, outcome=outcome) for outcome in outcomes])
    assert statement.outcome == expected
    assert not statement.flag
    assert statement.pattern_class is None
    assert statement.trimmed_mean is None
    assert statement.top_three_mean is None
    assert (statement.usable, statement.unusable, statement.leukocytes) == (0, len(outcomes), 0)


def test_unusable_images_are_left_out_counted_and_explained():
    images = [*case(-5, -5, -5), *(image(9, outcome=o, name=o) for o in ("novel", "unsuitable", "refused", "failed"))]
    statement = state_of_case(images)
    assert statement.outcome is CaseOutcome.NOT_FLAGGED
    assert (statement.usable, statement.unusable, statement.leukocytes) == (3, 4, 30)
    left_out = statement.contributions[3:]
    assert [contribution.analysis_id for contribution in left_out] == ["novel", "unsuitable", "refused", "failed"]
    assert all(not c.used and c.log_odds is None and c.reason.startswith("left out: ") for c in left_out)
    assert all(c.used and c.log_odds == -5 for c in statement.contributions[:3])


def test_abstained_images_count():
    statement = state_of_case([image(0.5, outcome="abstained") for _ in range(3)])
    assert statement.outcome is CaseOutcome.FLAGGED
    assert statement.usable == 3


@pytest.mark.parametrize("log_odds", [None, math.nan])
def test_an_image_without_probabilities_is_not_used(log_odds):
    broken = ImageEvidence("x", "classified", log_odds, None, 10)
    statement = state_of_case([*case(5, 5, 5), broken])
    assert (statement.usable, statement.unusable) == (3, 1)
    assert "no probabilities" in statement.contributions[3].reason


def test_an_outcome_the_rule_does_not_know_is_not_used():
    statement = state_of_case([image(5, outcome="dreamt")])
    assert statement.usable == 0
    assert "not known" in statement.contributions[0].reason


def test_a_tenth_is_trimmed_at_each_end():
    statement = state_of_case(case(12, *[-1] * 8, -12))
    assert statement.trimmed_mean == -1
    assert statement.top_three_mean == pytest.approx((12 - 1 - 1) / 3)


def test_nine_images_are_not_trimmed():
    assert state_of_case(case(9, *[0] * 8)).trimmed_mean == 1


@pytest.mark.parametrize("value", [13, 400, math.inf])
def test_log_odds_beyond_twelve_count_as_twelve(value):
    statement = state_of_case([image(value, name="x")])
    assert statement.top_three_mean == 12
    assert statement.contributions[0].log_odds == 12


def test_the_order_of_the_images_does_not_matter():
    statements = {
        (s.outcome, s.flag, s.sentence, s.trimmed_mean, s.top_three_mean)
        for order in itertools.permutations(case(3, -1, 0.4, -6, 2.5))
        for s in [state_of_case(order)]
    }
    assert len(statements) == 1


@pytest.mark.parametrize(("kind", "name"), [("early", "Early pre-B"), ("pre", "Pre-B"), ("pro", "Pro-B")])
def test_the_flagged_wording_is_verbatim_and_names_the_pattern(kind, name):
    statement = state_of_case(
        [image(5, **{kind: 0.8, "early": 0.2} if kind != "early" else {"early": 1}) for _ in "abc"]
    )
    assert statement.pattern_class == kind
    assert statement.sentence == FLAGGED.format(name)


def test_the_pattern_is_that_of_the_suspect_images():
    statement = state_of_case([*(image(6, pro=1.0) for _ in "abc"), *(image(-1.9, early=1.0) for _ in range(30))])
    assert statement.flag
    assert statement.pattern_class == "pro"


def test_the_wording_without_a_flag_is_verbatim():
    statement = state_of_case(case(-5, -5, -5))
    assert statement.sentence == NOT_FLAGGED
    assert statement.pattern_class == "benign"


def test_an_insufficient_case_says_what_is_missing():
    sentence = state_of_case(case(-5, leukocytes=1)).sentence
    assert "1 image and 1 leukocyte could be used" in sentence
    assert "at least 3 images and 20 leukocytes are needed" in sentence
    assert sentence.endswith("Leukaemia is not excluded.")


@pytest.mark.parametrize("images", [case(5), case(8, 8, -5, -5)])
def test_wherever_the_flag_is_raised_its_wording_is_there(images):
    statement = state_of_case(images)
    assert statement.flag
    assert statement.sentence.endswith(FLAGGED.format("Early pre-B"))


@pytest.mark.parametrize("log_odds", [(), (5,), (-5,), (5, 5, 5), (-5, -5, -5), (5, -5, -5, -5), (8, 8, -5, -5)])
def test_no_forbidden_word_is_ever_said(log_odds):
    statement = state_of_case(case(*log_odds))
    said = " ".join([statement.sentence, *(c.reason for c in statement.contributions)]).lower()
    assert not [word for word in FORBIDDEN if word in said]


def test_a_clinic_may_set_its_own_minima():
    rule = CaseRule(minimum_images=1, minimum_leukocytes=1, version="clinic-7")
    statement = state_of_case(case(-5, leukocytes=1), rule)
    assert statement.outcome is CaseOutcome.NOT_FLAGGED
    assert statement.rule_version == "clinic-7"


@pytest.mark.parametrize("wrong", [{"flag_threshold": 3.0}, {"minimum_images": 0}, {"minimum_leukocytes": -1}])
def test_a_rule_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="Set "):
        CaseRule(**wrong)


def test_raising_one_image_never_lowers_the_flag():
    for base in itertools.product((-6, -1, 0.5, 3), repeat=4):
        raised = (base[0] + 4, *base[1:])
        assert state_of_case(case(*raised)).flag >= state_of_case(case(*base)).flag


def test_the_rule_needs_neither_numpy_nor_tensorflow():
    code = "import sys, models.case; print([m for m in ('numpy', 'cv2', 'tensorflow') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
