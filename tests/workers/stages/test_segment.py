import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.printed_page import RECEIPT, Row, Warp, print_page
from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox, Point
from vouch.schemas.text import Region
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.stages.segment import attach_lines, group_lines, join_words, segment

PAGE = Page(number=1, width=800, height=2000)
ROW_TEXTS = [" ".join(text for _, text in row) for row in RECEIPT]


def skewed(degrees: float) -> Warp:
    """Paper turned about the page's left top."""
    slope = math.radians(degrees)

    def warp(point: Point) -> Point:
        x, y = point
        return (
            x * math.cos(slope) - y * math.sin(slope) + 300,
            x * math.sin(slope) + y * math.cos(slope) + 200,
        )

    return warp


def bent(depth: float) -> Warp:
    """Paper that hangs through: rows are parabolas, `depth` pixels deep at both ends."""

    def warp(point: Point) -> Point:
        x, y = point
        return (x, y + depth * ((x - 300) / 300) ** 2)

    return warp


def texts(rows: Sequence[Row], warp: Warp) -> list[str]:
    return [line.text for line in group_lines(print_page(rows, warp))]


@given(degrees=st.floats(-12, 12))
def test_rows_of_a_skewed_receipt_stay_whole(degrees: float) -> None:
    assert texts(RECEIPT, skewed(degrees)) == ROW_TEXTS


@given(depth=st.floats(-5, 5))
def test_rows_of_a_bent_receipt_stay_whole(depth: float) -> None:
    assert sorted(texts(RECEIPT, bent(depth))) == sorted(ROW_TEXTS)


@given(scale=st.floats(0.2, 8))
def test_lines_do_not_depend_on_resolution(scale: float) -> None:
    assert texts(RECEIPT, lambda p: (p[0] * scale, p[1] * scale)) == ROW_TEXTS


@given(
    st.lists(
        st.lists(st.sampled_from(["9.00", "total", "x", "long words here"]), max_size=3), max_size=8
    )
)
def test_every_token_stands_in_exactly_one_line(rows: list[list[str]]) -> None:
    page = print_page([[(50 + 250 * i, text) for i, text in enumerate(row)] for row in rows])
    lines = group_lines(page)
    assert sorted(i for line in lines for i in line.tokens) == list(range(len(page.tokens)))
    assert len({line.id for line in lines}) == len(lines)


def test_a_price_column_is_no_text_column() -> None:
    assert {line.column for line in group_lines(print_page(RECEIPT))} == {0}


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"left words of row {'abcdefgh'[i]}" for i in range(8)]
    right = [f"right words of row {'abcdefgh'[i]}" for i in range(8)]
    rows: list[Row] = [((50, a), (450, b)) for a, b in zip(left, right, strict=True)]
    lines = group_lines(print_page(rows))
    assert [line.text for line in lines] == left + right
    assert [line.column for line in lines] == [0] * 8 + [1] * 8


def test_a_large_total_joins_its_small_amount() -> None:
    """Baselines agree, middles do not."""
    page = print_page([((50, "TOTAL"), (500, "9.00"))])
    small = page.tokens[1]
    box = Bbox(left=500, top=60, right=520, bottom=70)
    page = page.model_copy(
        update={"tokens": (page.tokens[0], small.model_copy(update={"polygon": box.polygon}))}
    )
    assert [line.text for line in group_lines(page)] == ["TOTAL 9.00"]


def test_a_receipt_falls_into_header_items_totals_footer() -> None:
    layout = segment(print_page(RECEIPT), PAGE, None, GeometryLayout("receipt"))
    texts_of = {line.id: line.text for line in layout.lines}
    parts = {region.kind: [texts_of[line] for line in region.lines] for region in layout.regions}
    assert parts == {
        "header": ROW_TEXTS[:3],
        "items": ROW_TEXTS[3:7],
        "totals": ROW_TEXTS[7:12],
        "footer": ROW_TEXTS[12:],
    }


@pytest.mark.parametrize(
    ("sum_word", "goodbye"),
    [("Summe EUR", "Vielen Dank"), ("TOTAL A PAYER", "Merci"), ("合計", "谢谢")],
)
def test_totals_are_told_in_other_languages(sum_word: str, goodbye: str) -> None:
    rows = [((50, "Laden"),), ((50, "Brot"), (500, "4,50"))]
    rows += [((50, "Milch"), (500, "1,20")), ((50, sum_word), (500, "5,70")), ((50, goodbye),)]
    layout = segment(print_page(rows), PAGE, None, GeometryLayout("receipt"))
    totals = next(region for region in layout.regions if region.kind == "totals")
    assert totals.lines == ("p1l3",)


def test_an_empty_page_has_no_lines_and_no_regions() -> None:
    layout = segment(print_page([]), PAGE, None, GeometryLayout("receipt"))
    assert (layout.lines, layout.regions) == ((), ())


def test_a_page_shows_titles_tables_text_and_figures() -> None:
    rows: list[Row] = [((50, "first row of the text here"),), ((50, "second row of the text"),)]
    rows += [()] * 2
    rows += [((50, "Pos"), (250, "Menge"), (500, "Preis")), ((50, "1"), (250, "2"), (500, "3.00"))]
    figure = Bbox(left=50, top=500, right=400, bottom=800)
    page = PAGE.model_copy(update={"pictures": (figure,)})
    layout = segment(print_page(rows), page, None, GeometryLayout("page"))
    assert [region.kind for region in layout.regions] == ["text", "table", "figure"]


def test_lines_go_to_the_region_that_holds_most_of_them() -> None:
    lines = group_lines(print_page([((50, "one"),), ((50, "two"),)], pitch=100))
    upper = Bbox(left=0, top=0, right=800, bottom=120)
    lower = Bbox(left=0, top=120, right=800, bottom=400)
    regions = [
        Region(id="x", kind="text", page=1, polygon=box.polygon, score=1) for box in (lower, upper)
    ]
    assert [region.lines for region in attach_lines(regions, lines)] == [("p1l0",), ("p1l1",)]


@pytest.mark.parametrize(
    ("words", "text"),
    [(["a", "b"], "a b"), (["合", "計"], "合計"), (["計", "9"], "計 9"), ([], "")],
)
def test_words_are_joined_as_their_script_asks(words: list[str], text: str) -> None:
    assert join_words(words) == text
