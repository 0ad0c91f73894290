"""How much two polygons overlap: whether evidence points at a labelled region."""

from collections.abc import Iterable

from vouch.schemas.geometry import Point, Polygon


def _cross(origin: Point, one: Point, two: Point) -> float:
    """Twice the signed area of the triangle; positive when it turns clockwise on the screen."""
    return (one[0] - origin[0]) * (two[1] - origin[1]) - (one[1] - origin[1]) * (two[0] - origin[0])


def convex_hull(points: Iterable[Point]) -> Polygon:
    """Andrew's monotone chain."""
    ordered = sorted(set(points))
    return (*_chain(ordered), *_chain(ordered[::-1])) if len(ordered) > 2 else tuple(ordered)


def _chain(points: list[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _cross(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def area(polygon: Polygon) -> float:
    """The shoelace formula, in square pixels."""
    return abs(sum(_cross((0, 0), one, two) for one, two in _edges(polygon))) / 2


def _edges(polygon: Polygon) -> Iterable[tuple[Point, Point]]:
    return zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)


def intersection(one: Polygon, two: Polygon) -> float:
    """Shared area of two convex hulls, by Sutherland and Hodgman's clipping."""
    left: list[Point] = list(convex_hull(one))
    for edge in _edges(convex_hull(two)):
        left = _clip(left, *edge)
    return area(tuple(left))


def _clip(polygon: list[Point], start: Point, end: Point) -> list[Point]:
    kept: list[Point] = []
    for one, two in _edges(tuple(polygon)):
        before, after = _cross(start, end, one), _cross(start, end, two)
        if before >= 0:
            kept.append(one)
        if before * after < 0:
            share = before / (before - after)
            kept.append((one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])))
    return kept


def iou(one: Polygon, two: Polygon) -> float:
    """Intersection over union of the hulls, in [0, 1]; 0 when both are empty."""
    shared = intersection(one, two)
    union = area(convex_hull(one)) + area(convex_hull(two)) - shared
    return min(shared / union, 1.0) if union > 0 else 0.0


def containment(inner: Polygon, outer: Polygon) -> float:
    """The share of `inner` that lies inside `outer`, in [0, 1]."""
    whole = area(convex_hull(inner))
    return min(intersection(inner, outer) / whole, 1.0) if whole > 0 else 0.0


def points_at(evidence: Polygon, region: Polygon) -> bool:
    """The bar of design.md: IoU of at least 0.5, or 0.7 of the evidence inside the region."""
    return iou(evidence, region) >= 0.5 or containment(evidence, region) >= 0.7
