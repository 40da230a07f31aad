# ruff: noqa: RUF001 - Persian letters and digits are meant
"""Every sentence is marked, translated, compiled, and says in Persian what it says in English."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from diagnosis import machine_words
from models import case
from tests.architecture import sentences

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "locale").glob("**/LC_MESSAGES/*.po"))

# What stands in a sentence and not in its words.
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|</?[a-z][^>]*>")

# Words of a page that are the same in every language, each with its reason.
UNTRANSLATED = {
    "telediag": "the product's name",
    "– telediag": "the product's name after a page's",
    "· telediag": "the product's name after a page's",
    "SHA-256": "a technical name",
    "sha-256": "a technical name",
    "CSV": "a format",
    "SVG": "a format",
    "px": "a unit",
    "× px": "two lengths and their unit",
    "ms": "a unit",
    "g/L": "a unit",
    "× 10⁹/L": "a unit",
    "May-Grünwald-Giemsa": "a stain, named after people",
}

# What the machine never says, in Persian; test_wording.py holds the English.
FORBIDDEN = re.compile(
    r"""
    مرحل[ۀه]ٔ?\s*(?:[1-4۱-۴]|یک|دو|سه|چهار)\b      # stage I to IV
    | مراحل\s+(?:اولیه|پیشرفته)                      # early-stage
    | \bسالم\b                                       # healthy
    | \b(?:غیر\s?طبیعی|طبیعی|نرمال)\b                # normal, abnormal
    | (?:عاری|بدون)\s+(?:از\s+)?سرطان                # cancer-free
    | (?<!نا)\bتأیید\s?(?:شد|می‌شود)                 # confirmed
    | (?:100|۱۰۰)\s*[%٪]|صد\s?درصد                   # 100 %
    | تشخیص\s+داده\s+(?:شد|می‌شود)|\bمبتلا\b         # diagnosed with
    """,
    re.VERBOSE,
)


def catalogue(domain):
    return polib.pofile(str(ROOT / f"locale/fa/LC_MESSAGES/{domain}.po"))


def said_by(entry):
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def test_every_language_has_its_catalogues():
    others = {code for code, _ in settings.LANGUAGES} - {"en"}
    assert {path.parent.parent.name for path in CATALOGUES} == others
    words_of = {(path.parent.parent.parent.name, path.name) for path in CATALOGUES}
    assert words_of == {("locale", "django.po"), ("locale", "djangojs.po"), ("theme", "django.po")}
    assert len(CATALOGUES) == len(words_of) * len(others)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_untranslated_or_guessed(path):
    entries = polib.pofile(str(path))
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert list(entries.obsolete_entries()) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_compiled_catalogue_says_the_same_as_its_source(path):
    source, compiled = polib.pofile(str(path)), polib.mofile(str(path.with_suffix(".mo")))
    assert {entry.msgid: said_by(entry) for entry in compiled} == {entry.msgid: said_by(entry) for entry in source}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_translation_holds_the_same_places_and_mark_up(path):
    for entry in polib.pofile(str(path)):
        allowed = {tuple(sorted(PLACES.findall(text))) for text in (entry.msgid, entry.msgid_plural) if text}
        for text in said_by(entry):
            assert tuple(sorted(PLACES.findall(text))) in allowed, entry.msgid


@pytest.mark.parametrize(
    ("domain", "sources", "marked"),
    [
        ("django", sentences.modules(), sentences.marked_in_module),
        ("django", sentences.templates(), sentences.marked_in_template),
        ("djangojs", sentences.scripts(), sentences.marked_in_script),
    ],
    ids=["modules", "templates", "scripts"],
)
def test_every_marked_sentence_is_in_the_catalogue(domain, sources, marked):
    known = {entry.msgid for entry in catalogue(domain)}
    found = {text for path in sources for text in marked(path.read_text())}
    assert len(found) > 50
    assert sorted(found - known) == []


@pytest.mark.parametrize("path", sentences.templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_page_holds_no_bare_words(path):
    assert [words for words in sentences.bare_words(path.read_text()) if words not in UNTRANSLATED] == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Nothing waits</p>", ["Nothing waits"]),
        ('<p title="Nothing waits"></p>', ["Nothing waits"]),
        ("<a href=\"{% url 'home' %}\">Home</a>", ["Home"]),
        ("<p>{{ count }} cases</p>", ["cases"]),
        ('<p class="soft">{% translate "Nothing waits" %}</p>', []),
        ("{% blocktranslate %}Nothing <b>waits</b>{% endblocktranslate %}", []),
        ("<p><kbd>Enter</kbd> {# opens #} {{ address }}</p>", []),
    ],
)
def test_scan_finds_bare_words(source, words):
    assert sentences.bare_words(source) == words


def test_scan_finds_what_is_marked():
    assert sentences.marked_in_module('from x import gettext as _\n_("One %(n)s" " two") + gettext_lazy("Three")') == {
        "One %(n)s two",
        "Three",
    }
    assert sentences.marked_in_template("{% load i18n %}{% translate 'One' %} {% if _('Two') %}{% endif %}") == {
        "One",
        "Two",
    }
    assert sentences.marked_in_script('say(gettext("One")); ngettext("%s cell", "%s cells", 2)') == {"One", "%s cell"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_translation_says_nothing_forbidden(path):
    said = {text: FORBIDDEN.findall(text) for entry in polib.pofile(str(path)) for text in said_by(entry)}
    assert {text: found for text, found in said.items() if found} == {}


@pytest.mark.parametrize(
    "words",
    [
        "مرحلهٔ 2",
        "مرحله دو",
        "خون سالم است",
        "نرمال",
        "غیرطبیعی",
        "عاری از سرطان",
        "لوسمی تأیید شد",
        "100 %",
        "مبتلا به لوسمی",
    ],
)
def test_scan_finds_each_forbidden_word(words):
    assert FORBIDDEN.search(words)


@pytest.mark.parametrize("words", ["گزارش مرحله", "بررسی‌نشده", "95 %", "بازبینی‌شده", "این تشخیص نیست"])
def test_scan_lets_the_products_own_words_pass(words):
    assert not FORBIDDEN.search(words)


@pytest.mark.parametrize(
    "english", [case.FLAGGED_WORDING.format(pattern="Early pre-B"), case.NOT_FLAGGED_WORDING], ids=["flagged", "not"]
)
def test_binding_wordings_are_translated_and_keep_their_class(english):
    with translation.override("fa"):
        persian = machine_words.said(english)
    assert persian != english
    assert ("Early pre-B" in persian) == ("Early pre-B" in english)
    assert "تشخیص نیست" in persian or "لوسمی رد نمی‌شود" in persian


@pytest.mark.parametrize("path", sentences.modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_marks_go_by_names_that_the_collector_knows(path):
    assert sentences.hidden_marks(path.read_text()) == []


def test_scan_finds_a_mark_by_another_name():
    assert sentences.hidden_marks("from django.utils.translation import gettext as said") == ["said"]
    assert sentences.hidden_marks("from django.utils.translation import gettext_noop as _") == []
    assert sentences.hidden_marks("""f"{_('One')}" """) == ["_('One')"]
