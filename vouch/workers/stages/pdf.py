"""PDF pages as a person sees them, with pdfium: pixels, words of the text layer, pictures.

Runs in the decoding child only: pdfium is not thread-safe, and hostile PDFs may crash or loop.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2 as pdfium
from pypdfium2 import raw

from vouch.schemas.errors import (
    EmptyUpload,
    InputError,
    PasswordProtected,
    TooManyPixels,
    UnreadableDocument,
)
from vouch.workers.stages.decoded import DecodedPage, DecodeLimits
from vouch.workers.stages.pdf_files import embedded_invoice
from vouch.workers.stages.pdf_text import PageFrame, page_pictures, page_words

_POINTS_PER_INCH = 72
_LOWEST_DPI = 72
"""A sheet that is too large even at this dpi is refused."""
_AMPLE_PIXELS = 16_000_000
"""An A2 sheet at 200 dpi. Larger sheets are posters, or photos saved with one point a pixel."""


def decode_pdf(content: bytes, limits: DecodeLimits) -> Iterator[DecodedPage]:
    """The pages of a PDF.

    EmptyUpload, PasswordProtected, UnreadableDocument, TooManyPages, TooManyPixels.
    """
    try:
        document = pdfium.PdfDocument(content)
        yield from _pages(document, limits)
    except pdfium.PdfiumError as error:
        raise _refusal(getattr(error, "err_code", None)) from error


def _refusal(err_code: int | None) -> InputError:
    match err_code:
        case raw.FPDF_ERR_PASSWORD:
            return PasswordProtected("The PDF opens only with a password.")
        case raw.FPDF_ERR_SUCCESS:
            # How pdfium reports a well-formed document whose page tree is empty.
            return EmptyUpload("The PDF has no page.")
        case _:
            return UnreadableDocument("The PDF is damaged.")


def _pages(document: pdfium.PdfDocument, limits: DecodeLimits) -> Iterator[DecodedPage]:
    count = len(document)
    if count == 0:
        raise EmptyUpload("The PDF has no page.")
    wanted = [index for index in range(count) if limits.wants(index + 1)]
    limits.check_pages(len(wanted))
    _show_form_values(document)
    scales = []
    pixels = 0
    for index in wanted:
        width, height = document.get_page_size(index)
        scales.append(_scale(width, height, limits))
        pixels += math.prod(_pixels(width, height, scales[-1]))
        limits.check_document(pixels)
    stated = embedded_invoice(document)
    for index, scale in zip(wanted, scales, strict=True):
        page = _page(index + 1, document[index], scale)
        yield replace(page, e_invoice=stated) if index == wanted[0] else page


def _show_form_values(document: pdfium.PdfDocument) -> None:
    """Let filled form fields be painted. A damaged form is left out: the page is still good."""
    try:
        document.init_forms()
    except pdfium.PdfiumError:
        return


def _scale(width: float, height: float, limits: DecodeLimits) -> float:
    """Pixels a point, for a page of width × height points: as `pdf_dpi`, or less if it is huge.

    TooManyPixels when not even the lowest dpi fits.
    """
    wanted = limits.pdf_dpi / _POINTS_PER_INCH
    lowest = min(_LOWEST_DPI / _POINTS_PER_INCH, wanted)
    limits.check_page(*_pixels(width, height, lowest))
    # One row and column of slack, for sizes are rounded up to whole pixels.
    room = min(_AMPLE_PIXELS, limits.max_pixels_page) - wanted * (width + height) - 1
    fitting = math.sqrt(max(room, 0.0) / (width * height)) if width * height > 0 else wanted
    return max(lowest, min(wanted, fitting))


def _pixels(width: float, height: float, scale: float) -> tuple[int, int]:
    """Size of the rendered page; at least one pixel. TooManyPixels when it is beyond any bitmap."""
    if not (math.isfinite(width) and math.isfinite(height)):
        raise TooManyPixels("A page has no finite size.")
    return max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))


def _page(number: int, page: pdfium.PdfPage, scale: float) -> DecodedPage:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    rows = memoryview(bitmap.buffer).cast("B")
    pixels = b"".join(rows[y * stride : y * stride + width * 3] for y in range(height))
    bitmap.close()
    frame = PageFrame.of(page, width, height)
    decoded = DecodedPage(
        number=number,
        width=width,
        height=height,
        pixels=pixels,
        dpi=scale * _POINTS_PER_INCH,
        words=page_words(page, frame),
        pictures=page_pictures(page, frame),
    )
    page.close()
    return decoded
