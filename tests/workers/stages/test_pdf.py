"""PDF pages: pixels, words and pictures as a person sees them, whatever /Rotate and CropBox say."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.workers.stages.pdfs import (
    assemble,
    encrypted_pdf,
    form_pdf,
    page_pdf,
    stream,
    text_at,
)
from vouch.schemas.errors import (
    EmptyUpload,
    PasswordProtected,
    TooManyPages,
    TooManyPixels,
    UnreadableDocument,
)
from vouch.workers.stages.decoded import Box, DecodedPage, DecodeLimits
from vouch.workers.stages.pdf import decode_pdf

LIMITS = DecodeLimits(
    max_pages=5,
    max_pixels_page=20_000_000,
    max_pixels_document=30_000_000,
    pdf_dpi=144,
    seconds=10,
    memory=1 << 31,
)
MEDIA = (0.0, 0.0, 300.0, 200.0)
CROP = (40.0, 30.0, 260.0, 190.0)
TURNS = [0, 90, 180, 270]
NEAR = 2.0
"""Pixels by which anti-aliased ink may differ from an outline."""


def only_page(content: bytes, limits: DecodeLimits = LIMITS) -> DecodedPage:
    (page,) = decode_pdf(content, limits)
    return page


def ink(page: DecodedPage) -> NDArray[np.bool_]:
    pixels = np.frombuffer(page.pixels, np.uint8).reshape(page.height, page.width, 3)
    return np.asarray(pixels.min(axis=2) < 128)


def ink_box(page: DecodedPage) -> Box:
    rows, columns = np.nonzero(ink(page))
    return (
        float(columns.min()),
        float(rows.min()),
        float(columns.max()) + 1,
        float(rows.max()) + 1,
    )


def union(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("crop", [None, CROP])
def test_words_lie_exactly_on_their_ink(rotate: int, crop: Box | None) -> None:
    content = text_at(80, 120, "TOTAL 12.00") + text_at(90, 60, "CASH", size=20)
    page = only_page(page_pdf(content, MEDIA, crop, rotate))
    assert [text for text, _ in page.words] == ["TOTAL", "12.00", "CASH"]
    assert union(box for _, box in page.words) == pytest.approx(ink_box(page), abs=NEAR)
    outside = ink(page)
    for _, (left, top, right, bottom) in page.words:
        cut = np.s_[
            round(top - NEAR) : round(bottom + NEAR), round(left - NEAR) : round(right + NEAR)
        ]
        assert outside[cut].any()
        outside[cut] = False
    assert not outside.any()


@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("crop", [None, CROP])
def test_pictures_lie_exactly_on_their_ink(rotate: int, crop: Box | None) -> None:
    page = only_page(page_pdf(b"q 60 0 0 30 100 90 cm /Im1 Do Q", MEDIA, crop, rotate))
    (box,) = page.pictures
    assert box == pytest.approx(ink_box(page), abs=NEAR)


@pytest.mark.parametrize("rotate", TURNS)
def test_a_picture_inside_a_form_is_found_where_it_is_painted(rotate: int) -> None:
    page = only_page(page_pdf(b"q 60 0 0 30 20 10 cm /Fm1 Do Q", MEDIA, None, rotate))
    (box,) = page.pictures
    assert box == pytest.approx(ink_box(page), abs=NEAR)


@given(
    x=st.floats(50, 150),
    y=st.floats(50, 150),
    rotate=st.sampled_from(TURNS),
    left=st.floats(-100, 45),
    bottom=st.floats(-100, 45),
)
@settings(max_examples=40, deadline=None)
def test_words_stay_on_their_ink_wherever_the_page_begins(
    x: float, y: float, rotate: int, left: float, bottom: float
) -> None:
    media = (left, bottom, 300.0, 250.0)
    page = only_page(page_pdf(text_at(x, y, "WORD"), media, None, rotate))
    assert page.words[0][1] == pytest.approx(ink_box(page), abs=NEAR)


def test_words_outside_the_crop_box_are_not_on_the_page() -> None:
    content = text_at(80, 120, "INSIDE") + text_at(5, 5, "OUT", size=8)
    page = only_page(page_pdf(content, MEDIA, CROP))
    assert [text for text, _ in page.words] == ["INSIDE"]


def test_invisible_text_is_left_out() -> None:
    page = only_page(page_pdf(b"3 Tr\n" + text_at(80, 120, "HIDDEN")))
    assert page.words == ()


def test_a_filled_form_field_is_painted() -> None:
    page = only_page(form_pdf(b"0 g 10 5 80 10 re f"))
    # (60, 55) to (140, 65) of 300 × 200 points, y upwards, two pixels a point
    assert ink_box(page) == pytest.approx((120, 270, 280, 290), abs=NEAR)


def test_pages_have_the_stated_dpi() -> None:
    page = only_page(page_pdf(b""))
    assert (page.width, page.height, page.dpi) == (600, 400, 144)


def test_a_poster_is_rendered_at_a_lower_dpi() -> None:
    page = only_page(page_pdf(b"", media=(0, 0, 3000, 4000)))
    assert page.dpi is not None
    assert 72 <= page.dpi < 144
    assert page.width * page.height <= 16_000_000


def test_a_giant_sheet_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        only_page(page_pdf(b"", media=(0, 0, 14_400, 14_400)))


@given(width=st.floats(1, 14_400), height=st.floats(1, 14_400), most=st.integers(1_000, 500_000))
@settings(max_examples=60, deadline=None)
def test_no_page_has_more_pixels_than_allowed(width: float, height: float, most: int) -> None:
    limits = replace(LIMITS, max_pixels_page=most)
    try:
        page = only_page(page_pdf(b"", media=(0, 0, width, height)), limits)
    except TooManyPixels:
        assert (width + 1) * (height + 1) > most
    else:
        assert page.width * page.height <= most


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(TooManyPages):
        list(decode_pdf(page_pdf(b"", pages=6), LIMITS))


def test_too_many_pixels_in_all_are_refused_before_a_page_is_rendered() -> None:
    pages = decode_pdf(page_pdf(b"", media=(0, 0, 1500, 1500), pages=4), LIMITS)
    with pytest.raises(TooManyPixels):
        next(pages)


def test_a_pdf_without_pages_is_empty() -> None:
    nothing = assemble(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    )
    with pytest.raises(EmptyUpload):
        list(decode_pdf(nothing, LIMITS))


def test_a_password_is_asked_for() -> None:
    with pytest.raises(PasswordProtected):
        list(decode_pdf(encrypted_pdf(user=b"secret"), LIMITS))


def test_an_empty_password_is_tried() -> None:
    assert only_page(encrypted_pdf(user=b"")).width == 144


def test_a_damaged_pdf_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument):
        list(decode_pdf(b"%PDF-1.7\n" + stream(b"nothing else"), LIMITS))
