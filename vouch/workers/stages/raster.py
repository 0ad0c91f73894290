"""Pictures (everything but PDF) to upright RGB pages, with Pillow.

Sizes are checked from headers, before pixels are decoded. Stated choices: of an animation or a
burst the first frame counts, of a TIFF every page; a picture that ends too early is refused, not
padded (ImageFile.LOAD_TRUNCATED_IMAGES stays False); transparency lies on white; ICC profiles are
left out, because reading does not hang on exact colours.
"""

import io
import math
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ExifTags import Base
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from vouch.schemas.errors import TooManyPixels, UnreadableDocument
from vouch.workers.stages.decoded import DecodedPage, DecodeLimits
from vouch.workers.stages.sniff import MediaType

DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    AttributeError, AssertionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's plugins raise on damaged files: they have no error type of their own."""
_OPENERS: dict[MediaType, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/gif": GifImageFile,
    "image/bmp": BmpImageFile,
    "image/webp": WebPImageFile,
    "image/tiff": TiffImageFile,
    "image/avif": AvifImageFile,
}
_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → how the stored pixels must be turned (Exif 2.32, tag 274)."""
_REDUCED_COPY = 1
"""Bit of TIFF's NewSubfileType that marks a thumbnail of another page (TIFF 6.0, tag 254)."""


def decode_picture(content: bytes, kind: MediaType, limits: DecodeLimits) -> Iterator[DecodedPage]:
    """The pages of a picture. UnreadableDocument, TooManyPages, TooManyPixels."""
    try:
        with _opener(kind)(io.BytesIO(content)) as image:
            yield from _pages(image, kind, limits)
    except Image.DecompressionBombError as error:
        raise TooManyPixels("The picture unpacks to more pixels than are allowed.") from error
    except DAMAGE as error:
        raise UnreadableDocument("The picture is damaged or ends too early.") from error


def _opener(kind: MediaType) -> Callable[[io.BytesIO], ImageFile.ImageFile]:
    """Pillow's class for one type.

    `Image.open` would guess the type again, and warn of sizes that are refused here anyway.
    """
    if kind == "image/heic":
        from pillow_heif import HeifImageFile  # noqa: PLC0415 - 40 ms that few uploads should pay

        opener: Callable[[io.BytesIO], ImageFile.ImageFile] = HeifImageFile
        return opener
    return _OPENERS[kind]


def _pages(
    image: ImageFile.ImageFile, kind: MediaType, limits: DecodeLimits
) -> Iterator[DecodedPage]:
    pixels, pages = 0, 0
    for number, frame in enumerate(_frames(image, kind), start=1):
        if not limits.wants(number):
            continue
        pages += 1
        limits.check_pages(pages)
        limits.check_page(*frame.size)
        pixels += frame.width * frame.height
        limits.check_document(pixels)
        upright = flatten(_turned(frame))
        yield DecodedPage(number, upright.width, upright.height, upright.tobytes())


def _frames(image: ImageFile.ImageFile, kind: MediaType) -> Iterator[ImageFile.ImageFile]:
    """The frames that are pages: for TIFF all but thumbnails of other pages, else the first."""
    yield image
    if kind != "image/tiff":
        return
    for index in range(1, 1 << 16):
        try:
            image.seek(index)
        except EOFError:
            return
        if not int(image.getexif().get(Base.NewSubfileType, 0)) & _REDUCED_COPY:
            yield image


def _turned(image: ImageFile.ImageFile) -> Image.Image:
    """Decoded, and turned as EXIF asks. TIFF's plugin has turned already, and dropped the tag."""
    image.load()
    turn = _turn(image)
    return image.transpose(turn) if turn is not None else image


def _turn(image: Image.Image) -> Image.Transpose | None:
    """None where EXIF asks for none, or is damaged: the picture is still good."""
    try:
        return _TURNS.get(image.getexif().get(Base.Orientation))
    except DAMAGE:
        return None


def flatten(image: Image.Image) -> Image.Image:
    """Any mode to RGB: transparency on white, deep grey scaled to 8 bits."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        image = _eight_bits(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey to 8 bits: 16-bit by its full range, 32-bit and float from darkest to lightest."""
    levels = image.convert("F")
    low, high = _FULL_RANGE if image.mode.startswith("I;16") else _extremes(levels)
    scale = 255.0 / (high - low) if high > low else 0.0
    return levels.point(lambda level: level * scale + 0.5 - low * scale).convert("L")


_FULL_RANGE = (0.0, 65535.0)


def _extremes(levels: Image.Image) -> tuple[float, float]:
    """Darkest and lightest of a picture in mode F. ValueError when one is no number."""
    low, high = levels.getextrema()
    if not (isinstance(low, float) and isinstance(high, float) and math.isfinite(high - low)):
        raise ValueError("levels are not finite")
    return low, high
