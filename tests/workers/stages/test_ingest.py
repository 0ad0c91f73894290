"""Uploads become pages: judged by content, turned as seen, within limits; or are refused."""

import io
import signal
import zlib
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.workers.stages.pdfs import encrypted_pdf, page_pdf, text_at
from vouch.schemas.errors import (
    EmptyUpload,
    InputError,
    PasswordProtected,
    RenderLimit,
    TooManyBytes,
    TooManyPages,
    TooManyPixels,
    UnreadableDocument,
    UnsupportedMediaType,
    VouchError,
)
from vouch.schemas.filenames import safe_filename
from vouch.workers.images import PageImage, RgbImage
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.ingest import check_exit, ingest, source_of
from vouch.workers.stages.raster import flatten

LIMITS = IngestLimits()
SMALL = IngestLimits(
    max_bytes=1_000_000, max_pages=3, max_pixels_page=10_000, max_pixels_document=25_000
)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """White with a black top left corner: every turn and mirror of it looks different."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("black", (0, 0, width // 2, height // 4))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def heic(image: Image.Image) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=90)
    return file.getvalue()


def with_orientation(image: Image.Image, orientation: int, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, kind, exif=exif)


def read_all(content: bytes, limits: IngestLimits) -> tuple[PageImage, ...]:
    return tuple(ingest(content, limits))


def only_image(document: tuple[PageImage, ...]) -> RgbImage:
    (page,) = document
    assert page.image.shape == (page.page.height, page.page.width, 3)
    return page.image


UPLOADS = {
    "image/jpeg": encoded(picture(), "JPEG"),
    "image/png": encoded(picture(), "PNG"),
    "image/webp": encoded(picture(), "WEBP"),
    "image/tiff": encoded(picture(), "TIFF", compression="tiff_lzw"),
    "image/gif": encoded(picture(), "GIF"),
    "image/bmp": encoded(picture(), "BMP"),
    "image/avif": encoded(picture(), "AVIF"),
    "image/heic": heic(picture()),
}


@pytest.mark.parametrize("media_type", UPLOADS)
def test_every_kind_of_picture_is_read(media_type: str) -> None:
    document = read_all(UPLOADS[media_type], LIMITS)
    assert source_of(UPLOADS[media_type], "wrong-name.txt", 1).media_type == media_type
    # Lossy codecs bleed a little over edges.
    difference = only_image(document).astype(int) - np.asarray(picture()).astype(int)
    assert np.abs(difference).mean() < 8


def test_the_source_tells_the_facts_of_the_upload() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    source = source_of(UPLOADS["image/png"], "../a/receipt\n.png", 1, now)
    assert source.filename == "receipt.png"
    assert source.bytes == len(UPLOADS["image/png"])
    assert source.pages == 1
    assert source.received_at == now
    assert len(source.sha256) == 64


def test_a_pdf_gives_pages_with_words_and_pictures() -> None:
    content = page_pdf(
        text_at(80, 120, "TOTAL 12.00") + b"q 60 0 0 30 100 40 cm /Im1 Do Q", pages=2
    )
    document = read_all(content, LIMITS)
    assert [page.page.number for page in document] == [1, 2]
    page = document[1].page
    assert [word.text for word in page.embedded_text] == ["TOTAL", "12.00"]
    assert len(page.pictures) == 1
    assert page.dpi == LIMITS.pdf_dpi


def test_every_page_of_a_tiff_counts() -> None:
    pages = [picture(60, 40), picture(50, 30), picture(20, 20)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    document = read_all(content, LIMITS)
    assert [(page.page.width, page.page.height) for page in document] == [
        page.size for page in pages
    ]


def test_of_an_animation_the_first_frame_counts() -> None:
    content = encoded(
        picture(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]
    )
    assert (only_image(read_all(content, LIMITS)) == np.asarray(picture())).all()


TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera stores an upright scene under each EXIF orientation."""


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", TURNED)
def test_the_exif_turn_is_applied(orientation: int, kind: str) -> None:
    turn = TURNED[orientation]
    stored = picture() if turn is None else picture().transpose(turn)
    content = with_orientation(stored, orientation, kind)
    seen = only_image(read_all(content, LIMITS))
    difference = seen.astype(int) - np.asarray(picture()).astype(int)
    assert np.abs(difference).mean() < 8


def test_transparency_lies_on_white() -> None:
    clear = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert (only_image(read_all(encoded(clear), LIMITS)) == 255).all()


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F"]
)
def test_every_mode_keeps_black_and_white(mode: str) -> None:
    source = picture().convert("L") if mode in {"I", "F"} else picture()
    image = Image.merge("LAB", _lab(source)) if mode == "LAB" else source.convert(mode)
    seen = np.asarray(flatten(image)).astype(int)
    assert np.abs(seen - np.asarray(picture()).astype(int)).max() <= 2


