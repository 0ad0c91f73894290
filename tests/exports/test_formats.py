"""A document that was drawn, read by the whole chain's last legs, and written in every format."""

import csv
import io
import json
import random
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from tests.workers.stages.readers.generic.drawn import STYLES, Drawn, draw_form, table_page
from vouch.exports.csv_rows import written
from vouch.exports.formats import exported
from vouch.schemas.document import Quality, Source
from vouch.schemas.errors import FieldNotFound
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.partial import PagePart
from vouch.schemas.perception import Identities, Interpretation, Perception
from vouch.schemas.record import Engine, Record
from vouch.workers.conclusion import conclude
from vouch.workers.progress import Progress
from vouch.workers.tasks.parts import part_of

_HTML = "{http://www.w3.org/1999/xhtml}"
_BBOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    page = table_page(3, STYLES["borderless"])
    draw_form(page, random.Random(3), "colon", 1300)
    page.write("1 < 2 & | *stars*", 80, 1640, 20)
    return page


@pytest.fixture(scope="module")
def quality() -> Quality:
    return Quality(
        sharpness=1, sharpness_lowest_tile=1, exposure=0.9, contrast=0.8, glare=0, skew=0, cropped=0
    )


@pytest.fixture(scope="module")
def record(drawn: Drawn, quality: Quality) -> Record:
    engine = Engine(name="drawn", digest="0" * 64)
    perception = Perception(
        source=Source(
            sha256="0" * 64,
            media_type="image/png",
            bytes=1,
            filename='a "b" & c.png',
            pages=1,
            received_at=datetime(2026, 11, 23, tzinfo=UTC),
        ),
        pages=(drawn.page,),
        qualities=(quality,),
        layouts=(drawn.layout,),
        identities=Identities(ocr=engine, layout=engine),
    )
    nobody = Interpretation(schema_name="generic", draft=None, degraded=None)
    return conclude(perception, nobody, Options(schema_name="generic"), Progress(), "1")


@pytest.fixture(scope="module")
def pages(drawn: Drawn, quality: Quality) -> list[PagePart]:
    return [part_of(drawn.page, quality, drawn.layout)]


def test_every_value_of_the_record_has_evidence(record: Record) -> None:
    assert record.data["tables"]
    assert record.data["pairs"]
    assert record.data["blocks"]
    valued = [field for field in record.fields.values() if field.value is not None]
    assert all(field.evidence for field in valued)


def test_csv_holds_the_cells_where_they_stand(record: Record, drawn: Drawn) -> None:
    rows = list(csv.reader(io.StringIO(exported("csv", record, (), table=0))))
    (known,) = drawn.tables
    found = {(y, x): cell for y, row in enumerate(rows) for x, cell in enumerate(row) if cell}
    assert found == known


def test_csv_without_a_table_holds_the_pairs(record: Record, drawn: Drawn) -> None:
    header, *rows = csv.reader(io.StringIO(exported("csv", record, ())))
    assert header == ["key", "value", "page", "confidence"]
    assert [(key, value) for key, value, *_ in rows] == drawn.pairs
    assert {row[2] for row in rows} == {"1"}


def test_there_is_no_table_beyond_the_last(record: Record) -> None:
    with pytest.raises(FieldNotFound):
        exported("csv", record, (), table=1)


@pytest.mark.parametrize("cell", ["=1+1", "@a", "+cmd", "-2+3", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula(cell: str) -> None:
    assert written([[cell]]).lstrip('"').startswith("'")


@pytest.mark.parametrize("cell", ["-5.00", "+49 30 123", "-12,5 %", "5", "text"])
def test_numbers_stay_numbers(cell: str) -> None:
    assert next(csv.reader(io.StringIO(written([[cell]])))) == [cell]


def test_markdown_follows_the_page(record: Record, drawn: Drawn) -> None:
    text = exported("markdown", record, ())
    first = text.index(drawn.layout.lines[0].text)
    last = text.index(r"1 \< 2")
    assert first < text.index("| ---") < last < text.index("| Label | Value |")
    assert r"1 \< 2 & \| \*stars\*" in text


def test_hocr_has_every_word_inside_its_line_area_and_page(
    record: Record, pages: list[PagePart], drawn: Drawn
) -> None:
    root = ET.fromstring(exported("hocr", record, pages))
    (page,) = _of(root, "ocr_page")
    areas, lines, words = (_of(page, name) for name in ("ocr_carea", "ocr_line", "ocrx_word"))
    assert [word.text for word in words] == [
        token.text for line in pages[0].lines for token in line.words
    ]
    assert len(words) == len(drawn.tokens)
    assert len({element.get("id") for element in (*areas, *lines, *words)}) == len(
        (*areas, *lines, *words)
    )
    for outer, kind in ((page, "ocr_carea"), *((area, "ocr_line") for area in areas)):
        assert all(
            _box(inner).containment(_grown(_box(outer))) > 0.99 for inner in _of(outer, kind)
        )
    assert all(re.search(r"; x_wconf (\d+)$", word.get("title", "")) for word in words)
    names = {meta.get("name") for meta in root.iter(f"{_HTML}meta")}
    assert names >= {"ocr-system", "ocr-capabilities"}


def test_alto_has_the_words_with_their_places(record: Record, pages: list[PagePart]) -> None:
    (page,) = json.loads(exported("alto", record, pages))["alto"]["Layout"]["Page"]
    lines = [line for block in page["PrintSpace"]["TextBlock"] for line in block["TextLine"]]
    words = [word for line in lines for word in line["String"]]
    first = pages[0].lines[0].words[0]
    assert words[0]["CONTENT"] == first.text
    assert (words[0]["HPOS"], words[0]["VPOS"]) == pytest.approx(first.polygon[0], abs=0.1)
    assert all(0 <= word["WC"] <= 1 for word in words)


def _of(root: ET.Element, kind: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == kind]


def _box(element: ET.Element) -> Bbox:
    found = _BBOX.search(element.get("title", ""))
    assert found is not None
    left, top, right, bottom = map(float, found.groups())
    return Bbox(left=left, top=top, right=right, bottom=bottom)


def _grown(box: Bbox) -> Bbox:
    """Whole pixels may round outwards."""
    return Bbox(left=box.left - 1, top=box.top - 1, right=box.right + 1, bottom=box.bottom + 1)
