"""Each kind of wear is noticed where it is, the more the worse; clean pages have no issue."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from tests.workers.stages.wear import (
    blurred,
    dimmed,
    faded,
    noisy,
    pixels,
    printed_page,
    tokens_of,
    with_reflection,
)
from vouch.schemas.document import Issue, Quality
from vouch.schemas.geometry import Bbox, Transform
from vouch.workers.images import RgbImage
from vouch.workers.stages.assess import assess, assess_text
from vouch.workers.stages.severity import graded

PAGE = printed_page()


def issue_of(quality: Quality, code: str) -> Issue | None:
    return next((issue for issue in quality.issues if issue.code == code), None)


def severity_of(quality: Quality, code: str) -> float:
    issue = issue_of(quality, code)
    return issue.severity if issue else 0.0


def codes(page: Image.Image) -> set[str]:
    return {issue.code for issue in assess(pixels(page)).issues}


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        printed_page(paper=255),
        printed_page(paper=20, ink=220),
        printed_page(300, 400, letter=12),
        printed_page(1800, 2400, letter=52),
        printed_page(angle=2),
        noisy(PAGE, 8),
        dimmed(PAGE, 0.6),
        faded(PAGE, 0.3),
    ],
    ids=["plain", "white", "dark screen", "small", "large", "hand-held", "noise", "dusk", "pale"],
)
def test_a_good_page_has_no_issue(page: Image.Image) -> None:
    assert codes(page) == set()


def test_sharpness_does_not_depend_on_resolution() -> None:
    large = printed_page(1800, 2400, letter=52)
    for width in (1800, 900, 450):
        page = large.resize((width, width * 4 // 3), Image.Resampling.LANCZOS)
        assert assess(pixels(page)).sharpness > 0.8


@pytest.mark.parametrize(
    ("code", "worn", "amounts"),
    [
        ("blurred", blurred, (0, 4, 5, 6)),
        ("dark", dimmed, (0.6, 0.4, 0.3, 0.2)),
        ("low_contrast", faded, (0.3, 0.75, 0.8, 0.9)),
        ("skewed", lambda _, angle: printed_page(angle=angle), (0, 8, 12, 18)),
        ("skewed", lambda _, angle: printed_page(angle=angle), (0, -8, -12, -18)),
        ("glare", lambda page, size: with_reflection(page, (450, 600), size), (1, 80, 120, 200)),
        (
            "overexposed",
            lambda _, share: faded(printed_page(paper=255), share),
            (0.3, 0.8, 0.85, 0.9),
        ),
    ],
)
def test_worse_wear_is_more_severe(
    code: str, worn: Callable[[Image.Image, float], Image.Image], amounts: Sequence[float]
) -> None:
    severities = [severity_of(assess(pixels(worn(PAGE, amount))), code) for amount in amounts]
    assert severities[0] == 0
    assert severities[-1] > 0.5
    assert all(better < worse for better, worse in pairwise(severities))


def test_sharpness_falls_with_blur() -> None:
    values = [assess(pixels(blurred(PAGE, radius))).sharpness for radius in (0, 1, 2, 3, 4, 6)]
    assert values == sorted(values, reverse=True)


def test_a_blurred_part_is_named_by_its_place() -> None:
    quality = assess(pixels(blurred(PAGE, 6, (0, 750, 900, 1200))))
    assert quality.sharpness_lowest_tile < 0.3 < quality.sharpness
    region = issue_of(quality, "blurred_region")
    assert region is not None
    assert region.polygon is not None
    assert Bbox.around(region.polygon).iou(Bbox(left=0, top=750, right=900, bottom=1200)) > 0.7


def test_glare_is_named_by_its_place() -> None:
    quality = assess(pixels(with_reflection(PAGE, (300, 800), 120)))
    spot = issue_of(quality, "glare")
    assert spot is not None
    assert spot.polygon is not None
    assert Bbox.around(spot.polygon).centre == pytest.approx((300, 800), abs=20)
    assert 0 < quality.glare < 0.1


def test_white_paper_is_not_glare() -> None:
    assert assess(pixels(with_reflection(printed_page(paper=255), (450, 600), 150))).glare == 0


def test_a_white_box_on_a_grey_screen_is_not_glare() -> None:
    page = PAGE.copy()
    page.paste("white", (300, 400, 600, 700))
    assert assess(pixels(page)).glare == 0


@pytest.mark.parametrize("angle", [-15, -6, -1.5, 0, 3, 10, 17])
@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_skew_is_measured_on_upright_and_turned_pages(angle: float, quarter: int) -> None:
    page = printed_page(angle=angle).rotate(quarter, expand=True)
    assert assess(pixels(page)).skew == pytest.approx(angle, abs=0.3)


@pytest.mark.parametrize(
    "page",
    [
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (3, 4000), "white"),
        Image.new("RGB", (800, 600), "white"),
        Image.new("RGB", (800, 600), "black"),
    ],
)
def test_a_page_without_anything_has_no_text(page: Image.Image) -> None:
    quality = assess(pixels(page))
    assert not quality.has_text
    assert [issue.code for issue in quality.issues] == ["no_text"]


@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 90), st.integers(1, 90), st.just(3)),
        elements=st.integers(0, 255),
    )
)
@settings(deadline=None, max_examples=60)
def test_any_picture_can_be_assessed(image: RgbImage) -> None:
    quality = assess(image)
    for share in (
        quality.sharpness,
        quality.exposure,
        quality.contrast,
        quality.glare,
        quality.cropped,
    ):
        assert 0 <= share <= 1
    assert 0 <= quality.sharpness_lowest_tile <= quality.sharpness
    for issue in quality.issues:
        assert 0 < issue.severity <= 1
        for x, y in issue.polygon or ():
            assert 0 <= x <= image.shape[1] + 0.01
            assert 0 <= y <= image.shape[0] + 0.01


WORDS = [Bbox(left=100, top=y, right=400, bottom=y + 30) for y in range(100, 1000, 100)]


def test_text_height_and_skew_come_from_the_words() -> None:
    quality = assess_text(assess(pixels(PAGE)), tokens_of(WORDS))
    assert quality.text_height == pytest.approx(30)
    assert quality.skew == pytest.approx(0)
    assert quality.issues == ()


def test_text_height_is_in_upload_pixels() -> None:
    enlarged = tokens_of(WORDS, transform=Transform(a=0.5, e=0.5))
    assert assess_text(assess(pixels(PAGE)), enlarged).text_height == pytest.approx(15)


@given(st.floats(2, 30), st.floats(2, 30))
def test_smaller_text_is_never_less_severe(first: float, second: float) -> None:
    quality = assess(pixels(Image.new("RGB", (9, 9))))
    small, large = sorted((first, second))
    severities = [
        severity_of(
            assess_text(quality, tokens_of([Bbox(left=50, top=50, right=90, bottom=50 + height)])),
            "small_text",
        )
        for height in (small, large)
    ]
    assert severities[0] >= severities[1]


def test_no_words_is_no_text() -> None:
    quality = assess_text(assess(pixels(PAGE)), tokens_of([]))
    assert not quality.has_text
    assert issue_of(quality, "no_text") is not None


def test_words_overrule_a_page_that_looked_empty() -> None:
    quality = assess_text(assess(pixels(Image.new("RGB", (900, 1200), "white"))), tokens_of(WORDS))
    assert quality.has_text
    assert issue_of(quality, "no_text") is None


def test_words_cut_by_the_border_are_cropped_there() -> None:
    seen = assess(pixels(PAGE.crop((0, 0, 900, 430))))
    cut = [
        Bbox(left=100, top=410, right=700, bottom=430),
        Bbox(left=100, top=100, right=300, bottom=125),
    ]
    quality = assess_text(seen, tokens_of(cut, height=430))
    issue = issue_of(quality, "cropped")
    assert issue is not None
    assert issue.polygon == cut[0].polygon
    assert 0 < quality.cropped < 0.3


def test_words_inside_the_page_are_not_cropped() -> None:
    quality = assess_text(assess(pixels(PAGE)), tokens_of(WORDS))
    assert quality.cropped == 0


def test_blur_behind_the_text_is_left_out() -> None:
    behind = Issue(
        code="blurred_region",
        severity=0.5,
        polygon=Bbox(left=600, top=0, right=900, bottom=300).polygon,
    )
    below = Issue(
        code="blurred_region",
        severity=0.5,
        polygon=Bbox(left=0, top=1000, right=450, bottom=1200).polygon,
    )
    seen = assess(pixels(PAGE)).model_copy(update={"issues": (behind, below)})
    assert assess_text(seen, tokens_of(WORDS)).issues == (below,)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0.1, 100))
def test_severity_is_monotone(first: float, second: float, start: float, span: float) -> None:
    low, high = sorted((first, second))
    assert 0 <= graded(low, start, start + span) <= graded(high, start, start + span) <= 1
