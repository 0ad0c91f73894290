"""The secrets of a document's pages, and the places that are masked for them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouch.schemas.document import Page
from vouch.schemas.geometry import Polygon, clip_polygon
from vouch.schemas.redaction import Redaction, SecretKind
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.stages.evidence import on_upload
from vouch.workers.stages.redacting.codes import codes_on
from vouch.workers.stages.redacting.ends import up_to_white
from vouch.workers.stages.redacting.page_text import PageText, Piece
from vouch.workers.stages.redacting.places import drawn_out, pitch_of, polygon_of
from vouch.workers.stages.redacting.secrets import echo_of, echoes_in, secrets_in
from vouch.workers.stages.redacting.spans import Span, joined

Known = tuple[tuple[SecretKind, re.Pattern[str]], ...]
"""Secrets that have been found, as patterns of where they stand again."""


@dataclass(frozen=True, slots=True)
class FoundOn:
    """A page and the secrets in its text, in order, none overlapping."""

    page: PageText
    spans: tuple[Span, ...]

    @property
    def masked(self) -> PageLayout:
        return self.page.masked(self.spans)


def found_on(layouts: Sequence[PageLayout], kinds: Sequence[SecretKind]) -> tuple[FoundOn, ...]:
    """Each page's secrets, those too that only another page gives away."""
    texts = [PageText(layout) for layout in layouts]
    alone = [FoundOn(page, secrets_in(page.text, kinds)) for page in texts]
    known = known_from(alone)
    return tuple(
        FoundOn(one.page, joined([*one.spans, *echoes_in(one.page.text, known)])) for one in alone
    )


def known_from(found: Sequence[FoundOn]) -> Known:
    """What would give a secret of these pages away anywhere else."""
    secrets = {
        (span.kind, one.page.text[span.start : span.end]) for one in found for span in one.spans
    }
    patterns = ((kind, echo_of(kind, secret)) for kind, secret in sorted(secrets))
    return tuple((kind, pattern) for kind, pattern in patterns if pattern is not None)


def printed_places(found: FoundOn, upload: Page, image: RgbImage) -> Iterator[Redaction]:
    """Where a page prints its secrets, in upload pixels: a place for each line of each.

    `image` shows the page as it was uploaded: OCR's places alone are not exact enough.
    """
    layout = found.page.layout
    for span in found.spans:
        lines = list(found.page.pieces(span))
        for number, pieces in enumerate(lines):
            upright = polygon_of(pieces, layout)
            if len(lines) > 1:
                upright = drawn_out(
                    upright, layout, before=number > 0, after=number < len(lines) - 1
                )
            polygon = on_upload(upright, layout.tokens.transform, upload)
            yield Redaction(
                kind=span.kind,
                page=upload.number,
                polygon=_around_ink(polygon, pieces, layout, image),
                status="masked",
                why=span.why,
            )


def _around_ink(
    polygon: Polygon, pieces: Sequence[Piece], layout: PageLayout, image: RgbImage
) -> Polygon:
    """The place up to the blanks around its words, where words begin and end with the secret."""
    tokens = layout.tokens.tokens
    first, last = pieces[0], pieces[-1]
    drawn = up_to_white(
        polygon,
        image,
        pitch_of(tokens[last.token]),
        before=first.first == 0,
        after=last.last == len(tokens[last.token].text),
    )
    return clip_polygon(drawn, image.shape[1], image.shape[0])


def coded_places(image: RgbImage, upload: Page, kinds: Sequence[SecretKind]) -> Iterator[Redaction]:
    """QR and bar codes that say a secret, and those of which nobody knows what they say."""
    for code in codes_on(image):
        said = secrets_in(code.text, kinds)
        if said or not code.text:
            yield Redaction(
                kind=said[0].kind if said else None,
                page=upload.number,
                polygon=code.polygon,
                status="masked" if said else "unsure",
                why="code" if said else "unread_code",
            )
