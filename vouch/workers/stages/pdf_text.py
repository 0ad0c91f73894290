"""Words and pictures of a PDF page, as boxes in pixels of the rendered page."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import pypdfium2 as pdfium
from pypdfium2 import raw

from vouch.workers.stages.decoded import Box

_DEEPEST_FORM = 15
"""How many form XObjects may lie in each other."""
_LINE_END_HYPHEN = 0x02
"""pdfium's mark for a hyphen that divides a word at the end of a line."""
_NO_CHARACTER = frozenset({0x0, 0xFFFE, 0xFFFF})


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How PDF user space lies in the rendered page: its visible box (CropBox) and its /Rotate."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int
    """Degrees clockwise."""
    width: int
    height: int
    """Pixels of the rendered page."""

    @classmethod
    def of(cls, page: pdfium.PdfPage, width: int, height: int) -> Self:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation(), width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space (y upwards) in pixels (y downwards)."""
        across = (x - self.left) / (self.right - self.left)
        down = (self.top - y) / (self.top - self.bottom)
        match self.turn:
            case 90:
                across, down = 1 - down, across
            case 180:
                across, down = 1 - across, 1 - down
            case 270:
                across, down = down, 1 - across
        return across * self.width, down * self.height

    def box(self, points: list[tuple[float, float]]) -> Box | None:
        """The part of the page that points of user space span; None when it lies outside."""
        xs, ys = zip(*(self.point(x, y) for x, y in points), strict=True)
        left, right = max(min(xs), 0.0), min(max(xs), float(self.width))
        top, bottom = max(min(ys), 0.0), min(max(ys), float(self.height))
        return (left, top, right, bottom) if left < right and top < bottom else None


@dataclass(frozen=True, slots=True)
class _Glyph:
    unit: int
    """A UTF-16 code unit."""
    corners: tuple[tuple[float, float], tuple[float, float]]


def page_words(page: pdfium.PdfPage, frame: PageFrame) -> tuple[tuple[str, Box], ...]:
    """The words a person sees, in the order of the text layer, with their exact boxes.

    Invisible text, such as the layer that scanners lay under a scan, is left out: it is somebody
    else's OCR.
    """
    textpage = page.get_textpage()
    words = []
    for glyphs in _runs(textpage):
        box = frame.box([corner for glyph in glyphs for corner in glyph.corners])
        if box is not None:
            words.append((_text(glyphs), box))
    textpage.close()
    return tuple(words)


def _runs(textpage: pdfium.PdfTextPage) -> Iterator[list[_Glyph]]:
    """Glyphs between blanks."""
    run: list[_Glyph] = []
    for index in range(textpage.count_chars()):
        unit = raw.FPDFText_GetUnicode(textpage, index)
        if unit != _LINE_END_HYPHEN and (chr(unit).isspace() or 0 < unit < 0x20):
            if run:
                yield run
            run = []
        elif _is_painted(textpage, index):
            run.append(_glyph(textpage, index, unit))
    if run:
        yield run


def _is_painted(textpage: pdfium.PdfTextPage, index: int) -> bool:
    text_object = raw.FPDFText_GetTextObject(textpage, index)
    mode = raw.FPDFTextObj_GetTextRenderMode(text_object) if text_object else None
    return mode not in {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}


def _glyph(textpage: pdfium.PdfTextPage, index: int, unit: int) -> _Glyph:
    left, bottom, right, top = textpage.get_charbox(index)
    unknown = unit in _NO_CHARACTER or raw.FPDFText_HasUnicodeMapError(textpage, index) == 1
    return _Glyph(0xFFFD if unknown else unit, ((left, bottom), (right, top)))


def _text(glyphs: list[_Glyph]) -> str:
    units = (0x2D if glyph.unit == _LINE_END_HYPHEN else glyph.unit for glyph in glyphs)
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")


def page_pictures(page: pdfium.PdfPage, frame: PageFrame) -> tuple[Box, ...]:
    """Where the page shows pictures (image objects, also inside form XObjects)."""
    boxes = (frame.box(corners) for corners in _pictures(page.raw, _IDENTITY, 0))
    return tuple(box for box in boxes if box is not None)


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _pictures(holder: object, outer: _Matrix, depth: int) -> Iterator[list[tuple[float, float]]]:
    """Corners, in user space, of each image that a page (depth 0) or a form XObject holds."""
    count = raw.FPDFPage_CountObjects if depth == 0 else raw.FPDFFormObj_CountObjects
    get = raw.FPDFPage_GetObject if depth == 0 else raw.FPDFFormObj_GetObject
    for index in range(max(count(holder), 0)):
        item = get(holder, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            matrix = _product(_matrix(item), outer)
            yield [_apply(matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            yield from _pictures(item, _product(_matrix(item), outer), depth + 1)


def _matrix(item: object) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """First `inner`, then `outer` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc, a * ob + b * od,
        c * oa + d * oc, c * ob + d * od,
        e * oa + f * oc + oe, e * ob + f * od + of,
    )  # fmt: skip


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)