def _lab(image: Image.Image) -> list[Image.Image]:
    """Lightness, and no colour (128 is zero in Pillow's a and b)."""
    neutral = Image.new("L", image.size, 128)
    return [image.convert("L"), neutral, neutral]


def test_deep_grey_keeps_its_levels() -> None:
    levels = np.array([[0, 257, 32_896, 65_535]], dtype=np.uint16)
    assert np.asarray(flatten(Image.fromarray(levels)))[0, :, 0].tolist() == [0, 1, 128, 255]


def test_one_pixel_is_a_document() -> None:
    assert only_image(read_all(encoded(Image.new("RGB", (1, 1))), LIMITS)).shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyUpload),
        (b"just text", UnsupportedMediaType),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", UnsupportedMediaType),
        (b"GIF89a", UnreadableDocument),
        (b"\xff\xd8\xff\xe0nothing", UnreadableDocument),
        (b"II*\x00\x08\x00\x00\x00", UnreadableDocument),
        (b"%PDF-1.4 nothing", UnreadableDocument),
        (encrypted_pdf(user=b"secret"), PasswordProtected),
        (bytes(1_000_001), TooManyBytes),
        (encoded(picture(101, 100)), TooManyPixels),
        (encoded(picture(101, 100), "TIFF"), TooManyPixels),
        (encoded(picture(101, 100), "WEBP"), TooManyPixels),
        (heic(picture(110, 100)), TooManyPixels),
        (encoded(picture(), "TIFF", save_all=True, append_images=[picture()] * 3), TooManyPages),
        (
            encoded(picture(99, 99), "TIFF", save_all=True, append_images=[picture(99, 99)] * 2),
            TooManyPixels,
        ),
    ],
)
def test_what_cannot_be_a_document_is_refused_by_name(
    content: bytes, refusal: type[InputError]
) -> None:
    with pytest.raises(refusal):
        read_all(content, SMALL)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_that_ends_too_early_is_refused(kind: str) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), kind)
    with pytest.raises(UnreadableDocument):
        read_all(content[: len(content) * 2 // 3], LIMITS)


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    """A PNG header of 50,000 × 50,000 pixels: Pillow's own limit would raise only far later."""
    header = bytearray(encoded(picture()))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(TooManyPixels):
        read_all(bytes(header), LIMITS)


def test_a_child_out_of_memory_is_a_render_limit() -> None:
    starved = IngestLimits(child_memory=150_000_000)
    content = encoded(Image.new("RGB", (6_000, 6_000)), "TIFF", compression="tiff_lzw")
    with pytest.raises(RenderLimit):
        read_all(content, starved)


def test_a_child_out_of_time_is_a_render_limit() -> None:
    with pytest.raises(RenderLimit):
        read_all(UPLOADS["image/tiff"], IngestLimits(child_seconds=0.001))


def test_a_jpeg_of_thousands_of_scans_is_not_decoded_in_this_process() -> None:
    content = UPLOADS["image/jpeg"] + b"\xff\xda" * 200
    with pytest.raises(RenderLimit):
        read_all(content, IngestLimits(child_seconds=0.001))


def test_damaged_exif_does_not_cost_the_picture() -> None:
    content = encoded(picture(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert only_image(read_all(content, LIMITS)).shape == (40, 60, 3)


@given(st.text())
def test_filenames_are_harmless(name: str) -> None:
    safe = safe_filename(name)
    if safe is not None:
        assert 0 < len(safe) <= 255
        assert safe.isprintable()
        assert not set("/\\") & set(safe)


@given(st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"BM"]), st.binary(max_size=64))
def test_any_bytes_are_a_document_or_an_input_error(head: bytes, content: bytes) -> None:
    with suppress(InputError):
        assert read_all(head + content, LIMITS)


@pytest.mark.parametrize(
    ("returncode", "refusal"),
    [
        (-signal.SIGXCPU, RenderLimit),
        (-signal.SIGKILL, RenderLimit),
        (-signal.SIGSEGV, UnreadableDocument),
        (-signal.SIGABRT, UnreadableDocument),
        (1, VouchError),
    ],
)
def test_a_dead_child_is_a_refusal(returncode: int, refusal: type[VouchError]) -> None:
    with pytest.raises(refusal):
        check_exit(returncode)


def test_pixels_are_read_only() -> None:
    assert not only_image(read_all(UPLOADS["image/png"], LIMITS)).flags.writeable
