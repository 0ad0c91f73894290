from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import page_of
from vouch.grammar.wording import chunks
from vouch.schemas.draft import TokenRef
from vouch.schemas.text import PageLayout, Region, RegionKind
from vouch.workers.drafting.lines import NumberedLines

RECEIPT = ("CORNER BAKERY", "Rye rolls 2 x 1.50 3.00", "TOTAL RM 33.90", "Paid RM 33.90 by card")
WORDS = st.sampled_from(["RM", "33.90", "RM33.90", "Total:", "2", "x", "(a)", "東京都", "2", "ein"])
ROWS = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6)


def numbered(*rows: str) -> NumberedLines:
    return NumberedLines.of([page_of(*rows)])


def printed(lines: NumberedLines, refs: Sequence[TokenRef]) -> list[tuple[int, str]]:
    """The number of the line and the word of each token."""
    words = {
        ref: (line.number, line.text[slice(*span)])
        for line in lines.lines
        for ref, span in zip(line.tokens, line.spans, strict=True)
    }
    return [words[ref] for ref in refs]


def with_regions(layout: PageLayout, **kinds: Sequence[int]) -> PageLayout:
    """The page with a region of each kind around the lines of these indices."""
    box = layout.lines[0].bbox.polygon
    regions = [
        Region(
            id=f"p1r{index}",
            kind=kind,
            page=layout.page,
            polygon=box,
            score=0.9,
            lines=tuple(layout.lines[line].id for line in lines),
        )
        for index, (kind, lines) in enumerate(_known(kinds))
    ]
    return layout.model_copy(update={"regions": tuple(regions)})


def _known(kinds: dict[str, Sequence[int]]) -> list[tuple[RegionKind, Sequence[int]]]:
    known: list[RegionKind] = ["header", "items", "totals", "table", "text"]
    return [(kind, kinds[kind]) for kind in known if kind in kinds]


def test_lines_are_counted_over_all_pages() -> None:
    lines = NumberedLines.of([page_of("A", "B"), page_of("C", number=2)]).lines
    assert [(line.number, line.page, line.id, line.text) for line in lines] == [
        (1, 1, "p1l0", "A"),
        (2, 1, "p1l1", "B"),
        (3, 2, "p2l0", "C"),
    ]
    assert lines[2].tokens == (TokenRef(page=2, index=0),)


def test_a_line_that_prints_nothing_has_no_number() -> None:
    page = page_of("A", "B", "C")
    blank = page.lines[1].model_copy(update={"text": "  ", "tokens": ()})
    page = page.model_copy(update={"lines": (page.lines[0], blank, page.lines[2])})
    assert NumberedLines.of([page]).texts == ("A", "C")


def test_lines_of_a_region_stay_together_where_the_first_stands() -> None:
    page = with_regions(page_of("A", "B", "C", "D", "E"), header=[1, 3], table=[2, 3])
    lines = NumberedLines.of([page]).lines
    assert [(line.text, line.region) for line in lines] == [
        ("A", None),
        ("B", "header"),
        ("D", "header"),
        ("C", "table"),
        ("E", None),
    ]


@pytest.mark.parametrize(
    ("raw", "cited", "found"),
    [
        ("TOTAL RM 33.90", [3], [(3, "TOTAL"), (3, "RM"), (3, "33.90")]),
        ("33.90", [3], [(3, "33.90")]),
        ("33.90", [4], [(4, "33.90")]),
        ("33.90 Paid RM", [3, 4], [(3, "33.90"), (4, "Paid"), (4, "RM")]),
        ("BAKERY Rye", [1], [(1, "BAKERY"), (2, "Rye")]),
        ("BAKERY Rye", [2], [(1, "BAKERY"), (2, "Rye")]),
    ],
)
def test_words_are_found_where_they_are_cited(
    raw: str, cited: list[int], found: list[tuple[int, str]]
) -> None:
    lines = numbered(*RECEIPT)
    assert printed(lines, lines.tokens_of(raw, cited)) == found


@pytest.mark.parametrize(("raw", "cited"), [("3.00", [3]), ("3.00", [4]), ("3.00", [])])
def test_one_place_is_found_whatever_is_cited(raw: str, cited: list[int]) -> None:
    lines = numbered(*RECEIPT)
    assert printed(lines, lines.tokens_of(raw, cited)) == [(2, "3.00")]


def test_only_words_in_one_place_tell_their_lines() -> None:
    lines = numbered("RM 5.00", "B", "C 19.00", "RM 5.00", "9.00")
    assert lines.sole_lines("B C") == (2, 3)
    assert lines.sole_lines("9.00") == (5,)
    assert lines.sole_lines("5.00") == ()
    assert lines.sole_lines("D") == ()


def test_of_several_places_the_one_beside_what_is_cited_is_meant() -> None:
    lines = numbered("A", "RM 5.00", "B", "C", "RM 5.00")
    assert printed(lines, lines.tokens_of("5.00", [1])) == [(2, "5.00")]
    assert printed(lines, lines.tokens_of("5.00", [4])) == [(5, "5.00")]


@pytest.mark.parametrize("cited", [[], [1]])
def test_nobody_guesses_among_equals(cited: list[int]) -> None:
    assert numbered(*RECEIPT).tokens_of("33.90", cited) == ()


@pytest.mark.parametrize(
    "raw", ["", " ", "33.91", "3.9", "33", "BAKER", "total", "33.90 in", "CORNER TOTAL"]
)
def test_what_is_not_printed_has_no_tokens(raw: str) -> None:
    assert numbered(*RECEIPT).tokens_of(raw, [1, 2, 3, 4]) == ()


def test_whole_words_are_better_than_parts_of_words() -> None:
    lines = numbered("RM33.90 33.90")
    assert lines.tokens_of("33.90", [1]) == (TokenRef(page=1, index=1),)
    assert lines.tokens_of("RM", [1]) == (TokenRef(page=1, index=0),)


def test_words_that_are_written_together_are_found_apart() -> None:
    page = page_of("東京 都")
    line = page.lines[0].model_copy(update={"text": "東京都"})
    lines = NumberedLines.of([page.model_copy(update={"lines": (line,)})])
    assert printed(lines, lines.tokens_of("京都", [1])) == [(1, "東京"), (1, "都")]


@given(rows=ROWS, draw=st.data())
def test_every_copy_that_the_grammar_allows_is_found_on_the_line_it_is_from(
    rows: list[str], draw: st.DataObject
) -> None:
    lines = numbered(*rows)
    number = draw.draw(st.integers(1, len(rows)))
    pieces = list(chunks([rows[number - 1]]))
    first = draw.draw(st.integers(0, len(pieces) - 1))
    raw = "".join(pieces[first : draw.draw(st.integers(first + 1, len(pieces)))])
    found = lines.tokens_of(raw, [number])
    if raw.strip():
        assert {line for line, _ in printed(lines, found)} == {number}
        assert raw.strip() in " ".join(word for _, word in printed(lines, found))
    else:
        assert found == ()


@given(rows=ROWS, raw=st.text(max_size=8) | WORDS, cited=st.lists(st.integers(1, 6)))
def test_what_is_found_prints_what_was_looked_for(
    rows: list[str], raw: str, cited: list[int]
) -> None:
    lines = numbered(*rows)
    found = lines.tokens_of(raw, cited)
    assert not found or raw.strip() in " ".join(word for _, word in printed(lines, found))
    assert list(found) == sorted(found, key=lambda ref: ref.index)
