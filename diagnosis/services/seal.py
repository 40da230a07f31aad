"""The short code by which anybody can check a signed report, and the seal that shows that its hash came from here."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Crockford's base 32: no letter that looks like a digit, and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
_BASE = len(ALPHABET)
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})
_LONGEST_TYPED = 40


def new_code() -> str:
    """Return a code that nobody guesses: eleven random characters and one that shows a mistyped one."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return drawn + _check_character(drawn)


def code_as_typed(text: str) -> str:
    """Return the code that somebody typed, or nothing when it cannot be one: a character is wrong or missing."""
    code = text[:_LONGEST_TYPED].upper().translate(_READ_AS)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET) or _check_character(code[:-1]) != code[-1]:
        return ""
    return code


def in_groups(code: str) -> str:
    """Return the code as it is printed, which is easier to copy by hand: 7K3D-9QXM-2VAT."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def sign(sha256: str) -> tuple[str, str]:
    """Return the seal over a signed report's hash, and the id of the key that made it."""
    key = _private_key()
    return key.sign(sha256.encode()).hex(), _key_id(key.public_key())


def holds(sha256: str, seal: str, key_id: str) -> bool:
    """Tell whether one of this installation's keys made the seal over exactly this hash."""
    key = _public_keys().get(key_id)
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(seal), sha256.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """Return the public half of the key in use, in hexadecimal digits: what is kept once the key is replaced."""
    return _private_key().public_key().public_bytes_raw().hex()


def _private_key() -> Ed25519PrivateKey:
    if not settings.REPORT_SEAL_KEY:
        raise ImproperlyConfigured("REPORT_SEAL_KEY is not set, so no report can be signed. See docs/operations.md.")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.REPORT_SEAL_KEY))


def _public_keys() -> dict[str, Ed25519PublicKey]:
    known = [*settings.REPORT_SEAL_RETIRED, *([public_key()] if settings.REPORT_SEAL_KEY else [])]
    keys = (Ed25519PublicKey.from_public_bytes(bytes.fromhex(half)) for half in known)
    return {_key_id(key): key for key in keys}


def _key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _check_character(characters: str) -> str:
    """Return Luhn's check character to base 32: it shows every single wrong character and nearly every swap."""
    total = 0
    for place, character in enumerate(reversed(characters)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // _BASE + value % _BASE
    return ALPHABET[-total % _BASE]
