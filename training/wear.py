"""What scanners, cameras, tills and pockets do to a picture; polygons on it move along.

`as_scan` leaves a page flat; `as_photo` folds, bends, shades and tilts it on a table. Both take and
give a picture (RGB) and polygons in its pixels. All chance comes from the generator: a seed wears
the same picture the same way again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.routing.brush import Picture, Rng, scenery
from vouch.schemas.geometry import Polygon, clip_polygon

Field = NDArray[np.float32]
_COARSE = 8
"""Maps of light and of bends are made for every so manieth pixel."""
_WOODS = np.array([[1, 1, 1], [1, 1, 1], [1.2, 0.95, 0.7], [1.3, 0.85, 0.5], [0.85, 0.95, 1.1]])
"""What lies below: grey, brown, cool."""
_LEAST = 450
"""Narrower pictures are not made by taking fewer pixels."""
Worn = tuple[Picture, list[Polygon]]
Wear = Callable[[Rng, Picture, Sequence[Polygon]], Worn]


def as_scan(rng: Rng, picture: Picture, polygons: Sequence[Polygon]) -> Worn:
    """On a scanner's glass: a little tilt, wide margins at times, pale ink, grain."""
    room = float(rng.choice([0.0, 0.02, 0.05, 0.15], p=[0.3, 0.35, 0.25, 0.1]))
    paper = np.full(3, float(rng.choice([255, 252, 245, 238])))
    warp = _warp(rng, picture.shape, tilt=0.5 if rng.random() < 0.5 else 0.0, push=0.0, room=room)
    faded = _faded(rng, picture, most=0.5) if rng.random() < 0.3 else picture
    seen = warp.applied(faded, np.full((*warp.size[::-1], 3), paper, np.float32))
    if rng.random() < 0.3:
        seen = _spotted(rng, seen)
    if rng.random() < 0.12:
        seen = _scribbled(rng, seen)
    if rng.random() < 0.5:
        grey = seen @ np.array([0.299, 0.587, 0.114], np.float32)
        seen = np.repeat(grey[..., None], 3, axis=2)
    return _finished(rng, seen, noise=2.5, blur=0.8), warp.moved(polygons)


