"""What OCR and layout say about a page: tokens, lines, regions. All in the upright frame."""

from typing import Literal

from vouch.schemas.geometry import Bbox, Polygon, Transform
from vouch.schemas.routing import Look
from vouch.schemas.ui import Role, State
from vouch.schemas.value import Value

RegionKind = Literal[
    "header", "items", "totals", "footer", "title", "text", "table", "figure", "list", "other"
]


class Token(Value):
    """One word as OCR (or the PDF text layer) read it."""

    text: str
    polygon: Polygon
    score: float
    """OCR's own probability, 0 to 1; 1.0 for words of a PDF text layer."""
    run: int
    """Words that OCR read in one piece share a run; runs count from 0 on each page."""

    @property
    def bbox(self) -> Bbox:
        # not cached: a copy with another polygon would keep the old box
        return Bbox.around(self.polygon)


class PageTokens(Value):
    """The stage `read`: every token of one page."""

    page: int
    width: int
    height: int
    """Pixels of the upright frame."""
    turn: Literal[0, 90, 180, 270]
    """Degrees counter-clockwise by which the upload was turned to stand upright."""
    transform: Transform
    """Upright → upload pixels."""
    tokens: tuple[Token, ...]
    ocr_score: float | None
    """Mean token score, weighted by length; None when there are no tokens."""

    @property
    def bbox(self) -> Bbox:
        """The whole page."""
        return Bbox(left=0, top=0, right=self.width, bottom=self.height)


class Line(Value):
    """Tokens that stand on one printed row of one column, left to right."""

    id: str
    """Stable within the document: "p1l7"."""
    tokens: tuple[int, ...]
    """Indices into the page's tokens, in reading order."""
    text: str
    bbox: Bbox
    score: float
    column: int = 0


class Region(Value):
    """A part of the page with one purpose."""

    id: str
    """Stable within the document: "p1r2"."""
    kind: RegionKind
    page: int
    polygon: Polygon
    score: float
    lines: tuple[str, ...] = ()
    """Ids of the lines inside, in reading order."""


class Element(Value):
    """Something on a screen that one can use or that holds others: seen, not read."""

    id: str
    """Stable within the document: "p1e7"."""
    role: Role
    bbox: Bbox
    score: float
    """How sure the detector is that it is there and has this role, 0 to 1."""
    tokens: tuple[int, ...] = ()
    """Of its label, in reading order: inside it, or beside it."""
    state: State | None = None
    parent: str | None = None
    """Id of the smallest element that holds it."""


Hue = Literal["red", "amber", "green", "blue"]


class Mark(Value):
    """Something on a screen that stands out by its colour."""

    kind: Literal["sign", "ink", "ground"]
    """A small sign that is no word; a run of words in colour; one on a coloured ground."""
    hue: Hue
    bbox: Bbox


class PageLayout(Value):
    """The stage `segment`: tokens grouped to lines and regions, in reading order."""

    tokens: PageTokens
    lines: tuple[Line, ...]
    regions: tuple[Region, ...]
    elements: tuple[Element, ...] = ()
    """Of a screenshot, where the caller wants to know of them; in reading order."""
    marks: tuple[Mark, ...] = ()
    """Of a screenshot that may show an error."""
    rules: tuple[Bbox, ...] = ()
    """Straight lines that are drawn along or across it, where they can matter: thin boxes."""
    look: Look | None = None
    """How it looks; None where nobody measured it."""

    @property
    def page(self) -> int:
        return self.tokens.page
