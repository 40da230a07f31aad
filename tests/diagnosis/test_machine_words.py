"""The machine's English is stored and binds; readers of another language get its words in theirs."""

import gettext as catalogues

import pytest
from django.utils.translation import override, trans_real

from diagnosis import machine_words
from models import case, decoding, explanation, novelty, quality, survey
from models.case import CaseRule, ImageEvidence, state_of_case


class Reversed(catalogues.NullTranslations):
    """A language in which every sentence is its English, marked."""

    def gettext(self, message):
        return f"«{message}»" if message else ""


@pytest.fixture
def _another_language(monkeypatch):
    monkeypatch.setattr(trans_real, "translation", lambda _: _catalogue())
    with override("fa"):
        yield


def _catalogue():
    translation = Reversed()
    translation.to_language = lambda: "fa"
    return translation


def evidence(outcome, log_odds=None, leukocytes=30):
    probabilities = None if log_odds is None else {"benign": 0.1, "early": 0.7, "pre": 0.1, "pro": 0.1}
    return ImageEvidence("a", outcome, log_odds, probabilities, leukocytes)


CASES = {
    "flagged": [evidence("classified", 4.0)] * 3,
    "not flagged": [evidence("classified", -4.0)] * 3,
    "insufficient": [evidence("classified", -4.0, leukocytes=1)],
    "insufficient with the flag": [evidence("classified", 4.0)] * 2,
    "contradicting": [evidence("classified", 6.0)] * 2 + [evidence("classified", -6.0)] * 2,
    "unavailable": [evidence("failed")],
}


@pytest.mark.parametrize("images", CASES.values(), ids=CASES)
def test_english_reader_gets_the_words_as_stored(images):
    sentence = state_of_case(images, CaseRule()).sentence
    assert machine_words.said(sentence) == sentence


@pytest.mark.usefixtures("_another_language")
@pytest.mark.parametrize("images", CASES.values(), ids=CASES)
def test_every_statement_of_the_case_rule_is_translated_whole(images):
    said = machine_words.said(state_of_case(images, CaseRule()).sentence)
    assert said.startswith("«")
    assert said.endswith("»")


@pytest.mark.usefixtures("_another_language")
def test_pattern_is_named_in_the_readers_language():
    assert "«Early pre-B»" in machine_words.said(case.FLAGGED_WORDING.format(pattern="Early pre-B"))


@pytest.mark.usefixtures("_another_language")
@pytest.mark.parametrize(
    "sentence",
    [
        *case._REASONS.values(),
        *quality.ADVICE.values(),
        novelty.ADVICE,
        *decoding.SENTENCES.values(),
        explanation.OUTSIDE_WARNING,
        survey.NO_SCALE,
        survey.SMALLER,
        survey.LARGER.format(number=7),
        survey.MUCH_SMALLER,
        "The analysis took longer than 40 seconds. Run it again.",
    ],
)
def test_every_sentence_of_the_engine_is_known(sentence):
    assert machine_words.said(sentence).startswith("«")


@pytest.mark.usefixtures("_another_language")
@pytest.mark.parametrize("text", ["", "Written by a release that nobody knows.", "used by somebody"])
def test_words_that_are_not_known_stay_as_they_are(text):
    assert machine_words.said(text) == text
