"""Codes that survive being copied by hand, and a seal that nobody else can make."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from diagnosis.services import seal

HASH = "ab" * 32
OTHER_KEY = "77" * 32
PLACES = st.integers(min_value=0, max_value=seal.CODE_LENGTH - 1)


def test_codes_differ_and_are_their_own_when_typed():
    codes = {seal.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(seal.code_as_typed(code) == code for code in codes)


def test_code_is_read_however_people_write_it():
    code = seal.new_code()
    assert seal.code_as_typed(seal.in_groups(code).lower()) == code
    assert seal.code_as_typed(f" {code[:5]} {code[5:]} ") == code


def test_letters_that_look_like_digits_are_read_as_digits():
    code = next(code for code in iter(seal.new_code, "") if "0" in code and "1" in code)
    assert seal.code_as_typed(code.replace("0", "o").replace("1", "l")) == code
    assert seal.code_as_typed(code.replace("1", "I")) == code


@given(place=PLACES, character=st.sampled_from(seal.ALPHABET))
def test_single_wrong_character_is_seen(place, character):
    code = seal.new_code()
    wrong = code[:place] + character + code[place + 1 :]
    assert bool(seal.code_as_typed(wrong)) == (wrong == code)


@pytest.mark.parametrize("typed", ["", "7", "7K3D", "U" * 12, "é" * 12, "0" * 5000, "../../etc", "\x00" * 12])
def test_what_cannot_be_a_code_is_none(typed):
    assert seal.code_as_typed(typed) == ""


def test_seal_holds_for_its_own_hash_alone():
    made, key_id = seal.sign(HASH)
    assert len(made) == 128
    assert len(key_id) == 16
    assert seal.holds(HASH, made, key_id)
    assert not seal.holds("ac" * 32, made, key_id)
    assert not seal.holds(HASH, made[:-2] + ("00" if made[-2:] != "00" else "11"), key_id)


@pytest.mark.parametrize("made", ["", "zz", "ab" * 63])
def test_seal_that_is_none_does_not_hold(made):
    assert not seal.holds(HASH, made, seal.sign(HASH)[1])


def test_somebody_elses_key_seals_nothing_here(settings):
    ours = settings.REPORT_SEAL_KEY
    settings.REPORT_SEAL_KEY = OTHER_KEY
    made, key_id = seal.sign(HASH)
    settings.REPORT_SEAL_KEY = ours
    assert not seal.holds(HASH, made, key_id)


def test_retired_key_still_checks_what_it_sealed(settings):
    made, key_id = seal.sign(HASH)
    half = seal.public_key()
    settings.REPORT_SEAL_KEY = OTHER_KEY
    assert not seal.holds(HASH, made, key_id)
    settings.REPORT_SEAL_RETIRED = [half]
    assert seal.holds(HASH, made, key_id)
    assert seal.sign(HASH)[1] != key_id


def test_without_a_key_nothing_is_sealed_and_the_sentence_says_why(settings):
    settings.REPORT_SEAL_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="REPORT_SEAL_KEY is not set"):
        seal.sign(HASH)
    assert not seal.holds(HASH, "ab" * 64, "ab" * 8)
