"""A file that holds several documents: every format shows each of them."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest

from vouch.exports.formats import exported
from vouch.schemas.geometry import Bbox
from vouch.schemas.partial import PagePart, PartLine, PartWord
from vouch.schemas.record import Decision, Record, RecordDocument

TOTALS = ("9.00", "12.50")
TEXTS = ("Tea", "Total", "Coffee", "Sum")
"""Lines of the page: two of the left document, then two of the right one."""


def holding(record: Record, *documents: RecordDocument) -> Record:
    return record.model_copy(update={"documents": documents})


def document(record: Record, total: str, side: Bbox | None) -> RecordDocument:
    field = record.fields["/total"].model_copy(update={"value": total})
    return RecordDocument(
        pages=(1,),
        polygon=None if side is None else side.polygon,
        decision=Decision(outcome="accept", target_precision=0.95),
        confidence=0.99,
        data={"total": total},
        fields={"/total": field},
    )


@pytest.fixture
def two(record: Record) -> Record:
    """Two documents beside each other on one page."""
    sides = (Bbox.of((0, 0, 300, 800)), Bbox.of((300, 0, 600, 800)))
    parts = (document(record, total, side) for total, side in zip(TOTALS, sides, strict=True))
    return holding(record, *parts)


@pytest.fixture
def page(two: Record) -> PagePart:
    places = ((20, 40), (20, 80), (320, 40), (320, 80))
    return PagePart(
        number=1,
        width=two.pages[0].width,
        height=two.pages[0].height,
        issues=(),
        lines=tuple(line(text, x, y) for text, (x, y) in zip((*TEXTS,), places, strict=True)),
    )


def line(text: str, x: float, y: float) -> PartLine:
    polygon = Bbox.of((x, y, x + 100, y + 20)).polygon
    word = PartWord(text=text, polygon=polygon, score=0.9)
    return PartLine(text=text, polygon=polygon, words=(word,))


def test_csv_has_rows_for_each_document(two: Record) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv", two, ()))))
    assert [(row["document"], row["pointer"], row["value"]) for row in rows] == [
        ("1", "/total", "9.00"),
        ("2", "/total", "12.50"),
    ]


def test_csv_has_the_same_columns_for_one_document(record: Record, two: Record) -> None:
    one, several = (exported("csv", shown, ()).splitlines() for shown in (record, two))
    assert one[0] == several[0]
    assert all(row.startswith("1,") for row in one[1:])


def test_markdown_has_a_heading_for_each_document(record: Record, two: Record) -> None:
    text = exported("markdown", two, ())
    first, second = text.index("## Document 1 of 2, page 1"), text.index("## Document 2 of 2")
    assert first < text.index("9.00") < second < text.index("12.50")
    assert "## Document" not in exported("markdown", record, ())


def test_hocr_says_which_document_an_area_is_of(two: Record, page: PagePart) -> None:
    root = ET.fromstring(exported("hocr", two, [page]))
    areas = [found for found in root.iter() if found.get("class") == "ocr_carea"]
    assert [area.get("title", "").rpartition("x_document ")[2] for area in areas] == ["1", "2"]
    assert [" ".join(area.itertext()).split() for area in areas] == [[*TEXTS[:2]], [*TEXTS[2:]]]


def test_alto_tags_the_blocks_of_each_document(two: Record, page: PagePart) -> None:
    alto = json.loads(exported("alto", two, [page]))["alto"]
    tags = {tag["ID"]: tag["LABEL"] for tag in alto["Tags"]["StructureTag"]}
    (shown,) = alto["Layout"]["Page"]
    blocks = shown["PrintSpace"]["TextBlock"]
    assert [tags[block["TAGREFS"]] for block in blocks] == ["document 1", "document 2"]
    words = [
        [one["CONTENT"] for at in block["TextLine"] for one in at["String"]] for block in blocks
    ]
    assert words == [[*TEXTS[:2]], [*TEXTS[2:]]]


def test_a_page_of_one_document_is_its_own_whole(record: Record, page: PagePart) -> None:
    whole = holding(record, document(record, "9.00", None), document(record, "1.00", None))
    alto = json.loads(exported("alto", whole, [page]))["alto"]
    (block,) = alto["Layout"]["Page"][0]["PrintSpace"]["TextBlock"]
    assert block["TAGREFS"] == "d1"


def test_a_single_document_needs_no_tags(record: Record, page: PagePart) -> None:
    assert "Tags" not in json.loads(exported("alto", record, [page]))["alto"]
    assert "x_document" not in exported("hocr", record, [page])
