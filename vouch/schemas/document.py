"""A document as it was uploaded, and its pages."""

from datetime import datetime

from pydantic import Field

from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.value import Value


class Source(Value):
    """Where a document came from: facts about the uploaded bytes."""

    sha256: str
    media_type: str
    """Judged by content, e.g. "image/jpeg"."""
    bytes: int
    filename: str | None = None
    pages: int
    received_at: datetime


class EmbeddedText(Value):
    """One word of a PDF's own text layer, in pixels of the rendered page."""

    text: str
    bbox: Bbox


class Page(Value):
    """One page of a document in the upload frame; its pixels travel beside it."""

    number: int
    """Counts from 1."""
    width: int
    height: int
    """Pixels of the upload frame: EXIF turn applied, PDF pages rendered at `dpi`."""
    dpi: float | None = None
    embedded_text: tuple[EmbeddedText, ...] = ()
    """Words of the PDF text layer; empty where there is none."""
    pictures: tuple[Bbox, ...] = ()
    """Where a PDF page shows pictures: the parts that a text layer cannot cover."""
    e_invoice: dict[str, str] = Field(default_factory=dict)
    """What the invoice data inside the PDF say, by pointers of the schema `invoice`: on its first
    page."""


class Issue(Value):
    """Something about a page that makes reading it unsafe."""

    code: str
    """blurred | blurred_region | dark | overexposed | low_contrast | glare | small_text | skewed
    | cropped | no_text."""
    severity: float
    """0 (hardly noticeable) to 1 (unreadable)."""
    polygon: Polygon | None = None
    """The region it concerns, in upload pixels; None means the whole page."""


class Quality(Value):
    """How well a page can be read. Every number is measured, None when it could not be."""

    sharpness: float
    """0 (no detail) to 1 (crisp): edge acutance of the text, whole page."""
    sharpness_lowest_tile: float
    """The same for the least sharp tile that has content."""
    exposure: float
    """Mean luma, 0 (black) to 1 (white)."""
    contrast: float
    """5th to 95th percentile of luma around ink (of the whole page without any), 0 to 1."""
    glare: float
    """Share of the page, 0 to 1, that is burnt out where content should be."""
    skew: float | None
    """Degrees by which text lines rise (+) or fall (−); None when no lines were seen."""
    text_height: float | None = None
    """Median height of a text line in upload pixels; None before OCR and when there is no text."""
    cropped: float
    """Share of the page's border, 0 to 1, that content runs across."""
    has_text: bool = True
    issues: tuple[Issue, ...] = ()
