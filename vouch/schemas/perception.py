"""What the legs of the line hand to each other: values only, no pixels."""

from typing import Literal

from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.draft import Draft
from vouch.schemas.record import Engine
from vouch.schemas.routing import Routing
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value


class Identities(Value):
    """The models that had a say before the conclusion: the record's provenance names them."""

    ocr: Engine
    layout: Engine
    elements: Engine | None = None
    vlm: Engine | None = None
    clip: Engine | None = None


class Perception(Value):
    """All that is known of a document before anybody asks what it means; pages in order."""

    source: Source
    pages: tuple[Page, ...]
    qualities: tuple[Quality, ...]
    """As judged before OCR, one a page."""
    layouts: tuple[PageLayout, ...]
    identities: Identities


class Effort(Value):
    """What a draft took."""

    prompt_tokens: int = 0
    """Model tokens read, image tokens included."""
    unread_lines: int = 0
    """Printed lines that the model was not told of: its context had no room for them."""
    tokens: int = 0
    """Model tokens written."""
    forced: int = 0
    """Those of them that the grammar left no choice about."""
    passes: int = 0
    """Forward passes of the model after the prompt."""
    seconds: float = 0.0
    together: int = 1
    """Questions that the model was asked at once, this one included."""
    stopped: Literal["done", "truncated", "looping"] = "done"
    """Why the model stopped. A draft that was cut short is closed by the grammar alone, and what
    the model did not come to is null."""

    def __add__(self, other: "Effort") -> "Effort":
        """Both, one after the other; the first reason for stopping early, if any."""
        counts = ("prompt_tokens", "unread_lines", "tokens", "forced", "passes", "seconds")
        return Effort(
            **{name: getattr(self, name) + getattr(other, name) for name in counts},
            together=max(self.together, other.together),
            stopped=other.stopped if self.stopped == "done" else self.stopped,
        )


class Drafted(Value):
    """What became of one question to a vision-language model."""

    draft: Draft | None
    degraded: str | None = None
    """Why there is no draft, or none of some pages: "vlm_unavailable", "vlm_failed",
    "vlm_invalid", "out_of_memory" or "prompt_too_long"."""
    effort: Effort = Effort()


class Interpretation(Value):
    """The VLM's draft, or why there is none, or why it is not all that it could be."""

    schema_name: str
    draft: Draft | None
    degraded: str | None
    second: Draft | None = None
    """What it said when asked again, from close by, about fields in doubt."""
    effort: Effort | None = None
    prompt: Engine | None = None
    """The released prompt that asked; None when nobody was asked."""
    routing: Routing | None = None
    """What the picture was found to show; None where the caller said what to look for."""
    pages: tuple[int, ...] = ()
    """Numbers of the pages that it is about; empty: all."""
    words: tuple[int, ...] = ()
    """Where several documents stand on one page: those of its tokens that are this one's. Empty:
    all that its pages print."""
    parts: tuple["Interpretation", ...] = ()
    """Where a file holds several documents, that of each, in order; this is then the first's."""
