"""Which sentences are marked for translation, and which words of a page are not; read from the sources."""

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("diagnosis", "telediag", "workers")

_MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
_STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(?:n?gettext|_)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")

# A template in pieces: its own tags, comments and HTML tags, which may hold tags themselves; the rest is text.
_PIECES = re.compile(
    r"({%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<(?:[^<>{]|{%.*?%}|{{.*?}}|{#.*?#}|{)*>)",
    re.DOTALL,
)
_SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label|aria-description)="((?:[^"{]|{%.*?%}|{{.*?}})*)\"""")
_TRANSLATED = re.compile(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", re.DOTALL)
_UNREAD = re.compile(
    r"<(style|script|kbd|code)\b.*?</\1>|{%\s*comment.*?endcomment\s*%}"
    r"|{%\s*block page_class\s*%}.*?{%\s*endblock\s*%}",
    re.DOTALL,
)


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".svg"})


def scripts() -> list[Path]:
    return sorted((ROOT / "diagnosis/web/static/telediag").glob("*.js"))


def modules() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def marked_in_module(source: str) -> set[str]:
    """Return what a module marks: the texts of gettext's functions under any of their names."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in _MARKS and call.args)
    return {
        call.args[0].value
        for call in named
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def hidden_marks(source: str) -> list[str]:
    """Return what makemessages would pass over: gettext under a name of ours, and a mark inside an f-string."""
    tree = ast.parse(source)
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = [name for node in imports if node.module == "django.utils.translation" for name in node.names]
    aliases = [name.asname for name in names if name.name in _MARKS and name.asname not in {None, *_MARKS}]
    in_f_strings = (
        call
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _MARKS
    )
    return [str(alias) for alias in aliases] + [ast.unparse(call) for call in in_f_strings]


def marked_in_template(source: str) -> set[str]:
    """Return what a template marks, as Django's own makemessages reads it."""
    return _texts(templatize(source))


def marked_in_script(source: str) -> set[str]:
    """Return what a script marks."""
    return _texts(source)


def bare_words(source: str) -> list[str]:
    """Return what a reader meets of a template that is not marked."""
    source = _UNREAD.sub(" ", _TRANSLATED.sub(" ", source))
    pieces = _PIECES.split(source)
    texts = pieces[::2]
    spoken = [found for tag in pieces[1::2] for found in _SPOKEN.findall(tag)]
    words = [re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL) for text in [*texts, *spoken]]
    return [" ".join(text.split()) for text in words if re.search(r"[^\W\d_]{2,}", text)]


def _texts(source: str) -> set[str]:
    return {ast.literal_eval(text) for call in _CALL.findall(source) for text in call[:1]}
