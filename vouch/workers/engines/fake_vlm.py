"""A vision-language model without a model: it fills in any schema by the labels on the page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vouch.prompts import Wording
from vouch.schemas.perception import Drafted, Effort
from vouch.schemas.record import Engine
from vouch.workers.drafting.generation import Generation, ModelToken
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.drafting.unwrap import unwrap
from vouch.workers.engines.fake_writing import Piece, write
from vouch.workers.engines.least_value import NoValue
from vouch.workers.protocols import Question

_SOURCES = (
    "fake_vlm.py",
    "fake_reading.py",
    "fake_values.py",
    "fake_writing.py",
    "least_value.py",
    "../../grammar/walking.py",
)


@dataclass(frozen=True, slots=True)
class FakeVlm:
    """Reads "Total: RM 33.90" for a property named `total`, "a, b, c" beside a list's name, and
    rows below a line of column names. Its probability of a value is the label's likeness.

    Every `raw` is printed. What is not found is null; where null is not allowed, it is a short
    value that the schema allows, marked inferred. Pictures are not looked at.
    """

    @property
    def identity(self) -> Engine:
        folder = Path(__file__).parent
        source = b"".join((folder / name).read_bytes() for name in _SOURCES)
        return Engine(name="fake-vlm", digest=hashlib.sha256(source).hexdigest())

    @property
    def wording(self) -> Wording:
        return "full"

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        return tuple(_drafted(question) for question in questions)


def _drafted(question: Question) -> Drafted:
    numbered = NumberedLines.of(question.layouts)
    shape = question.schema.shape
    try:
        generation = _generation(write(shape, numbered.lines, required=True).pieces)
    except NoValue:
        return Drafted(draft=None, degraded="vlm_invalid")
    effort = Effort(tokens=len(generation.tokens), forced=generation.forced)
    return Drafted(draft=unwrap(generation, shape, numbered), effort=effort)


def _generation(pieces: Sequence[Piece]) -> Generation:
    tokens: list[ModelToken] = []
    end = 0
    for text, logprob in pieces:
        end += len(text.encode())
        tokens.append(ModelToken(end, logprob))
    return Generation(
        text="".join(text for text, _ in pieces),
        tokens=tuple(tokens),
        stopped="done",
        prompt_tokens=0,
        forced=sum(token.logprob is None for token in tokens),
        passes=0,
        seconds=0.0,
    )
