"""The typefaces of printed reports, and what they cannot print."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from unicodedata import category, normalize

import typst
from django.conf import settings
from fontTools.ttLib import TTFont

# Latin, Greek, Cyrillic, Devanagari; Arabic and Persian. A site adds folders of its own by REPORT_FONTS.
PACKAGES = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")
# What Noto leaves to its mathematical face, and Typst's own typefaces hold.
SYMBOLS = frozenset("≤≥≠≈≡∓∝∞√∑∆←↑→↓↔⇒⇔")
# PDF/A allows no control characters and no byte order marks.
BYTE_ORDER_MARKS = frozenset("\ufeff\ufffe")
INVISIBLE = ("Cf", "Zl", "Zp")


@cache
def fonts() -> typst.Fonts:
    """Return the fonts, the same on every machine: those of the system are not asked."""
    return typst.Fonts(include_system_fonts=False, font_paths=_folders())


def printable(text: str, *, with_marks: bool = True) -> str:
    """Return the text with each character that no font holds as its code point, such as [U+738B].

    An archived PDF may hold no character without a glyph, and a report must print whatever someone typed. Without
    marks, those that join the letter before them are printed as code points too.
    """
    text = normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(_printed(character, with_marks=with_marks) for character in text)


def _printed(character: str, *, with_marks: bool) -> str:
    kind = category(character)
    has_glyph = character in _characters() and kind != "Cc" and (with_marks or kind[0] != "M")
    if character == "\n" or has_glyph:
        return character
    return "" if kind in INVISIBLE else f"[U+{ord(character):04X}]"


@cache
def _characters() -> frozenset[str]:
    found = set(SYMBOLS)
    for folder in _folders():
        for path in sorted(Path(folder).rglob("*.[to]tf")):
            with TTFont(path, lazy=True) as font:
                found |= {chr(code) for code in font.getBestCmap() or ()}
    return frozenset(found - BYTE_ORDER_MARKS)


def _folders() -> list[str]:
    return [str(resources.files(package) / "files") for package in PACKAGES] + list(settings.REPORT_FONTS)
