"""Polygon overlap: hand-computed shapes and the laws of IoU and containment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.overlap import area, containment, convex_hull, intersection, iou, points_at
from vouch.schemas.geometry import Bbox, Polygon

coordinate = st.integers(0, 200).map(float)
polygons = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8).map(tuple)


def box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return Bbox(left=left, top=top, right=right, bottom=bottom).polygon


def test_a_quarter_shared() -> None:
    assert intersection(box(0, 0, 10, 10), box(5, 5, 15, 15)) == pytest.approx(25)
    assert iou(box(0, 0, 10, 10), box(5, 5, 15, 15)) == pytest.approx(25 / 175)
    assert containment(box(0, 0, 10, 10), box(5, 5, 15, 15)) == pytest.approx(0.25)


def test_a_diamond_in_its_square() -> None:
    diamond = ((5.0, 0.0), (10.0, 5.0), (5.0, 10.0), (0.0, 5.0))
    assert iou(diamond, box(0, 0, 10, 10)) == pytest.approx(0.5)


def test_a_word_inside_its_labelled_line_points_at_it() -> None:
    assert points_at(box(80, 10, 110, 20), box(0, 8, 120, 22))
    assert not points_at(box(0, 8, 120, 22), box(80, 10, 110, 20))
    assert not points_at(box(80, 40, 110, 50), box(0, 8, 120, 22))


def test_a_line_has_no_area() -> None:
    flat = ((0.0, 0.0), (5.0, 0.0), (9.0, 0.0))
    assert iou(flat, flat) == 0
    assert containment(flat, box(0, 0, 10, 10)) == 0


@given(polygons, polygons)
def test_iou_is_symmetric_and_between_0_and_1(one: Polygon, two: Polygon) -> None:
    assert 0 <= iou(one, two) <= 1
    assert iou(one, two) == pytest.approx(iou(two, one), abs=1e-6)


@given(polygons)
def test_a_polygon_overlaps_itself_wholly(polygon: Polygon) -> None:
    if area(convex_hull(polygon)) > 1:
        assert iou(polygon, polygon) == pytest.approx(1)
        assert containment(polygon, polygon) == pytest.approx(1)


@given(st.tuples(*[coordinate] * 4), st.tuples(*[coordinate] * 4))
def test_boxes_agree_with_the_boxes_own_iou(
    one: tuple[float, float, float, float], two: tuple[float, float, float, float]
) -> None:
    boxes = [
        Bbox(left=min(a, c), top=min(b, d), right=max(a, c), bottom=max(b, d))
        for a, b, c, d in (one, two)
    ]
    assert iou(boxes[0].polygon, boxes[1].polygon) == pytest.approx(
        boxes[0].iou(boxes[1]), abs=1e-9
    )
