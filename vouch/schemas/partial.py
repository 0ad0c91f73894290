"""What is known of a job before it is finished: its pages, as soon as each has been read."""

from vouch.schemas.document import Issue
from vouch.schemas.geometry import Polygon
from vouch.schemas.value import Value


class PartWord(Value):
    """One word as OCR, or the PDF's text layer, read it."""

    text: str
    polygon: Polygon
    """In upload pixels."""
    score: float
    """OCR's own probability, 0 to 1."""


class PartLine(Value):
    """One printed line."""

    text: str
    polygon: Polygon
    """In upload pixels."""
    words: tuple[PartWord, ...] = ()
    """Left to right."""


class PagePart(Value):
    """One page as OCR read it, in the frame of the upload: for callers who watch a job.

    Nothing here is vouched for yet: values, evidence and confidence come with the record. Workers
    leave it as JSON under `part_key(job_id, number)`, before the job's `pages_read` counts it.
    """

    number: int
    """Counts from 1."""
    width: int
    height: int
    """Pixels of the uploaded page."""
    issues: tuple[Issue, ...]
    """What makes the page unsafe to read."""
    lines: tuple[PartLine, ...]
    """In reading order."""
