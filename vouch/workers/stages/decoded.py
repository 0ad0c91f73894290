"""Pages as decoders give them, and how they travel from the decoding child to its parent.

Without numpy and pydantic, so that the child starts fast.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from vouch.schemas.errors import InputError, TooManyPages, TooManyPixels
from vouch.schemas.page_range import Ranges

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """The part of IngestLimits that decoders watch over, before they spend memory."""

    max_pages: int
    max_pixels_page: int
    max_pixels_document: int
    pdf_dpi: int
    seconds: float
    memory: int
    wanted: Ranges | None = None
    """Pages that are decoded at all; None: all."""

    def wants(self, number: int) -> bool:
        """Whether the page of this number, from 1, is to be decoded."""
        return self.wanted is None or any(
            first <= number and (last is None or number <= last) for first, last in self.wanted
        )

    def check_page(self, width: int, height: int) -> None:
        """TooManyPixels when one page of width × height pixels is beyond the limit."""
        if width * height > self.max_pixels_page:
            raise TooManyPixels(
                f"A page has {width} × {height} pixels; the limit is {self.max_pixels_page}."
            )

    def check_pages(self, pages: int) -> None:
        """TooManyPages when a document has more pages than it may."""
        if pages > self.max_pages:
            raise TooManyPages(f"The document has more than {self.max_pages} pages.")

    def check_document(self, pixels: int) -> None:
        """TooManyPixels when all pages together are beyond the limit."""
        if pixels > self.max_pixels_document:
            raise TooManyPixels(
                f"All pages together have more than {self.max_pixels_document} pixels."
            )


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One page in the upload frame."""

    number: int
    """Counts from 1, pages that nobody wants included."""
    width: int
    height: int
    pixels: bytes
    """height × width × 3 bytes: rows from the top, red first, no padding."""
    dpi: float | None = None
    words: tuple[tuple[str, Box], ...] = ()
    pictures: tuple[Box, ...] = ()
    e_invoice: dict[str, str] = field(default_factory=dict)
    """Of the document, on its first page."""


def write_pages(pages: Iterable[DecodedPage], sink: BinaryIO) -> None:
    """Send pages, or the InputError that ends them, through a byte stream to `read_pages`."""
    try:
        for page in pages:
            head = {
                "number": page.number,
                "width": page.width,
                "height": page.height,
                "dpi": page.dpi,
                "words": page.words,
                "pictures": page.pictures,
                "e_invoice": page.e_invoice,
            }
            sink.write(json.dumps(head).encode() + b"\n")
            sink.write(page.pixels)
    except InputError as error:
        sink.write(json.dumps({"code": error.code, "detail": str(error)}).encode() + b"\n")


def read_pages(source: BinaryIO) -> Iterator[DecodedPage]:
    """The pages that `write_pages` sent, each as it comes. Raises the InputError that it sent.

    One that is cut short is left out: how its writer ended says why.
    """
    for line in source:
        if not line.endswith(b"\n"):
            return
        head = json.loads(line)
        if "code" in head:
            raise _ERRORS[head["code"]](head["detail"])
        pixels = source.read(head["width"] * head["height"] * 3)
        if len(pixels) < head["width"] * head["height"] * 3:
            return
        yield DecodedPage(
            number=head["number"],
            width=head["width"],
            height=head["height"],
            pixels=pixels,
            dpi=head["dpi"],
            words=tuple((text, _box(box)) for text, box in head["words"]),
            pictures=tuple(_box(box) for box in head["pictures"]),
            e_invoice=head["e_invoice"],
        )


def _box(numbers: list[float]) -> Box:
    left, top, right, bottom = numbers
    return (left, top, right, bottom)


_ERRORS = {error.code: error for error in InputError.__subclasses__()}
