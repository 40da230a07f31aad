import pytest

from models import comparison
from models.result import ImageAnalysis, Outcome, Refusal


def said(label=None, *, benign=0.1, milliseconds=10.0, outcome=None):
    rest = (1 - benign) / 3
    return ImageAnalysis(
        outcome=outcome or (Outcome.CLASSIFIED if label else Outcome.ABSTAINED),
        predicted_class=label,
        probabilities={"benign": benign, "early": rest, "pre": rest, "pro": rest},
        timings_ms={"total": milliseconds},
        pins={},
    )


REFUSED = ImageAnalysis(
    outcome=Outcome.REFUSED, timings_ms={"total": 1.0}, pins={}, refusal=Refusal("not_an_image", "No image.")
)


class Engine:
    def __init__(self, name, asked):
        self.name, self.asked = name, asked

    def analyse(self, data):
        self.asked.append((self.name, data))
        return said("early")


def pairs(*answers):
    return [dict(zip(("one", "other"), answer, strict=True)) for answer in answers]


def test_every_engine_gets_the_same_bytes_and_each_goes_first_in_its_turn():
    asked = []
    engines = {name: Engine(name, asked) for name in ("one", "other")}
    for turn in range(2):
        assert list(comparison.ask(engines, b"image", turn=turn)) == ["one", "other"]
    assert asked == [("one", b"image"), ("other", b"image"), ("other", b"image"), ("one", b"image")]


def test_agreement_asks_for_the_same_outcome_and_the_same_class():
    counted = comparison.agreement(
        pairs(
            (said("early"), said("early")),
            (said("early"), said("pre")),
            (said("early"), said()),
            (said(), said()),
            (said(), said(outcome=Outcome.NOVEL)),
        )
    )
    assert (counted.images, counted.agreeing) == (5, 2)


def test_only_two_given_classes_can_lie_on_different_sides_of_the_line():
    counted = comparison.agreement(
        pairs((said("benign"), said("early")), (said("pre"), said("early")), (said("benign"), said()))
    )
    assert counted.across_the_line == 1


def test_the_largest_difference_is_that_of_any_class_and_any_pair():
    answers = [{"one": said("early", benign=0.1), "two": said("early", benign=0.2), "three": said(benign=0.7)}]
    assert comparison.agreement(answers).largest_difference == pytest.approx(0.6)


def test_images_that_do_not_decode_are_not_counted():
    counted = comparison.agreement(pairs((REFUSED, REFUSED), (said("early"), said("early"))))
    assert (counted.images, counted.agreeing) == (1, 1)
    assert counted.median_ms == {"one": 10.0, "other": 10.0}


def test_the_median_is_each_artefacts_own():
    answers = pairs(*((said(milliseconds=slow), said(milliseconds=1.0)) for slow in (5.0, 100.0, 7.0)))
    assert comparison.agreement(answers).median_ms == {"one": 7.0, "other": 1.0}


@pytest.mark.parametrize("answers", [[], pairs((REFUSED, REFUSED))])
def test_nothing_to_compare_is_no_error(answers):
    counted = comparison.agreement(answers)
    assert (counted.images, counted.largest_difference, counted.median_ms) == (0, None, {})
