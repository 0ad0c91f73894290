from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vouch.drawing.colours import COLOUR, verdict
from vouch.drawing.crop import draw_evidence, evidence_page
from vouch.drawing.legend import Row, draw_legend, spread
from vouch.drawing.overlay import draw_marks, draw_overlay, marks_of
from vouch.schemas.errors import FieldNotFound
from vouch.schemas.record import Record

WHITE = (255, 255, 255)
PAGE = (600, 900)


def page(colour: tuple[int, int, int] = WHITE) -> Image.Image:
    return Image.new("RGB", PAGE, colour)


def test_the_page_keeps_its_pixels_outside_the_evidence(record: Record) -> None:
    drawn = draw_overlay(page((10, 20, 30)), record, 1)
    assert drawn.width > PAGE[0]
    assert drawn.getpixel((300, 450)) == (10, 20, 30)
    assert drawn.getpixel((440, 715)) != (10, 20, 30)


def test_an_outline_has_its_verdicts_colour_and_runs_around_the_print(record: Record) -> None:
    drawn = draw_marks(page(), marks_of(record, 1))
    left, top = 400, 715
    outline = drawn.getpixel((left - 2, top))
    assert isinstance(outline, tuple)
    assert all(
        abs(seen - wanted) < 40 for seen, wanted in zip(outline, COLOUR["accepted"], strict=True)
    )
    assert drawn.getpixel((left - 6, top)) == WHITE


def test_verdicts_tell_what_to_do(record: Record) -> None:
    verdicts = {pointer: verdict(field) for pointer, field in record.fields.items()}
    assert verdicts["/total"] == "accepted"
    assert verdicts["/date"] == "review"
    assert verdicts["/tax"] == "refused"


def test_marks_stand_in_reading_order_and_leave_out_what_is_absent(record: Record) -> None:
    assert [mark.pointer for mark in marks_of(record, 1)] == ["/date", "/total", "/tax"]
    assert marks_of(record, 2) == ()


@pytest.mark.parametrize("size", [(40, 40), (120, 2000), (3000, 200)])
def test_any_shape_of_page_can_be_drawn(record: Record, size: tuple[int, int]) -> None:
    drawn = draw_overlay(Image.new("RGB", size, "white"), record, 1)
    assert drawn.width > size[0]
    assert drawn.height >= size[1]


def test_a_legend_in_a_script_without_letters_is_drawn_all_the_same() -> None:
    row = Row(1, "/merchant/name", "東京商店", 0.5, "review", None)
    assert draw_legend(Image.new("RGB", (600, 400), "white"), 200, "REVIEW", [row]).size == (
        600,
        400,
    )


def test_evidence_is_cut_out_with_a_margin(record: Record) -> None:
    assert evidence_page(record, "/total") == 1
    drawn = draw_evidence(page(), record.fields["/total"], "/total")
    assert 80 < drawn.width < 400
    assert 30 < drawn.height < 200


@pytest.mark.parametrize("pointer", ["/tip", "/tax", "/nonsense"])
def test_a_field_without_a_place_has_no_picture(record: Record, pointer: str) -> None:
    with pytest.raises(FieldNotFound):
        evidence_page(record, pointer)


@given(
    st.lists(st.none() | st.floats(-100, 2000), max_size=30),
    st.floats(1, 60),
    st.floats(0, 100),
    st.floats(200, 2000),
)
def test_rows_never_overlap_and_keep_their_order(
    wanted: list[float | None], step: float, first: float, last: float
) -> None:
    tops = spread(wanted, step, first, last)
    assert len(tops) == len(wanted)
    assert all(below - above >= step - 1e-6 for above, below in pairwise(tops))
    assert all(top >= first - 1e-6 for top in tops)
    if tops and first + step * (len(tops) - 1) <= last:
        assert tops[-1] <= last + 1e-6


def test_a_row_stands_at_its_place_when_there_is_room() -> None:
    assert spread([300.0, 500.0], 20, 10, 900) == [300, 500]
