"""What kind of file some bytes are: judged by content, never by name or header."""

from typing import Literal

from vouch.schemas.errors import UnsupportedMediaType

MediaType = Literal[
    "image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic", "image/avif",
    "image/gif", "image/bmp", "application/pdf",
]  # fmt: skip

_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"BM", "image/bmp"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_PDF_HEADER_WITHIN = 1024
"""Bytes of junk that readers tolerate before "%PDF-" (ISO 32000-1, annex H.3.4.1, note 13)."""


def media_type(content: bytes) -> MediaType:
    """The media type of an upload. UnsupportedMediaType when it is none that Vouch reads."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _iso_media(content)
    if b"%PDF-" in content[:_PDF_HEADER_WITHIN]:
        return "application/pdf"
    raise UnsupportedMediaType("The file is no JPEG, PNG, WebP, TIFF, HEIC, AVIF, GIF, BMP or PDF.")


def _iso_media(content: bytes) -> MediaType:
    """HEIC or AVIF, from the brands in the `ftyp` box: size, "ftyp", major, version, compatible…"""
    size = min(int.from_bytes(content[:4], "big"), 256)
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if brands & _HEIC_BRANDS:
        return "image/heic"
    raise UnsupportedMediaType("The file is a video or a kind of picture that Vouch does not read.")
