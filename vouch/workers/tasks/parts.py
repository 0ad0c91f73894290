"""What callers see of a page before the others are read."""

from vouch.schemas.document import Page, Quality
from vouch.schemas.partial import PagePart, PartLine
from vouch.schemas.text import PageLayout
from vouch.workers.stages.assess_text import assess_text


def part_of(page: Page, quality: Quality, layout: PageLayout) -> PagePart:
    """One page as it is read."""
    return PagePart(
        number=page.number,
        width=page.width,
        height=page.height,
        issues=assess_text(quality, layout.tokens).issues,
        lines=tuple(
            PartLine(text=line.text, polygon=layout.tokens.transform.polygon(line.bbox.polygon))
            for line in layout.lines
        ),
    )
