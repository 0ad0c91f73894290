"""Points, boxes, polygons and the transforms between the frames of one page.

Two frames matter. The *upload frame* is the page as the person sees it (EXIF turn applied, PDF page
rendered): what callers get. The *upright frame* is the page turned so that text runs left to right:
what readers use. A `Transform` carries upright pixels to upload pixels.
"""

from collections.abc import Iterable
from typing import Self

from vouch.schemas.value import Value

Point = tuple[float, float]
Polygon = tuple[Point, ...]


class Bbox(Value):
    """An axis-aligned box in pixels; x grows to the right, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> Point:
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (self.left, self.top, self.right, self.bottom)

    @property
    def polygon(self) -> Polygon:
        """The four corners, clockwise from the top left."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )

    @classmethod
    def of(cls, sides: tuple[float, float, float, float]) -> Self:
        """The box with these sides: left, top, right, bottom."""
        left, top, right, bottom = sides
        return cls(left=left, top=top, right=right, bottom=bottom)

    @classmethod
    def around(cls, points: Iterable[Point]) -> Self:
        """The smallest box that holds all points. ValueError when there are none."""
        xs, ys = zip(*points, strict=True)
        return cls(left=min(xs), top=min(ys), right=max(xs), bottom=max(ys))

    @classmethod
    def union(cls, boxes: Iterable["Bbox"]) -> Self:
        """The smallest box that holds all boxes. ValueError when there are none."""
        return cls.around(point for box in boxes for point in box.polygon)

    def intersection(self, other: "Bbox") -> float:
        """Shared area in square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def iou(self, other: "Bbox") -> float:
        """Intersection over union, in [0, 1]; 0 when both boxes are empty."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        return min(shared / union, 1.0) if union > 0 else 0.0

    def containment(self, other: "Bbox") -> float:
        """The share of this box that lies inside `other`, in [0, 1]."""
        return min(self.intersection(other) / self.area, 1.0) if self.area > 0 else 0.0


class Transform(Value):
    """An affine map (x, y) → (a·x + b·y + c, d·x + e·y + f), in pixels."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def point(self, point: Point) -> Point:
        x, y = point
        return (self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f)

    def polygon(self, polygon: Polygon) -> Polygon:
        return tuple(self.point(point) for point in polygon)

    def inverse(self) -> "Transform":
        """The way back. ValueError when the map is singular."""
        determinant = self.a * self.e - self.b * self.d
        if determinant == 0:
            raise ValueError("a singular transform has no inverse")
        a, b = self.e / determinant, -self.b / determinant
        d, e = -self.d / determinant, self.a / determinant
        return Transform(
            a=a, b=b, c=-(a * self.c + b * self.f), d=d, e=e, f=-(d * self.c + e * self.f)
        )

    @classmethod
    def from_upright(cls, turn: int, width: float, height: float) -> Self:
        """Upright → upload for an upload of width × height pixels that was turned by `turn`.

        `turn` is how far, in degrees counter-clockwise (0, 90, 180, 270; `numpy.rot90` with
        k = turn / 90), the uploaded page had to be turned to stand upright.
        """
        match turn:
            case 0:
                return cls()
            case 90:
                return cls(a=0, b=-1, c=width, d=1, e=0, f=0)
            case 180:
                return cls(a=-1, b=0, c=width, d=0, e=-1, f=height)
            case 270:
                return cls(a=0, b=1, c=0, d=-1, e=0, f=height)
        raise ValueError(f"a page turns by quarter turns, not by {turn!r} degrees")


def clip_polygon(polygon: Polygon, width: float, height: float) -> Polygon:
    """The polygon with every point moved inside a page of width × height pixels."""
    return tuple((min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in polygon)
