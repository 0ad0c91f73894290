import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.geometry import Bbox, Transform, clip_polygon

coordinates = st.floats(min_value=-10_000, max_value=10_000)
lengths = st.floats(min_value=0, max_value=10_000)


@st.composite
def boxes(draw: st.DrawFn) -> Bbox:
    left, top = draw(coordinates), draw(coordinates)
    return Bbox(left=left, top=top, right=left + draw(lengths), bottom=top + draw(lengths))


@given(boxes(), boxes())
def test_iou_is_symmetric_and_a_share(one: Bbox, other: Bbox) -> None:
    assert one.iou(other) == pytest.approx(other.iou(one))
    assert 0.0 <= one.iou(other) <= 1.0


@given(boxes(), boxes())
def test_union_contains_both(one: Bbox, other: Bbox) -> None:
    union = Bbox.union([one, other])
    for box in (one, other):
        assert box.containment(union) == pytest.approx(1.0) or box.area == 0


@given(
    st.sampled_from([0, 90, 180, 270]),
    st.integers(1, 5000),
    st.integers(1, 5000),
    coordinates,
    coordinates,
)
def test_upright_transform_round_trips(
    turn: int, width: int, height: int, x: float, y: float
) -> None:
    transform = Transform.from_upright(turn, width, height)
    back = transform.inverse().point(transform.point((x, y)))
    assert back == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_upright_page_maps_onto_the_whole_upload(turn: int) -> None:
    width, height = 40.0, 30.0
    upright = (width, height) if turn in (0, 180) else (height, width)
    page = Bbox(left=0, top=0, right=upright[0], bottom=upright[1])
    corners = Transform.from_upright(turn, width, height).polygon(page.polygon)
    assert set(corners) == {(0, 0), (width, 0), (width, height), (0, height)}


def test_pages_turn_by_quarter_turns_only() -> None:
    with pytest.raises(ValueError, match="quarter turns"):
        Transform.from_upright(45, 10, 10)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=1))
def test_clipped_polygon_lies_inside_its_page(points: list[tuple[float, float]]) -> None:
    clipped = clip_polygon(tuple(points), 100, 50)
    assert all(0 <= x <= 100 and 0 <= y <= 50 for x, y in clipped)
