"""A vision-language model behind any OpenAI-compatible server that keeps to a schema or grammar."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import openai
import structlog

from vouch.prompts import Wording
from vouch.schemas.errors import (
    EngineError,
    InvalidDraft,
    ModelMissing,
    PromptTooLong,
    VisionUnavailable,
)
from vouch.schemas.perception import Drafted, Effort
from vouch.schemas.record import Engine
from vouch.workers.drafting.generation import Generation
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.drafting.prompting import chat
from vouch.workers.drafting.unwrap import unwrap
from vouch.workers.engines.breaker import Withdrawn
from vouch.workers.engines.openai_answer import Completion
from vouch.workers.engines.openai_request import choices, constraint, messages
from vouch.workers.engines.openai_server import OpenAiServer
from vouch.workers.protocols import UNWANTED, Question
from vouch.workers.settings import VisionSettings

_log = structlog.get_logger(__name__)


class OpenAiVlm:
    """Asks `model` at `url` (up to and including "/v1"), questions of one call side by side.

    Nothing that a server does holds up a question for longer than `question_seconds`; while its
    circuit breaker is open that takes no time at all. The draft is then missing: vlm_unavailable.

    The server's probabilities are those before its mask. Without any, values have no certainty.
    """

    def __init__(
        self,
        url: str,
        model: str,
        settings: VisionSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """ModelMissing when `url` is none."""
        if not url.startswith(("http://", "https://")):
            raise ModelMissing("VOUCH_VLM=openai:<url>#<model>: the URL begins with http(s)://")
        self._model = model
        self._settings = settings
        self._server = OpenAiServer(url, settings.server, clock)
        self._offer: str | None = None

    @property
    def identity(self) -> Engine:
        """The digest covers what the server tells about the model, once it has been asked."""
        known = "\n".join((self._server.url, self._model, self._offer or ""))
        return Engine(name=self._model, digest=hashlib.sha256(known.encode()).hexdigest())

    @property
    def wording(self) -> Wording:
        return "full"

    def warm(self) -> None:
        """See that the server takes the key and has the model. ModelMissing when it does not.

        A server that does not answer is only warned of: it may do so when it is asked.
        """
        try:
            asyncio.run(self._introduce())
        except VisionUnavailable as error:
            _log.warning(error.code, cause=str(error))

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        drafted = asyncio.run(self._drafts(questions))
        if self._offer is None and any(each.draft for each in drafted):
            with suppress(EngineError):  # it has just answered by this name
                asyncio.run(self._introduce())
        return drafted

    async def _introduce(self) -> None:
        async with self._server.connect() as client:
            offer = await self._server.offer(client, self._model)
        self._offer = "" if offer is None else offer.model_dump_json()

    async def _drafts(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        gate = asyncio.Semaphore(self._settings.batch)
        async with self._server.connect() as client:
            drafts = (self._drafted(client, question, gate) for question in questions)
            return tuple(await asyncio.gather(*drafts))

    async def _drafted(
        self, client: openai.AsyncOpenAI, question: Question, gate: asyncio.Semaphore
    ) -> Drafted:
        """What became of one question, within its time."""
        numbered = NumberedLines.of(question.layouts)
        shape = question.schema.shape
        body = {
            "model": self._model,
            "messages": messages(chat(question), self._settings),
            **constraint(shape, numbered.texts, self._settings.server.dialect),
        }
        effort = Effort()
        try:
            async with gate:
                generation = await self._generation(client, body, question.is_wanted)
            effort = _effort(generation)
            return Drafted(draft=unwrap(generation, shape, numbered), effort=effort)
        except (InvalidDraft, PromptTooLong, VisionUnavailable) as error:
            _log.warning(error.code, cause=str(error))
            return Drafted(draft=None, degraded=error.code, effort=effort)
        except Withdrawn:
            return UNWANTED

    async def _generation(
        self, client: openai.AsyncOpenAI, body: dict[str, Any], is_wanted: Callable[[], bool]
    ) -> Generation:
        """The answer. One that is cut is no draft: it is written again with twice the room."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._settings.server.question_seconds
        try:
            async with asyncio.timeout_at(until):
                for room in (self._settings.max_tokens, 2 * self._settings.max_tokens):
                    asked = {**body, **choices(self._settings, room)}
                    started = loop.time()
                    reply = await self._server.complete(
                        client, asked, lambda: until - loop.time(), is_wanted
                    )
                    generation = Completion.read(reply).generation(loop.time() - started)
                    if generation.stopped == "done":
                        return generation
        except TimeoutError:
            raise VisionUnavailable("the VLM's server did not answer in time") from None
        return generation


def _effort(generation: Generation) -> Effort:
    return Effort(
        prompt_tokens=generation.prompt_tokens,
        tokens=generation.passes,
        passes=generation.passes,
        seconds=generation.seconds,
        stopped=generation.stopped,
    )