def as_photo(rng: Rng, picture: Picture, polygons: Sequence[Polygon]) -> Worn:
    """From a hand-held camera: paper that was folded, on a table, in uneven light."""
    height, width = picture.shape[:2]
    tint = rng.uniform(0.85, 1.0) * np.array([1, rng.uniform(0.96, 1), rng.uniform(0.88, 1.02)])
    paper = picture.astype(np.float32) * tint.astype(np.float32)
    if rng.random() < 0.4:
        paper = _faded(rng, paper, most=0.6)
    bends = _bends(rng, height, width)
    paper *= _large(_creased(rng, height, width, bends), (width, height))[..., None]
    push, room = float(rng.uniform(0.0, 0.05)), float(rng.uniform(-0.01, 0.16))
    warp = _warp(rng, picture.shape, tilt=2.5, push=push, room=room, bends=bends)
    seen = warp.applied(paper, _table(rng, *warp.size))
    seen *= _large(_light(rng, *warp.size), warp.size)[..., None]
    share = max(float(rng.uniform(0.5, 1)), _LEAST / warp.size[0]) if rng.random() < 0.4 else 1.0
    share = min(share, 1.0)
    seen = cv2.resize(seen, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    smaller = [tuple((share * x, share * y) for x, y in one) for one in warp.moved(polygons)]
    return _finished(rng, seen, noise=6.0, blur=1.3), smaller


@dataclass(frozen=True, slots=True)
class Bends:
    """Waves and kinks: how far a point goes aside, by its height; how far down, by its breadth."""

    aside: Field
    down: Field
    folds: tuple[int, ...]
    """Heights at which the paper was folded."""


@dataclass(frozen=True, slots=True)
class Warp:
    """From the flat page to the picture, and back."""

    matrix: NDArray[np.float64]
    size: tuple[int, int]
    """Width and height of the picture."""
    bends: Bends | None

    def applied(self, page: NDArray[np.uint8] | Field, background: Field) -> Field:
        """The page in front of its background."""
        width, height = self.size
        x, y = self._sources(width, height)
        rows, columns = page.shape[:2]
        seen = cv2.remap(
            page.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        inside = np.minimum(np.minimum(x, columns - 1 - x), np.minimum(y, rows - 1 - y))
        share = np.clip(inside + 1.5, 0, 1)[..., None]
        return np.asarray(background + share * (seen - background), np.float32)

    def _sources(self, width: int, height: int) -> tuple[Field, Field]:
        """Where on the page each pixel of the picture comes from."""
        across = np.linspace(0, width - 1, -(-width // _COARSE) + 1)
        along = np.linspace(0, height - 1, -(-height // _COARSE) + 1)
        grid = np.stack(np.meshgrid(across, along), axis=-1).reshape(1, -1, 2)
        points = cv2.perspectiveTransform(grid, np.linalg.inv(self.matrix)).reshape(-1, 2)
        if self.bends is not None:
            x, y = points[:, 0].copy(), points[:, 1].copy()
            points[:, 0] -= _at(self.bends.aside, y)
            points[:, 1] -= _at(self.bends.down, x)
        shape = (len(along), len(across))
        fields = (points[:, axis].reshape(shape).astype(np.float32) for axis in (0, 1))
        x, y = (_stretched(field, (width, height)) for field in fields)
        return x, y

    def moved(self, polygons: Sequence[Polygon]) -> list[Polygon]:
        """Polygons of the page as they lie in the picture."""
        if not polygons:
            return []
        points = np.array([point for polygon in polygons for point in polygon], np.float64)
        if self.bends is not None:
            bent = points.copy()
            for _ in range(4):
                bent[:, 0] = points[:, 0] + _at(self.bends.aside, bent[:, 1])
                bent[:, 1] = points[:, 1] + _at(self.bends.down, bent[:, 0])
            points = bent
        placed = cv2.perspectiveTransform(points.reshape(1, -1, 2), self.matrix).reshape(-1, 2)
        ends = np.cumsum([len(polygon) for polygon in polygons])
        parts = np.split(placed, ends[:-1])
        rounded = (
            tuple((round(float(x), 1), round(float(y), 1)) for x, y in part) for part in parts
        )
        return [clip_polygon(polygon, *self.size) for polygon in rounded]


def _at(shifts: Field, places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.interp(places, np.arange(len(shifts)), shifts)


def _stretched(field: Field, size: tuple[int, int]) -> Field:
    """Values at corners of cells for every pixel between: what `resize` does not align."""
    width, height = size
    x = np.linspace(0, field.shape[1] - 1, width, dtype=np.float32)
    y = np.linspace(0, field.shape[0] - 1, height, dtype=np.float32)
    across, along = np.meshgrid(x, y)
    return np.asarray(cv2.remap(field, across, along, cv2.INTER_LINEAR), np.float32)


def _large(field: Field, size: tuple[int, int]) -> Field:
    return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _warp(
    rng: Rng, shape: tuple[int, ...], tilt: float, push: float, room: float,
    bends: Bends | None = None,
) -> Warp:  # fmt: skip
    """A turn of some degrees, corners pushed by a share of the width, room around."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    middle = corners.mean(axis=0)
    angle = np.deg2rad(rng.normal(0, tilt)) if tilt else 0.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pushed = (corners - middle) @ turn.T + rng.uniform(-push, push, (4, 2)) * width
    # Tall strips would fall out of the picture's sides: it grows with them.
    low, high = pushed.min(axis=0), pushed.max(axis=0)
    around = width * (room + rng.uniform(0, 1, (2, 2)) * abs(room))
    size = np.round(high - low + around.sum(axis=0)).astype(int)
    placed = pushed - low + around[0]
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    return Warp(matrix, (int(size[0]), int(size[1])), bends)


def _bends(rng: Rng, height: int, width: int) -> Bends:
    along, across = np.arange(height), np.arange(width)
    strength = width * float(rng.choice([0.0, 0.002, 0.006]))
    aside = strength * np.sin(along / height * rng.uniform(2, 9) + rng.uniform(0, 6))
    down = 0.8 * strength * np.sin(across / width * rng.uniform(1, 4) + rng.uniform(0, 6))
    folds = tuple(int(rng.uniform(0.1, 0.9) * height) for _ in range(int(rng.integers(0, 4))))
    for fold in folds:
        aside = aside + np.maximum(along - fold, 0) * rng.normal(0, 0.006)
    return Bends(aside.astype(np.float32), down.astype(np.float32), folds)


def _creased(rng: Rng, height: int, width: int, bends: Bends) -> Field:
    """Light on folds and crumpled paper, coarse."""
    rows, columns = max(height // _COARSE, 2), max(width // _COARSE, 2)
    light = np.ones((rows, columns), np.float32)
    for fold in bends.folds:
        at = fold / height * rows
        away = np.arange(rows) - at
        step = rng.normal(0, 0.08) * np.exp(-np.abs(away) / rng.uniform(3, 25)) * np.sign(away)
        light *= (1 + step - 0.12 * (np.abs(away) < 0.6))[:, None].astype(np.float32)
    for _ in range(int(rng.choice([0, 0, 2, 6, 12]))):
        x, y, turn = rng.uniform(0, columns), rng.uniform(0, rows), rng.uniform(0, np.pi)
        across, along = np.meshgrid(np.arange(columns) - x, np.arange(rows) - y)
        away = across * np.sin(turn) + along * np.cos(turn)
        near = np.exp(-(across**2 + along**2) / (2 * rng.uniform(5, 40) ** 2))
        light += (rng.normal(0, 0.1) * np.tanh(away) * near * np.exp(-np.abs(away) / 5)).astype(
            np.float32
        )
    return np.asarray(np.clip(light, 0.5, 1.25), np.float32)


def _light(rng: Rng, width: int, height: int) -> Field:
    """A lamp to one side, perhaps a shadow with a soft edge, coarse."""
    rows, columns = max(height // _COARSE, 2), max(width // _COARSE, 2)
    across, along = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    turn = rng.uniform(0, 2 * np.pi)
    slope = across * np.cos(turn) + along * np.sin(turn)
    light = rng.uniform(0.72, 1.0) + rng.uniform(0, 0.2) * slope
    if rng.random() < 0.4:
        turn, at, soft = rng.uniform(0, 2 * np.pi), rng.uniform(-0.6, 0.6), rng.uniform(0.02, 0.3)
        edge = across * np.cos(turn) + along * np.sin(turn) - at
        light *= 1 - rng.uniform(0.12, 0.45) / (1 + np.exp(np.clip(edge / soft, -30, 30)))
    return np.asarray(np.clip(light, 0.25, 1.1), np.float32)


def _faded(rng: Rng, picture: NDArray[np.uint8] | Field, most: float) -> Field:
    """Thermal ink that light and warmth have bleached: all over, in bands, in streaks."""
    height, width = picture.shape[:2]
    kept = np.full(
        (max(height // 16, 2), max(width // 16, 2)), 1 - rng.uniform(0, most), np.float32
    )
    along = np.linspace(0, rng.uniform(3, 12), kept.shape[0])
    kept *= (1 - rng.uniform(0, 0.35) * (0.5 + 0.5 * np.sin(along + rng.uniform(0, 6))))[:, None]
    share = _large(kept.astype(np.float32), (width, height))
    for _ in range(int(rng.choice([0, 0, 0, 1, 2]))):
        at = int(rng.integers(0, width))
        share[:, at : at + int(rng.integers(1, 4))] *= 0.3
    return np.asarray(255 - (255 - picture.astype(np.float32)) * share[..., None], np.float32)


def _table(rng: Rng, width: int, height: int) -> Field:
    """What the paper lies on: wood, cloth, plain or black."""
    small = scenery(rng, max(width // 3, 8), max(height // 3, 8)).astype(np.float32)
    grey = small.mean(axis=2, keepdims=True) * rng.choice(_WOODS).astype(np.float32)
    small = grey + float(rng.uniform(0, 0.5)) * (small - grey)
    kind = rng.random()
    if kind < 0.25:
        small = small * 0.12
    elif kind < 0.5:
        small = cv2.blur(small, (1, 31)) if kind < 0.38 else cv2.blur(small, (31, 1))
    elif kind < 0.7:
        small = small.mean(axis=(0, 1)) + 0.15 * (small - small.mean(axis=(0, 1)))
    return _large(small, (width, height))


def _spotted(rng: Rng, seen: Field) -> Field:
    """Dust and dirt on the glass."""
    height, width = seen.shape[:2]
    for _ in range(int(rng.integers(2, 30))):
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(seen, at, int(rng.choice([0, 1, 1, 2])), (90, 90, 90), -1)
    return seen


def _scribbled(rng: Rng, seen: Field) -> Field:
    """A note or a ring by hand."""
    height, width = seen.shape[:2]
    turns = np.linspace(0, rng.uniform(5, 25), 60)
    along = np.cumsum(rng.uniform(0, 0.006 * width, 60)) * rng.choice([0, 1])
    x = rng.uniform(0.2, 0.8) * width + along + rng.uniform(0.02, 0.1) * width * np.cos(turns)
    y = rng.uniform(0.05, 0.95) * height + rng.uniform(0.02, 0.06) * width * np.sin(
        turns * rng.uniform(0.8, 1.2)
    )
    ink = tuple(float(level) for level in rng.choice([[40, 40, 40], [40, 50, 140], [150, 40, 40]]))
    points = np.stack([x, y], axis=-1).astype(np.int32)
    cv2.polylines(seen, [points], isClosed=False, color=ink, thickness=2, lineType=cv2.LINE_AA)
    return seen


def _finished(rng: Rng, seen: Field, noise: float, blur: float) -> Picture:
    """Out of focus, shaken, grainy, as JPEG."""
    seen = _blurred(rng, seen, blur)
    if rng.random() < 0.15:
        seen = _shaken(rng, seen)
    tile = rng.normal(0, noise * rng.uniform(0.1, 1.2), (256, 256)).astype(np.float32)
    repeats = (-(-seen.shape[0] // 256), -(-seen.shape[1] // 256))
    grain = np.tile(tile, repeats)[: seen.shape[0], : seen.shape[1], None]
    clear = np.clip(seen + grain, 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(32, 95))]
    _, code = cv2.imencode(".jpg", cv2.cvtColor(clear, cv2.COLOR_RGB2BGR), quality)
    return np.asarray(
        cv2.cvtColor(cv2.imdecode(code, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8
    )


def _blurred(rng: Rng, field: Field, most: float) -> Field:
    sigma = float(rng.uniform(0.2, most))
    return field if sigma < 0.35 else np.asarray(cv2.GaussianBlur(field, (0, 0), sigma), np.float32)


def _shaken(rng: Rng, field: Field) -> Field:
    length, across = int(rng.integers(2, 5)), rng.random() < 0.5
    return np.asarray(cv2.blur(field, (length, 1) if across else (1, length)), np.float32)
