"""Where a page may show a secret that nobody can see: said, and left to a person."""

from collections.abc import Iterator, Sequence

from vouch.schemas.document import Page, Quality
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.redaction import Cause, Redaction
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.evidence import on_upload
from vouch.workers.stages.redacting.finding import FoundOn
from vouch.workers.stages.redacting.places import height_of

_UNSURE_SCORE = 0.5
"""Of words that OCR is less sure of, every other one is another word …"""
_LEAST_LETTERS = 4
"""… and shorter ones are no secrets."""
_TINY = 8.0
"""Pixels. Lower print is read wrongly, and what is read wrongly looks like no secret."""
_POOR = 0.5
"""Severity from which an issue of a page leaves words unread."""


def doubts(found: FoundOn, upload: Page, quality: Quality) -> Iterator[Redaction]:
    """What cannot be judged on a page, in upload pixels."""
    layout = found.page.layout
    whole = Bbox(left=0, top=0, right=upload.width, bottom=upload.height).polygon
    if not layout.tokens.tokens:
        yield _unsure(upload, whole, "unread_page")
        return
    for issue in quality.issues:
        if issue.severity >= _POOR:
            yield _unsure(upload, issue.polygon or whole, "poor_page")
    hidden = {
        piece.token for span in found.spans for line in found.page.pieces(span) for piece in line
    }
    for line in layout.lines:
        seen = [layout.tokens.tokens[index] for index in line.tokens if index not in hidden]
        if cause := _cause(seen):
            yield _unsure(upload, _around(seen, layout, upload), cause)


def _cause(tokens: Sequence[Token]) -> Cause | None:
    """Why the words of a line that were not masked cannot be judged; None where they can."""
    long = [token for token in tokens if len(token.text) >= _LEAST_LETTERS]
    if any(token.score < _UNSURE_SCORE for token in long):
        return "low_score"
    return "tiny_print" if any(height_of(token) < _TINY for token in long) else None


def _around(tokens: Sequence[Token], layout: PageLayout, upload: Page) -> Polygon:
    box = Bbox.union(token.bbox for token in tokens)
    return on_upload(box.polygon, layout.tokens.transform, upload)


def _unsure(upload: Page, polygon: Polygon, why: Cause) -> Redaction:
    return Redaction(kind=None, page=upload.number, polygon=polygon, status="unsure", why=why)
