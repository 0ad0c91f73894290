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
    skew = _skew(runs)
    cut = _at_border(tokens, _TOUCHES * line)
    share = min(_border_share(tokens, cut), quality.cropped)
    text_height = line * _enlargement(tokens)
    issues = (
        *(issue for issue in kept if _is_about_text(issue, tokens)),
        *_text_issues(skew if skew is not None else quality.skew, text_height),
        *_cropped(tokens, cut, share),
    )
    return quality.model_copy(
        update={
            "has_text": True,
            "skew": skew if skew is not None else quality.skew,
            "text_height": text_height,
            "cropped": share,
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
    return round(median(rises), 2) if rises else None


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


def _at_border(tokens: PageTokens, near: float) -> list[Token]:
    """Words that reach the border of the page."""
    return [
        token
        for token in tokens.tokens
        if min(token.bbox.left, token.bbox.top) <= near
        or token.bbox.right >= tokens.width - near
        or token.bbox.bottom >= tokens.height - near
    ]


def _border_share(tokens: PageTokens, cut: Iterable[Token]) -> float:
    """Share of the border, 0 to 1, beside which words are cut."""
    beside = 0.0
    for token in cut:
        box = token.bbox
        at_side = min(box.left, tokens.width - box.right) < min(box.top, tokens.height - box.bottom)
        beside += box.height if at_side else box.width
    return min(beside / (2 * (tokens.width + tokens.height)), 1.0)


def _cropped(tokens: PageTokens, cut: Sequence[Token], share: float) -> Iterator[Issue]:
    severity = graded(share, 0.01, 0.25)
    if severity > 0:
        box = Bbox.union(token.bbox for token in cut)
        yield Issue(
            code="cropped", severity=severity, polygon=tokens.transform.polygon(box.polygon)
        )


def _is_about_text(issue: Issue, tokens: PageTokens) -> bool:
    """False for a blurred region beside the text: a background that is out of focus.

    Text that was too blurred to be read lies above or below other text, seldom beside all of it.
    """
    if issue.code != "blurred_region" or issue.polygon is None:
        return True
    region = Bbox.around(tokens.transform.inverse().polygon(issue.polygon))
    text = Bbox.union(token.bbox for token in tokens.tokens)
    shared = min(region.right, text.right) - max(region.left, text.left)
    return shared >= 0.5 * min(region.width, text.width)
