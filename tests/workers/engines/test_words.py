import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.geometry import Bbox
from vouch.workers.engines.words import Glyph, place, split_words, tokens_of

QUAD = Bbox(left=100, top=50, right=500, bottom=90).polygon


def typed(text: str, *, hint: float = 0.0, gap: float = 1.0) -> list[Glyph]:
    """A typewriter's glyphs; "_" widens the step to the next by `gap` and hints at a space."""
    glyphs: list[Glyph] = []
    position, hinted = 0.0, False
    for char in text:
        if char == "_":
            position += gap - 1
            hinted = True
            continue
        position += 1
        glyphs.append(Glyph(char, position, 0.9, space_before=hint if hinted else 0.0))
        hinted = False
    return [
        Glyph(g.text, (g.position - 0.5) / position, g.probability, g.space_before) for g in glyphs
    ]


def texts(glyphs: list[Glyph]) -> list[str]:
    return ["".join(glyph.text for glyph in word) for word in split_words(glyphs)]


def test_words_end_at_spaces() -> None:
    assert texts(typed("TOTAL RM12.00")) == ["TOTAL", "RM12.00"]


def test_a_swallowed_space_is_found_by_a_hint_or_a_wide_gap() -> None:
    assert texts(typed("25/12/2018_14:32", hint=0.2, gap=1.5)) == ["25/12/2018", "14:32"]
    assert texts(typed("TOTAL_9.00", gap=4)) == ["TOTAL", "9.00"]


@pytest.mark.parametrize(("hint", "gap"), [(0.0, 1.5), (0.5, 1.0)])
def test_neither_a_hint_nor_a_small_gap_alone_splits(hint: float, gap: float) -> None:
    assert texts(typed("12_.00", hint=hint, gap=gap)) == ["12.00"]


def test_a_word_takes_its_own_part_of_the_run() -> None:
    first, second = tokens_of(typed("ABCD EFGHI"), QUAD, run=7)
    assert (first.bbox.left, first.bbox.right) == pytest.approx((100, 260))
    assert (second.bbox.left, second.bbox.right) == pytest.approx((300, 500))
    assert {first.run, second.run} == {7}


def test_a_word_is_as_sure_as_its_least_sure_character() -> None:
    glyphs = typed("9.00 x")
    glyphs[2] = Glyph("0", glyphs[2].position, 0.4)
    assert [token.score for token in tokens_of(glyphs, QUAD, 0)] == [0.4, 0.9]


def test_no_characters_make_no_words() -> None:
    assert tokens_of([], QUAD, 0) == []


@given(st.text(alphabet="ab1. ", max_size=20))
def test_words_keep_every_character_in_order_inside_their_run(text: str) -> None:
    tokens = tokens_of(typed(text), QUAD, 0)
    assert "".join(token.text for token in tokens) == text.replace(" ", "")
    edges = [edge for token in tokens for edge in (token.bbox.left, token.bbox.right)]
    assert edges == sorted(edges)
    assert all(100 <= edge <= 500 for edge in edges)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_place_follows_a_tilted_run(start: float, end: float) -> None:
    tilted = ((0.0, 0.0), (100.0, 50.0), (95.0, 60.0), (-5.0, 10.0))
    for corner, share in zip(place(tilted, start, end)[:2], (start, end), strict=True):
        assert corner == pytest.approx((100 * share, 50 * share))
