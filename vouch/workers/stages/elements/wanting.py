"""For which pages elements are looked for: it takes a tenth of a second, and a print has none."""

from vouch.schemas.document import Page
from vouch.schemas.job import Options
from vouch.schemas.routing import AUTO, Look

_SCREENS = frozenset({"ui", "location", "answer"})
"""Schemas whose readers ask for elements."""
_DRAWN = 0.6
"""Share of neighbours that are equal to the pixel: screens have it, photos and scans do not."""


def may_want_elements(options: Options) -> bool:
    """Whether elements can matter to what is asked, whatever the picture shows."""
    return options.json_schema is None and options.schema_name in (*_SCREENS, AUTO)


def wants_elements(options: Options, page: Page, look: Look) -> bool:
    """Whether a page's elements are needed, as far as that is known before anybody reads it."""
    if page.dpi is not None or not may_want_elements(options):
        return False
    if options.schema_name == AUTO:
        return min(look.measures["same_right"], look.measures["same_below"]) >= _DRAWN
    return True
