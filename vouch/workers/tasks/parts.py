"""What callers see of a page before the others are read."""

from vouch.schemas.document import Page, Quality
from vouch.schemas.geometry import Polygon
from vouch.schemas.partial import PagePart, PartLine, PartWord
from vouch.schemas.text import Line, PageLayout
from vouch.workers.stages.assess_text import assess_text


def part_of(page: Page, quality: Quality, layout: PageLayout) -> PagePart:
    """One page as it is read."""
    return PagePart(
        number=page.number,
        width=page.width,
        height=page.height,
        issues=assess_text(quality, layout.tokens).issues,
        lines=tuple(_line(line, layout) for line in layout.lines),
    )


def _line(line: Line, layout: PageLayout) -> PartLine:
    def uploaded(polygon: Polygon) -> Polygon:
        """Rounded as evidence is: in full, numbers were three quarters of what callers are sent."""
        return tuple(
            (round(x, 1), round(y, 1)) for x, y in layout.tokens.transform.polygon(polygon)
        )

    return PartLine(
        text=line.text,
        polygon=uploaded(line.bbox.polygon),
        words=tuple(
            PartWord(text=token.text, polygon=uploaded(token.polygon), score=round(token.score, 4))
            for token in (layout.tokens.tokens[index] for index in line.tokens)
        ),
    )
