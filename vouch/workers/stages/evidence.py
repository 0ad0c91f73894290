"""Tokens → evidence polygons in the pixels that the caller uploaded."""

import math
from collections.abc import Sequence
from itertools import groupby

from vouch.schemas.document import Page
from vouch.schemas.draft import Place, TokenRef
from vouch.schemas.geometry import Bbox, Point, Polygon, Transform, clip_polygon
from vouch.schemas.record import Evidence, Granularity, Match
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.aligning import squeezed


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

    def evidence(self, tokens: Sequence[TokenRef], match: Match, raw: str) -> tuple[Evidence, ...]:
        """One piece of evidence for each printed line that the tokens stand on, in their order.

        Where `raw` is only part of its first or last token ("9.00" in "TOTAL:9.00"), so is the
        evidence.
        """
        pieces = groupby(zip(tokens, self._parts(tokens, raw), strict=True), key=self._place)
        return tuple(
            self._piece(page, [part for _, part in found], match) for (page, _), found in pieces
        )

    def seen(self, place: Place) -> Evidence:
        """A part of a page that bears a value which is no text."""
        return self._evidence(place.page, place.bbox.polygon, "", "seen", "region")

    def _parts(self, tokens: Sequence[TokenRef], raw: str) -> list[Token]:
        whole = [self._layouts[ref.page].tokens.tokens[ref.index] for ref in tokens]
        return trimmed(whole, raw)

    def _place(self, found: tuple[TokenRef, Token]) -> tuple[int, str | None]:
        return found[0].page, self._line_of.get(found[0])

    def _piece(self, page: int, tokens: Sequence[Token], match: Match) -> Evidence:
        text = " ".join(token.text for token in tokens)
        return self._evidence(page, around_words(tokens), text, match, "word")

    def _evidence(
        self, page: int, upright: Polygon, text: str, match: Match, granularity: Granularity
    ) -> Evidence:
        layout, upload = self._layouts[page], self._pages[page]
        polygon = on_upload(upright, layout.tokens.transform, upload)
        return Evidence(
            page=page,
            polygon=polygon,
            polygon_norm=tuple(
                (round(x / upload.width, 5), round(y / upload.height, 5)) for x, y in polygon
            ),
            text=text,
            match=match,
            granularity=granularity,
        )


def trimmed(tokens: Sequence[Token], raw: str) -> list[Token]:
    """The tokens without what stands around `raw` in them; as they are if it is not there."""
    words = [token.text for token in tokens]
    start = squeezed("".join(words)).find(squeezed(raw))
    if start < 0 or not raw:
        return list(tokens)
    parts = []
    end = start + len(squeezed(raw))
    for token in tokens:
        length = len(squeezed(token.text))
        first, last = max(start, 0), min(end, length)
        if first < last:
            parts.append(part_of(token, first, last, length))
        else:
            parts.append(token)
        start, end = start - length, end - length
    return parts


def part_of(token: Token, first: int, last: int, length: int) -> Token:
    """Characters [first, last) of a token of `length` characters, taken to be equally wide."""
    if (first, last) == (0, length) or len(token.polygon) != 4:
        return token
    upper_left, upper_right, lower_right, lower_left = token.polygon
    polygon = (
        _between(upper_left, upper_right, first / length),
        _between(upper_left, upper_right, last / length),
        _between(lower_left, lower_right, last / length),
        _between(lower_left, lower_right, first / length),
    )
    return token.model_copy(update={"text": squeezed(token.text)[first:last], "polygon": polygon})


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


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
