"""hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/): pages, areas, lines and words as XHTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.metadata import version

from vouch.exports.areas import Area, areas_of
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.partial import PagePart, PartLine, PartWord
from vouch.schemas.record import Record

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>{title}</title>
<meta charset="UTF-8" />
<meta name="ocr-system" content="vouch {version}" />
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_line ocrx_word ocrp_wconf" />
<meta name="ocr-number-of-pages" content="{pages}" />
</head>
<body>"""


def hocr(record: Record, pages: Sequence[PagePart]) -> str:
    """Every word of the pages with its box in pixels of the upload, and OCR's score of it."""
    name = record.source.filename or record.source.sha256
    head = _HEAD.format(title=_text(name), version=version("vouch"), pages=len(pages))
    bodies = [line for page in pages for line in _page(record, page, name)]
    return "\n".join([head, *bodies, "</body>", "</html>", ""])


def _page(record: Record, page: PagePart, name: str) -> Iterator[str]:
    image = name.replace('"', "'")
    whole = f'image "{image}"; bbox 0 0 {page.width} {page.height}; ppageno {page.number - 1}'
    yield f'<div class="ocr_page" id="page_{page.number}" title="{_text(whole)}">'
    for number, area in enumerate(areas_of(record, page), start=1):
        yield from _area(area, f"{page.number}_{number}")
    yield "</div>"


def _area(area: Area, place: str) -> Iterator[str]:
    yield f'<div class="ocr_carea" id="area_{place}" title="{_bbox(area.bbox)}{_of(area)}">'
    for number, line in enumerate(area.lines, start=1):
        yield _line(line, f"{place}_{number}")
    yield "</div>"


def _of(area: Area) -> str:
    """Which of several documents an area is of: the format leaves names in x_ to its writers."""
    return "" if area.document is None else f"; x_document {area.document}"


def _line(line: PartLine, place: str) -> str:
    words = " ".join(
        _word(word, f"word_{place}_{number}") for number, word in enumerate(line.words, start=1)
    )
    return f'<span class="ocr_line" id="line_{place}" title="{_bbox(line.polygon)}">{words}</span>'


def _word(word: PartWord, name: str) -> str:
    said = f"{_bbox(word.polygon)}; x_wconf {round(100 * word.score)}"
    return f'<span class="ocrx_word" id="{name}" title="{said}">{_text(word.text)}</span>'


def _bbox(shape: Bbox | Polygon) -> str:
    """Whole pixels, as the format wants them."""
    box = shape if isinstance(shape, Bbox) else Bbox.around(shape)
    left, top, right, bottom = map(round, box.sides)
    return f"bbox {max(left, 0)} {max(top, 0)} {right} {bottom}"


def _text(text: str) -> str:
    return escape(_UNPRINTABLE.sub("\ufffd", text))
