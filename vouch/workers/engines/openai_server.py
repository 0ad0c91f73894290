"""An OpenAI-compatible server: asked with patience, left alone while it fails, never quoted."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import openai

from vouch.schemas.errors import InvalidDraft, ModelMissing, VisionUnavailable
from vouch.workers.engines.breaker import CircuitBreaker, Open
from vouch.workers.engines.openai_answer import Model, Models
from vouch.workers.engines.patience import Patience
from vouch.workers.settings import ServerSettings

_REFUSES_REQUEST = (openai.BadRequestError, openai.UnprocessableEntityError)
"""It works, and does not want this: too long a prompt, a schema that it cannot compile."""
_REFUSES_KEY = (openai.AuthenticationError, openai.PermissionDeniedError)


class OpenAiServer:
    """`url` goes up to and including "/v1".

    No word of a reply gets into an error: it may hold text of the document, or of the key.
    """

    def __init__(
        self, url: str, settings: ServerSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url
        self._settings = settings
        self._breaker = CircuitBreaker(settings.failures, settings.rest_seconds, clock)
        self._patience = Patience(settings.attempts)

    def connect(self) -> openai.AsyncOpenAI:
        """Connections for one event loop; close them with `async with`."""
        limits = openai.Timeout(
            self._settings.answer_seconds, connect=self._settings.connect_seconds
        )
        return openai.AsyncOpenAI(
            base_url=self.url,
            api_key=self._settings.key.get_secret_value() or "none",
            timeout=limits,
            max_retries=0,  # ours know the time that is left
        )

    async def complete(
        self, client: openai.AsyncOpenAI, body: dict[str, Any], left_s: Callable[[], float]
    ) -> str:
        """The reply to a chat completion, as JSON.

        VisionUnavailable when there is none: at once while the breaker is open. InvalidDraft when
        the server refuses this one request.
        """
        create = client.chat.completions.with_raw_response.create
        try:
            with self._breaker.call(harmless=_REFUSES_REQUEST):
                reply = await self._patience.ask(lambda: create(**body), asyncio.sleep, left_s)
        except Open:
            raise VisionUnavailable("the VLM's server is left alone after failures") from None
        except _REFUSES_REQUEST as error:
            raise InvalidDraft(f"the VLM's server refuses a request: {_cause(error)}") from None
        except openai.APIError as error:
            raise VisionUnavailable(f"the VLM's server fails: {_cause(error)}") from None
        return str(reply.text)

    async def offer(self, client: openai.AsyncOpenAI, name: str) -> Model | None:
        """What the server tells about a model; None when it lists no models at all.

        ModelMissing when it refuses the key or has no such model; VisionUnavailable when it does
        not answer.
        """
        brief = client.with_options(timeout=self._settings.connect_seconds)
        try:
            reply = await brief.models.with_raw_response.list()
        except openai.NotFoundError:
            return None
        except _REFUSES_KEY as error:
            raise ModelMissing(f"the VLM's server refuses the key: {_cause(error)}") from None
        except openai.APIError as error:
            raise VisionUnavailable(f"the VLM's server fails: {_cause(error)}") from None
        return _named(name, Models.read(reply.text))


def _named(name: str, models: Models) -> Model | None:
    offered = [model for model in models.data if name in (model.id, *model.aliases)]
    if models.data and not offered:
        raise ModelMissing(f"the VLM's server does not offer the model {name!r}")
    return offered[0] if offered else None


def _cause(error: openai.APIError) -> str:
    """The status or the kind of failure."""
    if isinstance(error, openai.APIStatusError):
        return f"HTTP {error.status_code}"
    return type(error).__name__
