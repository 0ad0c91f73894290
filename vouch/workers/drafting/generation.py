"""What a model wrote, model token by model token."""

from dataclasses import dataclass
from typing import Literal

Stopped = Literal["done", "truncated", "looping"]


@dataclass(frozen=True, slots=True)
class ModelToken:
    """One model token of an answer. Probabilities are natural logarithms under the mask.

    Those of a server are from before its mask.
    """

    end: int
    """Bytes of the answer (UTF-8) up to and including it."""
    logprob: float | None
    """None where the grammar left no choice, or where the server does not tell."""
    margin: float = 1.0
    """Its probability less that of the next best, 0 to 1."""
    log_feasible: float | None = None
    """log Z: how much of the unmasked probability the grammar allowed; None where nobody knows, as
    behind a server."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole answer: valid under its grammar, however it ended."""

    text: str
    tokens: tuple[ModelToken, ...]
    stopped: Stopped
    prompt_tokens: int
    forced: int
    """Model tokens that the grammar left no choice about."""
    passes: int
    """Forward passes after the prompt."""
    seconds: float
