"""JSON after ALTO 4 (https://www.loc.gov/standards/alto/): its elements and attributes by name."""

from collections.abc import Sequence
from typing import Any

from vouch.exports.areas import Area, areas_of
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.partial import PagePart, PartLine, PartWord
from vouch.schemas.record import Record

_Json = dict[str, Any]


def alto(record: Record, pages: Sequence[PagePart]) -> _Json:
    """Pages, blocks, lines and words; lengths in pixels of the uploaded pages."""
    return {
        "alto": {
            "Description": {
                "MeasurementUnit": "pixel",
                "sourceImageInformation": {
                    "fileName": record.source.filename,
                    "fileIdentifier": record.source.sha256,
                },
            },
            **_tags(record),
            "Layout": {"Page": [_page(record, page) for page in pages]},
        }
    }


def _tags(record: Record) -> _Json:
    """What blocks refer to as their document, where a file holds several."""
    numbers = range(1, len(record.documents) + 1)
    tags = [{"ID": f"d{number}", "LABEL": f"document {number}"} for number in numbers]
    return {"Tags": {"StructureTag": tags}} if tags else {}


def _page(record: Record, page: PagePart) -> _Json:
    areas = areas_of(record, page)
    blocks = [_block(area, f"p{page.number}b{number}") for number, area in enumerate(areas)]
    whole = Bbox(left=0, top=0, right=page.width, bottom=page.height)
    return {
        "ID": f"p{page.number}",
        "PHYSICAL_IMG_NR": page.number,
        "WIDTH": page.width,
        "HEIGHT": page.height,
        "PrintSpace": {**_box(whole), "TextBlock": blocks},
    }


def _block(area: Area, name: str) -> _Json:
    lines = [_line(line, f"{name}l{number}") for number, line in enumerate(area.lines)]
    tags = {} if area.document is None else {"TAGREFS": f"d{area.document}"}
    return {"ID": name, **tags, **_box(area.bbox), "TextLine": lines}


def _line(line: PartLine, name: str) -> _Json:
    words = [_string(word, f"{name}w{number}") for number, word in enumerate(line.words)]
    return {"ID": name, **_box(line.polygon), "String": words}


def _string(word: PartWord, name: str) -> _Json:
    box = _box(word.polygon)
    return {"ID": name, "CONTENT": word.text, **box, "WC": round(word.score, 3)}


def _box(shape: Bbox | Polygon) -> _Json:
    box = shape if isinstance(shape, Bbox) else Bbox.around(shape)
    return {
        "HPOS": round(box.left, 1),
        "VPOS": round(box.top, 1),
        "WIDTH": round(box.width, 1),
        "HEIGHT": round(box.height, 1),
    }
