"""What a server says: its replies as values, and its answer model token by model token."""

import math
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from vouch.schemas.errors import InvalidDraft
from vouch.workers.drafting.generation import Generation, ModelToken

IMPOSSIBLE = -9999.0
"""What vLLM says of a model token without any probability; others say -Infinity or NaN."""


def _possible(logprob: float) -> float:
    """Within what a probability can have; rounding may carry it a little above 0."""
    return IMPOSSIBLE if math.isnan(logprob) else min(max(logprob, IMPOSSIBLE), 0.0)


class Alternative(BaseModel):
    """A model token and its probability before the server's mask."""

    token: str
    logprob: Annotated[float, AfterValidator(_possible)]
    codes: list[Annotated[int, Field(ge=0, le=255)]] | None = Field(default=None, alias="bytes")

    @property
    def written(self) -> bytes:
        return self.token.encode() if self.codes is None else bytes(self.codes)


class Chosen(Alternative):
    """The one that was written."""

    top_logprobs: list[Alternative] = []


class Probabilities(BaseModel):
    content: list[Chosen] | None = None


class Message(BaseModel):
    content: str | None = None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None
    logprobs: Probabilities | None = None


class Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(BaseModel):
    """A chat completion: those parts that are looked at."""

    choices: tuple[Choice]
    usage: Usage = Usage()

    @classmethod
    def read(cls, reply: str) -> "Completion":
        """InvalidDraft when the reply is none."""
        try:
            return cls.model_validate_json(reply)
        except ValidationError:
            raise InvalidDraft("the server's reply is no chat completion") from None

    @property
    def is_cut(self) -> bool:
        return self.choices[0].finish_reason == "length"

    def generation(self, seconds: float) -> Generation:
        """The answer. InvalidDraft when there is none, as where the model refuses."""
        text = self.choices[0].message.content
        if not text:
            raise InvalidDraft("the server's reply holds no answer")
        return Generation(
            text=text,
            tokens=self._tokens(text.encode()),
            stopped="truncated" if self.is_cut else "done",
            prompt_tokens=self.usage.prompt_tokens,
            forced=0,
            passes=self.usage.completion_tokens,
            seconds=seconds,
        )

    def _tokens(self, text: bytes) -> tuple[ModelToken, ...]:
        """None when the server tells no probabilities, or those of another text than the answer.

        What the mask allowed of them stays unknown: servers tell what was before it.

        Servers leave out of the answer what their template put around it: those tokens go too.
        """
        told = self.choices[0].logprobs
        chosen = (told.content or []) if told else []
        ends = list(accumulate(len(token.written) for token in chosen))
        start = b"".join(token.written for token in chosen).find(text)
        if start < 0:
            return ()
        return tuple(
            ModelToken(min(end - start, len(text)), token.logprob, _margin(token))
            for end, token in zip(ends, chosen, strict=True)
            if start < end and end - len(token.written) < start + len(text)
        )


class Model(BaseModel):
    """A model that a server offers."""

    id: str
    aliases: tuple[str, ...] = ()
    owned_by: str | None = None
    root: str | None = None
    max_model_len: int | None = None
    meta: dict[str, str | int | float | bool | None] | None = None


class Models(BaseModel):
    """What a server answers to /v1/models, without what differs from one call to the next."""

    data: tuple[Model, ...]

    @classmethod
    def read(cls, reply: str) -> "Models":
        """None at all when the server answers with something else."""
        try:
            return cls.model_validate_json(reply)
        except ValidationError:
            return cls(data=())


def _margin(token: Chosen) -> float:
    """How much likelier than the next best it was; 0 when another was likelier but not allowed."""
    others = [other.logprob for other in token.top_logprobs if other.written != token.written]
    return max(0.0, math.exp(token.logprob) - math.exp(max(others, default=-math.inf)))
