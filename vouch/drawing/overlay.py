"""A page with its record drawn on it: where each value was read, and how sure we are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from vouch.drawing.colours import COLOUR, verdict
from vouch.drawing.legend import Row, draw_legend, draw_number, font_size, legend_width
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.record import Evidence, Field, Record

_FILL_OPACITY = 46
_LINE_OPACITY = 235
_SMALLEST_NUMBER = 9  # pixels


@dataclass(frozen=True, slots=True)
class Mark:
    """One field's evidence on one page; none for a field without a place."""

    pointer: Pointer
    """Behind its document's number where several documents share a page."""
    field: Field
    evidence: tuple[Evidence, ...]


def draw_overlay(picture: Image.Image, record: Record, page: int) -> Image.Image:
    """The page with its evidence outlined and, in a margin to its right, what was read where.

    `picture` is the page as uploaded; its pixels keep their coordinates. Fields without evidence
    stand in the margin of the first page.
    """
    marks = marks_of(record, page)
    rows = [_row(number, mark) for number, mark in enumerate(marks, start=1)]
    drawn = draw_marks(picture, marks)
    _draw_numbers(drawn, rows)
    canvas = Image.new("RGB", (drawn.width + legend_width(drawn.size, rows), drawn.height), "white")
    canvas.paste(drawn, (0, 0))
    return draw_legend(canvas, drawn.width, _title(record, page), rows)


def marks_of(record: Record, page: int) -> tuple[Mark, ...]:
    """What there is to draw on a page, top to bottom, fields without a place last.

    Of a file with several documents: the fields of those that the page belongs to.
    """
    own = list(_documents_on(record, page))
    held = [
        (f"{number} {pointer}" if len(own) > 1 else pointer, field, page == first)
        for number, fields, first in own
        for pointer, field in fields.items()
        if field.value is not None
    ]
    marks = [
        Mark(pointer, field, tuple(at for at in field.evidence if at.page == page))
        for pointer, field, _ in held
    ]
    placed = sorted((mark for mark in marks if mark.evidence), key=_top)
    placeless = [
        mark
        for mark, (_, field, is_first) in zip(marks, held, strict=True)
        if is_first and not field.evidence
    ]
    return (*placed, *placeless)


def _documents_on(record: Record, page: int) -> Iterator[tuple[int, Mapping[Pointer, Field], int]]:
    """Number, fields and first page of each document that a page belongs to."""
    if not record.documents:
        yield 1, record.fields, min((seen.number for seen in record.pages), default=page)
    for number, document in enumerate(record.documents, start=1):
        if page in document.pages:
            yield number, document.fields, min(document.pages)


def draw_marks(picture: Image.Image, marks: tuple[Mark, ...]) -> Image.Image:
    """The picture with every evidence polygon outlined around the print, never over it."""
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    width = line_width(picture.size)
    for mark in marks:
        colour = COLOUR[verdict(mark.field)]
        for at in mark.evidence:
            outline = grown(at.polygon, width)
            pen.polygon(outline, fill=(*colour, _FILL_OPACITY))
            pen.line([*outline, outline[0]], (*colour, _LINE_OPACITY), width, joint="curve")
    return Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")


def line_width(size: tuple[int, int]) -> int:
    """Thick enough to be seen when the whole page fits on a screen, in pixels."""
    return max(2, round(max(size) / 700))


def grown(polygon: Polygon, pixels: float) -> list[tuple[float, float]]:
    """The polygon moved outwards from its centre, so that its outline does not touch the print."""
    x, y = Bbox.around(polygon).centre
    return [(px + _sign(px - x) * pixels, py + _sign(py - y) * pixels) for px, py in polygon]


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _top(mark: Mark) -> float:
    return Bbox.around(mark.evidence[0].polygon).centre[1]


def _draw_numbers(picture: Image.Image, rows: Sequence[Row]) -> None:
    """Each row's number on the upper left corner of its place, in the gap between two lines."""
    pen = ImageDraw.Draw(picture)
    largest = font_size(picture.height, len(rows))
    for row in rows:
        if row.box is not None:
            size = round(min(max(0.55 * row.box.height, _SMALLEST_NUMBER), largest))
            draw_number(pen, row, (row.box.left - 0.4 * size, row.box.top - 0.4 * size), size)


def _row(number: int, mark: Mark) -> Row:
    box = Bbox.around(mark.evidence[0].polygon) if mark.evidence else None
    field = mark.field
    return Row(number, mark.pointer, str(field.value), field.confidence, verdict(field), box)


def _title(record: Record, page: int) -> str:
    """The decision, of a file with several documents that of the page's own."""
    own = [
        (number, document.decision)
        for number, document in enumerate(record.documents, start=1)
        if page in document.pages
    ]
    count = len(record.documents)
    shown = [f"{number}/{count} {one.outcome.upper()}" for number, one in own]
    outcome = "   ".join(shown) or record.decision.outcome.upper()
    return f"{outcome}   target precision {record.decision.target_precision:g}"
