from collections.abc import Iterator
from importlib import resources

import pytest
from pytest_django import Settings

from diagnosis.rendering import typefaces
from diagnosis.rendering.typefaces import printable


@pytest.fixture
def _fonts_read_anew() -> Iterator[None]:
    def forget() -> None:
        typefaces.fonts.cache_clear()
        typefaces._characters.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize("text", ["Ångström", "Ангстрем", "کریمی", "नमस्ते", "10⁹/L ≥ ±"])
def test_what_the_typefaces_hold_stays_as_typed(text: str) -> None:
    assert printable(text) == text


def test_line_breaks_stay_and_other_control_characters_show_as_code_points() -> None:
    assert printable("one\r\ntwo\rthree\tfour\x07") == "one\ntwo\nthree four[U+0007]"


def test_an_accent_typed_as_two_characters_is_printed_as_one() -> None:
    assert printable("e\N{COMBINING ACUTE ACCENT}") == "é"


def test_an_invisible_character_without_a_glyph_is_dropped() -> None:
    assert printable("a\N{MUSICAL SYMBOL BEGIN BEAM}b") == "ab"


@pytest.mark.usefixtures("_fonts_read_anew")
def test_a_site_adds_typefaces_by_naming_their_folder(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(typefaces, "PACKAGES", ("fontpkg_noto_sans",))
    assert printable("ک") == "[U+06A9]"

    typefaces._characters.cache_clear()
    settings.REPORT_FONTS = [str(resources.files("fontpkg_noto_sans_arabic") / "files")]

    assert printable("ک") == "ک"
    assert "Noto Sans Arabic" in typefaces.fonts().families()
