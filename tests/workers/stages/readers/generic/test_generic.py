"""Drawn tables and forms are read as they were drawn."""

import json
from collections import defaultdict
from collections.abc import Sequence

import pytest

from tests.workers.stages.printed_page import print_page
from tests.workers.stages.readers.generic.drawn import (
    FORMS,
    STYLES,
    Drawn,
    blank,
    form_page,
    table_page,
)
from vouch.schemas.document import Page
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.stages.readers.generic.reader import read_generic
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.segment import segment

SEEDS = range(100, 104)
LEAST_F1 = 0.97


def read(*layouts: PageLayout) -> Draft:
    return read_generic(Seen(layouts, Options(schema_name="generic")))


def members(draft: Draft, root: str, leaves: Sequence[str]) -> list[tuple[str, ...]]:
    """What the draft says of each member of a list."""
    said = {pointer: found[0].value for pointer, found in draft.candidates.items()}
    count = sum(pointer.startswith(f"{root}/") for pointer in said)
    rows = (tuple(said.get(f"{root}/{i}/{leaf}", "") for leaf in leaves) for i in range(count))
    return [row for row in rows if any(row)]


def test_nothing_is_found_on_an_empty_page() -> None:
    assert read(blank().layout).candidates == {}


@pytest.mark.parametrize("style", STYLES)
def test_a_table_has_its_cells_where_they_were_drawn(style: str) -> None:
    right = wrong = missed = 0
    for seed in SEEDS:
        drawn = table_page(seed, STYLES[style])
        found = cells(read(drawn.layout))
        known = {(row, column, text.replace("\n", " ")) for (row, column), text in grid(drawn)}
        right += len(found & known)
        wrong += len(found - known)
        missed += len(known - found)
    assert 2 * right / (2 * right + wrong + missed) >= LEAST_F1


def grid(drawn: Drawn) -> Sequence[tuple[tuple[int, int], str]]:
    return [entry for known in drawn.tables for entry in known.items()]


def cells(draft: Draft) -> set[tuple[int, int, str]]:
    found = members(draft, "/tables/0/cells", ("row", "column", "text"))
    return {(json.loads(row), json.loads(column), text) for row, column, text in found}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_has_its_pairs(kind: str) -> None:
    right: dict[bool, int] = defaultdict(int)
    for seed in SEEDS:
        drawn = form_page(seed, kind)
        found = members(read(drawn.layout), "/pairs", ("key", "value"))
        for pair in {*found, *drawn.pairs}:
            right[pair in found and pair in drawn.pairs] += 1
    assert right[True] / (right[True] + right[False]) >= LEAST_F1


def test_a_heading_of_two_columns_spans_them() -> None:
    draft = read(table_page(0, STYLES["spanning"]).layout)
    spans = members(draft, "/tables/0/cells", ("text", "columns"))
    assert ("Measured values", "2") in spans
    assert [columns for _, columns in spans if columns] == ["2"]


def test_every_candidate_has_words_or_a_place() -> None:
    draft = read(table_page(1, STYLES["ruled"]).layout)
    for found in draft.candidates.values():
        assert bool(found[0].tokens) != (found[0].place is not None)


def test_tables_tell_their_page() -> None:
    layout = table_page(1, STYLES["ruled"]).layout
    tokens = layout.tokens.model_copy(update={"page": 2})
    page = Page(number=2, width=tokens.width, height=tokens.height)
    second = segment(tokens, page, None, GeometryLayout("page"))
    assert members(read(layout, second), "/tables", ("page",)) == [("1",), ("2",)]


def test_prose_is_no_table_and_holds_no_pairs() -> None:
    rows = [((50, "the quick brown fox jumps over the lazy dog and runs on"),)] * 8
    page = Page(number=1, width=800, height=2000)
    draft = read(segment(print_page(rows), page, None, GeometryLayout("page")))
    assert members(draft, "/tables", ("page",)) == []
    assert members(draft, "/pairs", ("key",)) == []
    assert [kind for (kind,) in members(draft, "/blocks", ("kind",))] == ["paragraph"]


def test_items_titles_and_page_numbers_are_told_apart() -> None:
    drawn = blank()
    drawn.write("Handbook", 80, 120, 40)
    for number in range(4):
        drawn.write(
            "plain text of a page that goes on and on for a line", 80, 240 + 30 * number, 20
        )
    drawn.write("- first thing to do", 80, 420, 20)
    drawn.write("- second thing to do", 80, 450, 20)
    drawn.write("Figure 3: a bridge", 80, 600, 20)
    drawn.write("Page 2 of 9", 560, 1700, 20)
    kinds = [kind for (kind,) in members(read(drawn.layout), "/blocks", ("kind",))]
    assert kinds == ["title", "paragraph", "list_item", "list_item", "caption", "footer"]
