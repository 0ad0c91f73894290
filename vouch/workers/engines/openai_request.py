"""A question as the body of a chat completion, in the dialect of the server."""

import base64
from collections.abc import Sequence
from typing import Any

import cv2
from outlines.models.openai import OpenAITypeAdapter
from outlines.models.vllm import VLLMTypeAdapter
from outlines.types import CFG, JsonSchema

from vouch.grammar.draft_schema import draft_schema
from vouch.grammar.drafts import draft_grammar
from vouch.schemas.shape import Shape
from vouch.workers.drafting.prompting import Chat, Part
from vouch.workers.engines.pictures import bounded
from vouch.workers.images import RgbImage
from vouch.workers.settings import Dialect, VisionSettings

_JPEG_QUALITY = 92  # small print stays legible; a PNG of a photo is five times as long


def messages(chat: Chat, settings: VisionSettings) -> list[dict[str, Any]]:
    """What the model is shown, pictures as data URLs within the budget of pixels."""
    parts: Sequence[Part] = (*chat.shared, *chat.asked)
    if not settings.server.sees_pictures:
        parts = [part for part in parts if isinstance(part, str)]
    count = sum(not isinstance(part, str) for part in parts)
    if count == 0:
        content: Any = "\n\n".join(part for part in parts if isinstance(part, str))
    else:
        pixels = min(settings.max_pixels_page, settings.max_pixels_prompt // count)
        content = [_part(part, pixels) for part in parts]
    return [{"role": "system", "content": chat.system}, {"role": "user", "content": content}]


def constraint(shape: Shape, lines: Sequence[str], dialect: Dialect) -> dict[str, Any]:
    """The arguments of a completion that hold its answer to the wrapped schema.

    Made by Outlines' own adapters where they fit: that for SGLang warns of what is meant here, and
    Outlines has none for llama.cpp's server.
    """
    match dialect:
        case "compatible" | "openai":
            form = JsonSchema(draft_schema(shape, len(lines)))
            return dict(OpenAITypeAdapter().format_output_type(form))
        case "vllm":
            form = CFG(draft_grammar(shape, lines))
            return {"extra_body": VLLMTypeAdapter().format_output_type(form)}
        case "sglang":
            return {"extra_body": {"ebnf": draft_grammar(shape, lines)}}
        case "llamacpp":
            return {"extra_body": {"grammar": f"%llguidance {{}}\n{draft_grammar(shape, lines)}"}}


def choices(settings: VisionSettings, room: int) -> dict[str, Any]:
    """Greedy, within so many model tokens, with probabilities where the server tells them."""
    # the commercial service refuses the older name for its newer models, others know no newer one
    longest = "max_completion_tokens" if settings.server.dialect == "openai" else "max_tokens"
    told = {"logprobs": True, "top_logprobs": 2} if settings.server.tells_probabilities else {}
    return {"temperature": 0.0, longest: room, **told}


def data_url(image: RgbImage, pixels: int) -> str:
    """The picture as JPEG, scaled down to about so many pixels."""
    bgr = cv2.cvtColor(bounded(image, pixels), cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}"


def _part(part: Part, pixels: int) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": {"url": data_url(part, pixels)}}
