"""Tokens → evidence polygons in the pixels that the caller uploaded."""

import math
from collections.abc import Sequence
from itertools import groupby

from vouch.schemas.document import Page
from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox, Polygon, Transform, clip_polygon
from vouch.schemas.record import Evidence, Match
from vouch.schemas.text import PageLayout, Token


class EvidenceFinder:
    """Draws evidence on the pages of one document."""

    def __init__(self, layouts: Sequence[PageLayout], pages: Sequence[Page]) -> None:
        self._layouts = {layout.page: layout for layout in layouts}
        self._pages = {page.number: page for page in pages}
        self._line_of = {
            TokenRef(page=layout.page, index=index): line.id
            for layout in layouts
            for line in layout.lines
            for index in line.tokens
        }

    def evidence(self, tokens: Sequence[TokenRef], match: Match) -> tuple[Evidence, ...]:
        """One piece of evidence for each printed line that the tokens stand on, in their order."""
        pieces = groupby(tokens, key=lambda ref: (ref.page, self._line_of.get(ref)))
        return tuple(self._piece(page, list(refs), match) for (page, _), refs in pieces)

    def _piece(self, page: int, refs: Sequence[TokenRef], match: Match) -> Evidence:
        layout, upload = self._layouts[page], self._pages[page]
        tokens = [layout.tokens.tokens[ref.index] for ref in refs]
        polygon = on_upload(around_words(tokens), layout.tokens.transform, upload)
        return Evidence(
            page=page,
            polygon=polygon,
            polygon_norm=tuple((x / upload.width, y / upload.height) for x, y in polygon),
            text=" ".join(token.text for token in tokens),
            match=match,
            granularity="word",
        )


def on_upload(polygon: Polygon, transform: Transform, page: Page) -> Polygon:
    """An upright polygon in upload pixels, rounded to a tenth and kept inside the page."""
    clipped = clip_polygon(transform.polygon(polygon), page.width, page.height)
    return tuple((round(x, 1), round(y, 1)) for x, y in clipped)


def around_words(tokens: Sequence[Token]) -> Polygon:
    """The smallest rectangle around words of one line that leans as the first word leans."""
    if len(tokens) == 1:
        return tokens[0].polygon
    (left, top), (right, rise) = tokens[0].polygon[0], tokens[0].polygon[1]
    angle = math.atan2(rise - top, right - left)
    cosine, sine = math.cos(angle), math.sin(angle)
    level = Transform(a=cosine, b=sine, d=-sine, e=cosine)
    box = Bbox.around(level.point(point) for token in tokens for point in token.polygon)
    return level.inverse().polygon(box.polygon)
