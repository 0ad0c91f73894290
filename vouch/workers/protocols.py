"""What a model must be able to do to serve a stage; each has one real adapter and one fake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vouch.prompts import Prompt, Wording
from vouch.schemas.document import Page
from vouch.schemas.geometry import Polygon
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.schemas.text import Line, PageLayout, PageTokens, Region, Token
from vouch.schemas.wanted import WantedSchema
from vouch.workers.images import RgbImage


class OcrEngine(Protocol):
    """Finds and reads printed text."""

    @property
    def identity(self) -> Engine: ...

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        """Where text runs stand, in pixels of `image`, four corners each from the top left.

        The page is looked at with its longer side scaled to about `side` pixels: text is found best
        when it is 15 to 50 pixels high. EngineFailed when the model raises.
        """
        ...

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        """The words of the given runs; `Token.run` is the index into `runs`.

        Runs without text give none. EngineFailed when the model raises.
        """
        ...

    def upside_down(self, image: RgbImage, runs: Sequence[Polygon]) -> float:
        """A cheap guess, 0 to 1, whether the text of these runs stands on its head."""
        ...


class LayoutEngine(Protocol):
    """Finds regions with one purpose."""

    @property
    def identity(self) -> Engine: ...

    def regions(
        self, page: Page, image: RgbImage | None, tokens: PageTokens, lines: Sequence[Line]
    ) -> tuple[Region, ...]:
        """Regions of one page in the upright frame; `image` is upright.

        An engine that works on lines names them in its regions; for the others `segment` does.
        EngineFailed when a model that needs pixels gets None, or raises.
        """
        ...


def go_on() -> None:
    """A checkpoint at which no work is ever stopped."""


def always() -> bool:
    """For work that nobody takes back."""
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask of one document: all that a vision-language model is shown."""

    layouts: Sequence[PageLayout]
    """What OCR read, page by page: every line may serve as evidence, and nothing else."""
    images: Sequence[RgbImage]
    """The upright pages, in the same order."""
    schema: WantedSchema
    """What to fill in."""
    prompt: Prompt
    """How to ask."""
    closeups: Sequence[RgbImage] = ()
    """Enlarged parts of the pages, for a second look at what readers dispute."""
    wish: str = ""
    """The caller's question, or what is to be located; empty where the schema says it all."""
    is_wanted: Callable[[], bool] = always
    """Whether somebody still waits for the answer; once no, never again yes. Cheap, as it is asked
    before every model token."""


UNWANTED = Drafted(draft=None, degraded="unwanted")
"""What becomes of a question that nobody waits for any more; it gets into no record."""


class VisionModel(Protocol):
    """Reads documents by looking at them, in the shape of a schema."""

    @property
    def identity(self) -> Engine: ...

    @property
    def wording(self) -> Wording:
        """How it is used to being asked. One that is asked tersely looks once, and not closer."""
        ...

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        """One answer a question, in order; those asked together may be computed together.

        A draft is valid under the question's schema, its `raw`s are printed on the document and its
        tokens are real. What goes wrong with one question is told in its `degraded` and leaves the
        others alone. One that is wanted no more is answered soon, with anything: it takes no more
        of the model's time, and leaves the others alone too. SchemaRefused, SchemaTooLarge for a
        schema that cannot be compiled.
        """
        ...


@dataclass(frozen=True, slots=True)
class Glance:
    """What a picture model makes of one picture."""

    shares: tuple[float, ...]
    """How well each description fits, as shares of 1."""
    embedding: tuple[float, ...]
    """Of length 1."""


class PictureModel(Protocol):
    """Compares a picture with sentences, and with other pictures."""

    @property
    def identity(self) -> Engine: ...

    def glance(self, image: RgbImage, descriptions: Sequence[str]) -> Glance:
        """What fits the picture. EngineFailed when the model raises."""
        ...


class ElementModel(Protocol):
    """Tells what the boxes of a screen are."""

    @property
    def identity(self) -> Engine: ...

    @property
    def classes(self) -> tuple[str, ...]:
        """ "nothing", roles, and roles with a state: "checkbox:checked"."""
        ...

    def judge(self, names: Sequence[str], features: NDArray[np.float32]) -> NDArray[np.float32]:
        """How likely each class is, as shares of 1: (boxes, names) → (boxes, classes).

        EngineFailed when the model raises or knows other names.
        """
        ...


@runtime_checkable
class Warmable(Protocol):
    """A model whose first answer takes longer than the next: it compiles, and lays out memory."""

    def warm(self) -> None:
        """Make the next answer as quick as any. EngineFailed when the model raises."""
        ...
