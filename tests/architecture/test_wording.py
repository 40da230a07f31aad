"""The machine never says what it cannot know: the forbidden words stand in no text that a reader can meet."""

import ast
import html
import re
from pathlib import Path

import pytest
from django.db.models import Choices
from drf_spectacular.generators import SchemaGenerator

from diagnosis import choices, errors
from diagnosis.services import report_content
from models import case

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = re.compile(
    r"""
    \bstages?\s+(?:i{1,3}|iv|[1-4])\b   # stage I to IV
    | \bearly[-\s]stage\b
    | \bhealthy\b
    | \b(?:ab)?normal(?:ly)?\b
    | \bcancer[-\s]free\b
    | \bconfirm(?:s|ed)\b
    | \b100\s*(?:%|percent|per\scent)
    | \bdiagnosed\s+with\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

# In a template these are read out or shown; every other attribute is for the browser.
_SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label|content|label|value)\s*=\s*("[^"]*"|'[^']*')""")


def forbidden_in(text):
    return [found.group() for found in FORBIDDEN.finditer(" ".join(text.split()))]


def words_of_page(source):
    """Return what a reader meets of a template: its text and the attributes that are spoken."""
    bare = re.sub(
        r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->|<(script|style)\b.*?</\1>", " ", source, flags=re.DOTALL
    )
    said_by_tags = " ".join(re.findall(r"{[%{][^}]*?[%}]}", bare))
    quoted = " ".join(re.findall(r"""["']([^"']*)["']""", said_by_tags))
    text = re.sub(r"{[%{].*?[%}]}", " ", bare, flags=re.DOTALL)
    spoken = " ".join(_SPOKEN.findall(text))
    return html.unescape(" ".join((re.sub(r"<[^>]*>", " ", text), spoken, quoted)))


def words_of_print(source):
    """Return what a Typst template may print: all but comments and lengths."""
    return re.sub(r"//[^\n]*|\b[\w-]+:\s*[\d.]+%", " ", source)


def words_of_module(source):
    """Return the string literals of a module, without its docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    )


def modules():
    """Return our modules except migrations and training, whose texts no reader of a case meets."""
    kept_out = {"migrations", "training"}
    found = (
        path for folder in ("diagnosis", "models", "workers", "telediag") for path in (ROOT / folder).rglob("*.py")
    )
    return sorted(path for path in found if not kept_out & set(path.parts))


def scripts():
    return sorted((ROOT / "diagnosis/web/static").rglob("*.js"))


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "words",
    [
        "Stage II disease",
        "an early-stage finding",
        "This patient is healthy.",
        "normal blood",
        "nothing abnormal",
        "cancer-free",
        "leukaemia confirmed",
        "certain to 100 %",
        "certain to 100%",
        "Diagnosed\nwith leukaemia",
    ],
)
def test_scan_finds_each_forbidden_word(words):
    assert forbidden_in(words)
    assert forbidden_in(words_of_page(f"<p>{words}</p>"))
    assert forbidden_in(words_of_page(f'<img alt="{words}" style="width: 100%">'))
    assert forbidden_in(words_of_module(f"def say():\n    return {words!r}"))


@pytest.mark.parametrize(
    "words",
    ["stage report", "Early pre-B", "a stage inside the pipeline", "normalise", "98 %", "not confirmable", "Stage it"],
)
def test_scan_lets_the_products_own_words_pass(words):
    assert not forbidden_in(words)


def test_scan_of_a_page_passes_over_what_only_the_browser_reads():
    assert not forbidden_in(words_of_page('<p style="width: 100%" class="normal">{# healthy #}A smear</p>'))
    assert not forbidden_in(words_of_print("#block(width: 100%)[A smear] // healthy"))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=named)
def test_pages_say_nothing_forbidden(path):
    assert forbidden_in(words_of_page(path.read_text())) == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.typ")), ids=named)
def test_printed_report_says_nothing_forbidden(path):
    assert forbidden_in(words_of_print(path.read_text())) == []


@pytest.mark.parametrize("path", [*modules(), *scripts()], ids=named)
def test_code_says_nothing_forbidden(path):
    source = path.read_text()
    assert forbidden_in(words_of_module(source) if path.suffix == ".py" else source) == []


def test_labels_and_refusals_say_nothing_forbidden():
    labels = [
        str(label)
        for kind in vars(choices).values()
        if isinstance(kind, type) and issubclass(kind, Choices)
        for label in kind.labels
    ]
    sentences = [
        str(kind.default_sentence)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.DiagnosisError)
    ]
    assert len(labels) > 40
    assert len(sentences) > 20
    assert forbidden_in(". ".join([*labels, *sentences])) == []


def test_api_description_says_nothing_forbidden():
    schema = str(SchemaGenerator().get_schema(request=None, public=True))
    assert "stage report" in schema
    assert forbidden_in(schema) == []


def test_every_page_says_what_the_product_is_not():
    frames = [ROOT / "templates" / name for name in ("base.html", "500.html", "403_csrf.html")]
    assert all(report_content.STANDING in path.read_text() for path in frames)
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "<html" in path.read_text()]
    assert sorted(pages) == sorted(frames)


def test_binding_wordings_are_verbatim():
    assert case.FLAGGED_WORDING.format(pattern="Early pre-B") == (
        "Blast-like lymphoid cells suspected (AI, unverified). Pattern most similar to class Early pre-B. "
        "Not a diagnosis and not a measure of severity. Correlate with full blood count, differential, flow "
        "cytometry, with or without marrow and genetics."
    )
    assert case.NOT_FLAGGED_WORDING == (
        "No blast-suspect pattern in the analysed images; pattern most similar to hematogones. "
        "Leukaemia is not excluded."
    )
