"""An OpenAI-compatible server: asked with patience, left alone while it fails, never quoted."""

import asyncio
import base64
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import openai

from vouch.schemas.errors import (
    EngineError,
    InvalidDraft,
    ModelMissing,
    PromptTooLong,
    VisionUnavailable,
)
from vouch.workers.engines.addresses import shown
from vouch.workers.engines.breaker import CircuitBreaker, Open
from vouch.workers.engines.openai_answer import Model, Models
from vouch.workers.engines.patience import Patience, while_wanted
from vouch.workers.protocols import always
from vouch.workers.settings import ServerSettings

_REFUSALS = frozenset({400, 413, 422})
"""It works, and does not want this: too long a prompt, a schema that it cannot compile."""
_TOO_LONG = re.compile(r"context[ _](length|size|window)|too[ _](long|large)", re.IGNORECASE)
"""In what OpenAI, vLLM, SGLang and llama.cpp say of a prompt that they have no room for."""
_REFUSES_KEY = (openai.AuthenticationError, openai.PermissionDeniedError)


class OpenAiServer:
    """`url` goes up to and including "/v1"; ModelMissing when it is none.

    A user and password in it are sent as its header instead of the key, and told to nobody else.
    No word of a reply gets into an error: it may hold text of the document, or of the key.
    """

    def __init__(
        self, url: str, settings: ServerSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = shown(url)
        self._login = _login(url)
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
            default_headers=self._login,
            timeout=limits,
            max_retries=0,  # ours know the time that is left
        )

    async def complete(
        self,
        client: openai.AsyncOpenAI,
        body: dict[str, Any],
        left_s: Callable[[], float],
        is_wanted: Callable[[], bool] = always,
    ) -> str:
        """The reply to a chat completion, as JSON.

        VisionUnavailable when there is none: at once while the breaker is open. PromptTooLong,
        InvalidDraft when the server refuses this one request. Withdrawn, with the connection
        closed, when it is wanted no more.
        """
        create = client.chat.completions.with_raw_response.create
        try:
            with self._breaker.call(_is_refusal):
                asking = self._patience.ask(lambda: create(**body), asyncio.sleep, left_s)
                reply = await while_wanted(asking, is_wanted)
        except Open:
            raise VisionUnavailable("the VLM's server is left alone after failures") from None
        except openai.APIError as error:
            raise _told(error) from None
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


def _login(url: str) -> dict[str, str]:
    """The header of the user and password in a URL (RFC 7617); none without them."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:  # it quotes the URL
        raise ModelMissing("VOUCH_VLM=openai:<url>#<model>: the URL cannot be read") from None
    if not parsed.userinfo:
        return {}
    pair = f"{parsed.username}:{parsed.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _named(name: str, models: Models) -> Model | None:
    offered = [model for model in models.data if name in (model.id, *model.aliases)]
    if models.data and not offered:
        raise ModelMissing(f"the VLM's server does not offer the model {name!r}")
    return offered[0] if offered else None


def _told(error: openai.APIError) -> EngineError:
    """What a failed chat completion means, in none of the server's words."""
    if not _is_refusal(error):
        return VisionUnavailable(f"the VLM's server fails: {_cause(error)}")
    if _TOO_LONG.search(f"{error.type} {error.code} {error.message}"):
        return PromptTooLong("the VLM's server has no room for so long a prompt")
    return InvalidDraft(f"the VLM's server refuses a request: {_cause(error)}")


def _is_refusal(error: BaseException) -> bool:
    return isinstance(error, openai.APIStatusError) and error.status_code in _REFUSALS


def _cause(error: openai.APIError) -> str:
    """The status or the kind of failure."""
    if isinstance(error, openai.APIStatusError):
        return f"HTTP {error.status_code}"
    return type(error).__name__
