"""From the bytes of an uploaded file to pixels, or to a refusal that says what to do."""

import io
import warnings
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

Rgb = npt.NDArray[np.uint8]

PIXEL_LIMIT = 50_000_000
SIDE_LIMIT = 32
FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")

_JPEG = {"JPEG", "MPO"}
_EIGHT_BIT_COLOUR = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX"}
_DEEP = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_PNG_DEPTH_AT = 24
_TIFF_BITS_PER_SAMPLE = 258
_EXIF_ORIENTATION = 0x0112
_EIGHT_BITS = 8


class RefusalCode(StrEnum):
    """Why a file cannot be analysed."""

    EMPTY = "empty"
    NOT_AN_IMAGE = "not_an_image"
    TRUNCATED = "truncated"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    MULTIPLE_FRAMES = "multiple_frames"
    BIT_DEPTH_UNSUPPORTED = "bit_depth_unsupported"
    COLOUR_SPACE_UNSUPPORTED = "colour_space_unsupported"


SENTENCES = {
    RefusalCode.EMPTY: "The file holds no bytes: export the image again and upload the new file.",
    RefusalCode.NOT_AN_IMAGE: (
        "The file is not an image that can be read: save it as JPEG, PNG or TIFF and upload that."
    ),
    RefusalCode.TRUNCATED: "The image ends before it is complete: copy it again from the camera and upload it.",
    RefusalCode.TOO_MANY_PIXELS: (
        "The image has more than 50 million pixels: photograph single fields of view instead of the whole slide."
    ),
    RefusalCode.TOO_SMALL: (
        f"The image is smaller than {SIDE_LIMIT} pixels on a side: upload the camera's original, not a preview."
    ),
    RefusalCode.MULTIPLE_FRAMES: (
        "The file holds several images (an animation or several pages): save each field of view as its own file."
    ),
    RefusalCode.BIT_DEPTH_UNSUPPORTED: (
        "The image has more than 8 bits in each colour: save it again with 8 bits for each colour."
    ),
    RefusalCode.COLOUR_SPACE_UNSUPPORTED: (
        "The image is not in RGB colours (it is CMYK or similar): save it again as RGB."
    ),
}


class Refused(ValueError):  # noqa: N818 - the outcome's word, as the engine's reader knows it
    """A file that cannot be analysed.

    Parameters
    ----------
    code : RefusalCode
        Stable name of the reason.

    Attributes
    ----------
    code : RefusalCode
    sentence : str
        What the person who uploaded the file should do.
    """

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(SENTENCES[code])
        self.code = code
        self.sentence = SENTENCES[code]


def decode(data: bytes) -> Rgb:
    """Decode one still photograph.

    The header is judged first, so that nothing larger than the limit is ever unpacked. Grey images
    become RGB, transparent ones are laid on white, EXIF orientation is applied.

    Parameters
    ----------
    data : bytes
        The whole file: JPEG, PNG, TIFF, BMP, WebP or a still GIF, recognised by content.

    Returns
    -------
    numpy.ndarray
        RGB, uint8, shape (height, width, 3), C-contiguous.

    Raises
    ------
    Refused
        When the file is none of these, is incomplete, or is not what the engine can judge.
    """
    if not data:
        raise Refused(RefusalCode.EMPTY)
    kind, orientation = _inspect(data)
    # A JPEG is unpacked as RGB at once; of the others, depth and transparency have to be seen.
    colours = cv2.IMREAD_COLOR_RGB if kind in _JPEG else cv2.IMREAD_UNCHANGED
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), colours | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        pixels = None
    if pixels is None:
        # The header was sound, so what fails to unpack is the rest of the file.
        raise Refused(RefusalCode.TRUNCATED)
    if pixels.dtype != np.uint8:
        raise Refused(RefusalCode.BIT_DEPTH_UNSUPPORTED)
    rgb = np.asarray(pixels, np.uint8)
    return np.ascontiguousarray(_turn(rgb if kind in _JPEG else _flatten(rgb), orientation))


def _inspect(data: bytes) -> tuple[str | None, int]:
    """Judge the header; return the format and the EXIF orientation that decoding leaves to be applied."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _refuse_by_header(image, data)
                return image.format, _orientation(image)
    except Image.DecompressionBombError:
        raise Refused(RefusalCode.TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise Refused(_unreadable(data)) from None
    except Refused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError):
        # Pillow lets many kinds of error out of damaged headers; all mean that the header is broken.
        raise Refused(_unreadable(data)) from None


def _refuse_by_header(image: Image.Image, data: bytes) -> None:
    width, height = image.size
    if width * height > PIXEL_LIMIT:
        raise Refused(RefusalCode.TOO_MANY_PIXELS)
    if min(width, height) < SIDE_LIMIT:
        raise Refused(RefusalCode.TOO_SMALL)
    # Phones store a preview as a second image of the JPEG (MPO); the first is the photograph.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise Refused(RefusalCode.MULTIPLE_FRAMES)
    if image.mode in _DEEP or _bits(image, data) > _EIGHT_BITS:
        raise Refused(RefusalCode.BIT_DEPTH_UNSUPPORTED)
    if image.mode not in _EIGHT_BIT_COLOUR:
        raise Refused(RefusalCode.COLOUR_SPACE_UNSUPPORTED)


def _bits(image: Image.Image, data: bytes) -> int:
    """Bits in each colour; Pillow shows 16-bit RGB as plain RGB, so the header itself is asked."""
    if image.format == "PNG":
        return data[_PNG_DEPTH_AT]
    if image.format == "TIFF":
        tags: dict[int, tuple[int, ...]] = image.tag_v2  # type: ignore[attr-defined]
        return max(tags.get(_TIFF_BITS_PER_SAMPLE, (1,)))
    return _EIGHT_BITS


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; the TIFF decoder has already applied its own."""
    if image.format == "TIFF":
        return 1
    value = image.getexif().get(_EXIF_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"GIF87a", b"GIF89a", b"RIFF", b"BM")


def _unreadable(data: bytes) -> RefusalCode:
    """Tell a broken image from something that never was one, by how the file begins."""
    return RefusalCode.TRUNCATED if data.startswith(_SIGNATURES) else RefusalCode.NOT_AN_IMAGE


def _flatten(pixels: npt.NDArray[np.uint8]) -> Rgb:
    """Grey, BGR or BGRA to RGB, on white where transparent."""
    if pixels.ndim == 2 or pixels.shape[2] == 1:  # noqa: PLR2004 - no channel axis
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    if pixels.shape[2] == 3:  # noqa: PLR2004 - blue, green, red
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
    colour = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), np.uint16)
    alpha = pixels[..., 3:].astype(np.uint16)
    return ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _turn(rgb: Rgb, orientation: int) -> Rgb:
    """Apply an EXIF orientation (1 to 8; anything else is taken as upright)."""
    if orientation in (5, 6, 7, 8):
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return rgb
