"""Two pictures of a calibration, as SVG that stands in a page: is it honest, and does it rank."""

from collections.abc import Sequence

from vouch.evals.calibration import Scored, accuracies, binned
from vouch.schemas.geometry import Point

SIDE = 260
MARGIN = 34
BINS = 10


def reliability(scored: Sequence[Scored]) -> str:
    """Share of right values against confidence, a dot a bin, its area by how many it holds."""
    dots = "".join(
        _dot(
            (sum(c for c, _ in held) / len(held), sum(right for _, right in held) / len(held)),
            radius=2 + 12 * (len(held) / len(scored)) ** 0.5,
        )
        for held in binned(scored, BINS)
        if held
    )
    return _frame("Reliability", "confidence", "right", _path([(0, 0), (1, 1)], "4 4") + dots)


def risk_coverage(scored: Sequence[Scored]) -> str:
    """Share of right values among the most confident ones, for every share of them that is kept."""
    kept = accuracies(scored)
    points = [(count / len(kept), share) for count, share in enumerate(kept, 1)]
    return _frame("Accuracy by coverage", "coverage", "right", _path(points))


def _at(point: Point) -> Point:
    """Fractions, y upwards → SVG units."""
    return (MARGIN + point[0] * SIDE, MARGIN + (1 - point[1]) * SIDE)


def _path(points: Sequence[Point], dashes: str = "none") -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_at, points))
    return f"<polyline points='{line}' fill='none' stroke='#2563eb' stroke-dasharray='{dashes}'/>"


def _dot(point: Point, radius: float) -> str:
    x, y = _at(point)
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='#2563eb' opacity='.6'/>"


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f"<text x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}'>{words}</text>"


def _frame(title: str, across: str, up: str, inside: str) -> str:
    whole = SIDE + 2 * MARGIN
    ticks = "".join(
        _text(_at((share, 0))[0], whole - MARGIN + 14, f"{share:g}", "middle")
        + _text(MARGIN - 5, _at((0, share))[1] + 4, f"{share:g}", "end")
        for share in (0, 0.5, 1)
    )
    return (
        f"<svg width='{whole}' height='{whole}' font-size='11' role='img' aria-label='{title}'>"
        f"<rect x='{MARGIN}' y='{MARGIN}' width='{SIDE}' height='{SIDE}'"
        " fill='none' stroke='#aaa'/>"
        f"{_text(MARGIN, 18, f'{title}: {up} against {across}')}{ticks}{inside}</svg>"
    )
