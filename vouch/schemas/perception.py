"""What the legs of the line hand to each other: values only, no pixels."""

from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.draft import Draft
from vouch.schemas.record import Engine
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value


class Identities(Value):
    """The models that had a say before the conclusion: the record's provenance names them."""

    ocr: Engine
    layout: Engine
    vlm: Engine | None = None


class Perception(Value):
    """All that is known of a document before anybody asks what it means; pages in order."""

    source: Source
    pages: tuple[Page, ...]
    qualities: tuple[Quality, ...]
    """As judged before OCR, one a page."""
    layouts: tuple[PageLayout, ...]
    identities: Identities


class Interpretation(Value):
    """The VLM's draft, or why there is none."""

    schema_name: str
    draft: Draft | None
    degraded: str | None
