"""Settings and questions for tests of remote engines."""

from typing import Any

from tests.workers.engines.documents import RECEIPT, TOTAL, question
from tests.workers.engines.llama_server import KEY
from vouch.schemas.perception import Drafted
from vouch.workers.engines.openai_vlm import OpenAiVlm
from vouch.workers.settings import VisionSettings


def remote_settings(max_tokens: int = 3000, **server: Any) -> VisionSettings:
    """One attempt and no pictures, unless told otherwise: llama.cpp sees only with a projector."""
    asked = {"key": KEY, "sees_pictures": False, "attempts": 1, **server}
    return VisionSettings.model_validate({"max_tokens": max_tokens, "server": asked})


def ask(vlm: OpenAiVlm, json_schema: dict[str, Any] = TOTAL) -> Drafted:
    """What becomes of the question for a name and a total on a receipt."""
    (drafted,) = vlm.draft([question(RECEIPT, json_schema)])
    return drafted


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now
