"""What one leg leaves for the next: values as JSON."""

from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.record import Engine
from vouch.schemas.value import Value


class Depicted(Value):
    """The leg `depict`, whose page pictures lie beside it."""

    source: Source
    pages: tuple[Page, ...]
    qualities: tuple[Quality, ...]
    timings: dict[str, float]
    """Wall seconds of every stage so far."""


class Perceived(Value):
    """The leg `perceive`."""

    perception: Perception
    timings: dict[str, float]


class Interpreted(Value):
    """The leg `interpret`."""

    interpretation: Interpretation
    vlm: Engine | None
    """The model that had a say, None when there is none."""
    timings: dict[str, float]
