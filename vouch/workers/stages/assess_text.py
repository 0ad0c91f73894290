"""Stage `assess`, second half: what only the read text can tell about a page's quality."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from vouch.schemas.document import Issue, Quality
from vouch.schemas.geometry import Bbox, Point, Polygon
from vouch.schemas.text import PageTokens, Token
from vouch.workers.stages.severity import graded

_REFINED = frozenset({"no_text", "skewed", "small_text", "cropped"})
"""Issues that the text decides anew."""
_LONG_RUN = 4.0
"""Length of a run over its height from which its direction means something."""
_TOUCHES = 0.2
"""Share of a line's height: text this near to the border may go on beyond it."""
_SURE = 0.6
"""OCR's score from which a word at the border is a word."""
_READABLE_LINE, _LOST_LINE = 13.0, 5.0
"""Pixels of line height at which OCR begins to misread, and at which nothing can be read."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that were read in one piece."""

    start: Point
    end: Point
    """Middles of its left and right side, pixels."""
    height: float

    @property
    def length(self) -> float:
        return math.dist(self.start, self.end)

    @property
    def rise(self) -> float:
        """Degrees; positive when the run climbs."""
        return math.degrees(math.atan2(self.start[1] - self.end[1], self.end[0] - self.start[0]))


def assess_text(quality: Quality, tokens: PageTokens) -> Quality:
    """The quality, completed by what was read: text height, exact skew, cut-off and missing text.

    Lengths and polygons are in upload pixels.
    """
    kept = [issue for issue in quality.issues if issue.code not in _REFINED]
    if not tokens.tokens:
        missing = Issue(code="no_text", severity=1.0)
        return quality.model_copy(
            update={"has_text": False, "text_height": None, "issues": (*kept, missing)}
        )
    runs = [_run(list(words)) for _, words in groupby(tokens.tokens, key=lambda word: word.run)]
    line = median(run.height for run in runs)
    measured = _skew(runs)
    skew = measured if measured is not None else quality.skew
    # Ink must cross the border as well: OCR's boxes are a little larger than the words.
    sides = _cut_sides(tokens, _TOUCHES * line) if quality.cropped > 0 else []
    border = 2 * (tokens.width + tokens.height)
    text_height = line * _enlargement(tokens)
    issues = (
        *(issue for issue in kept if _is_about_text(issue, tokens)),
        *_text_issues(skew, text_height),
        *_cropped(tokens, sides),
    )
    return quality.model_copy(
        update={
            "has_text": True,
            "skew": skew,
            "text_height": text_height,
            "cropped": min(sum(side.beside for side in sides) / border, quality.cropped),
            "issues": issues,
        }
    )


def _run(words: Sequence[Token]) -> _Run:
    first, last = _corners(words[0]), _corners(words[-1])
    return _Run(
        start=_middle(first[0], first[3]),
        end=_middle(last[1], last[2]),
        height=median(math.dist(corners[0], corners[3]) for corners in map(_corners, words)),
    )


def _corners(token: Token) -> Polygon:
    """Four corners, clockwise from the top left."""
    return token.polygon if len(token.polygon) == 4 else token.bbox.polygon


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _skew(runs: Iterable[_Run]) -> float | None:
    """Median rise of the long runs; None when no run is long."""
    rises = [run.rise for run in runs if run.length >= _LONG_RUN * run.height]
    return round(median(rises), 2) + 0.0 if rises else None


def _enlargement(tokens: PageTokens) -> float:
    """Upload pixels for one upright pixel."""
    transform = tokens.transform
    return math.sqrt(abs(transform.a * transform.e - transform.b * transform.d))


def _text_issues(skew: float | None, text_height: float) -> Iterator[Issue]:
    severity = graded(text_height, _READABLE_LINE, _LOST_LINE)
    if severity > 0:
        yield Issue(code="small_text", severity=severity)
    yield from skewed(skew)


def skewed(skew: float | None) -> Iterator[Issue]:
    """The issue of a page that lies askew. OCR follows lines up to some degrees by itself."""
    severity = graded(abs(skew or 0.0), 5.0, 20.0)
    if severity > 0:
        yield Issue(code="skewed", severity=severity)


@dataclass(frozen=True, slots=True)
class _CutSide:
    """One side of the page and the words that reach it."""

    words: tuple[Token, ...]
    beside: float
    """Pixels of the side that they take."""
    length: float


def _cut_sides(tokens: PageTokens, near: float) -> list[_CutSide]:
    """The sides that words come nearer to than `near` pixels: there the page goes on."""
    words = [token for token in tokens.tokens if _is_writing(token)]
    width, height = float(tokens.width), float(tokens.height)
    left = tuple(word for word in words if word.bbox.left <= near)
    right = tuple(word for word in words if word.bbox.right >= width - near)
    top = tuple(word for word in words if word.bbox.top <= near)
    bottom = tuple(word for word in words if word.bbox.bottom >= height - near)
    sides = [
        *(_CutSide(cut, sum(word.bbox.height for word in cut), height) for cut in (left, right)),
        *(_CutSide(cut, sum(word.bbox.width for word in cut), width) for cut in (top, bottom)),
    ]
    return [side for side in sides if side.words]


def _is_writing(token: Token) -> bool:
    """False for what OCR makes of torn edges and shadows."""
    return token.score >= _SURE and any(character.isalnum() for character in token.text)


def _cropped(tokens: PageTokens, sides: Sequence[_CutSide]) -> Iterator[Issue]:
    for side in sides:
        severity = graded(side.beside / side.length, 0.02, 1.0)
        if severity > 0:
            box = Bbox.union(word.bbox for word in side.words)
            polygon = tokens.transform.polygon(box.polygon)
            yield Issue(code="cropped", severity=severity, polygon=polygon)


def _is_about_text(issue: Issue, tokens: PageTokens) -> bool:
    """False for blur and glare beside the text: on the table, or further behind.

    Text that was too blurred to be read lies above or below other text, seldom beside all of it.
    """
    if issue.code not in {"blurred_region", "glare"} or issue.polygon is None:
        return True
    region = Bbox.around(tokens.transform.inverse().polygon(issue.polygon))
    text = Bbox.union(token.bbox for token in tokens.tokens)
    if issue.code == "glare":
        return region.containment(text) >= 0.5
    shared = min(region.right, text.right) - max(region.left, text.left)
    return shared >= 0.5 * min(region.width, text.width)
