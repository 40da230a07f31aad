"""Taking the metadata out of a JPEG without touching its picture: what a decoder needs stays byte for byte."""

from __future__ import annotations

_MARK = 0xFF
_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _ADOBE = 0xE0, 0xEE
_RESTART = range(0xD0, 0xD8)
_STANDALONE = {0x00, 0x01, _MARK, _START_OF_IMAGE, *_RESTART}
# Frames, Huffman and arithmetic tables (C0 to CF), scans, quantisation tables, number of lines, restart interval.
_PICTURE = {*range(0xC0, 0xD0), _START_OF_SCAN, 0xDB, 0xDC, 0xDD}
# Said to a decoder: the colours are YCbCr. Version, density and preview are the same for every image.
_BARE_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_JFIF_LENGTH = 18
# Said to a decoder: which colour transform was used. Anything after its twelve bytes is not Adobe's.
_ADOBE_LENGTH = 16


def without_metadata(data: bytes) -> bytes:
    """Return a decodable JPEG's picture without EXIF, XMP, colour profile, comments, previews and trailing bytes."""
    kept = bytearray(b"\xff\xd8")
    at = 2
    while at + 4 <= len(data) and data[at : at + 2] != b"\xff\xd9":
        marker = data[at + 1]
        if data[at] != _MARK or marker in _STANDALONE:
            # Fill bytes and strays between segments carry nothing.
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            end = _end_of_scan(data, end)
        kept += _what_a_decoder_needs(marker, data[at:end])
        at = end
    return bytes(kept) + b"\xff\xd9"


def _what_a_decoder_needs(marker: int, segment: bytes) -> bytes:
    if marker in _PICTURE:
        return segment
    if marker == _JFIF and segment[4:9] == b"JFIF\x00" and len(segment) >= _JFIF_LENGTH:
        return _BARE_JFIF
    if marker == _ADOBE and segment[4:9] == b"Adobe" and len(segment) >= _ADOBE_LENGTH:
        return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + segment[15:16]
    return b""


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the entropy-coded data that starts at `at` ends: at the next real marker."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        following = data[at + 1]
        if following not in (0, _MARK, *_RESTART):
            return at
        at += 1 if following == _MARK else 2
