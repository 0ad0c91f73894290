"""Tiny random models of every family, prompts for them, and a grammar to answer under."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer
from PIL import Image

from tests.workers.checkpoints import checkpoint
from vouch.grammar.drafts import draft_grammar
from vouch.schemas.shape import shape_of
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import decode
from vouch.workers.decoding.prefix import PrefixCache
from vouch.workers.decoding.writing import Brief, Mode
from vouch.workers.drafting.generation import Generation
from vouch.workers.engines.transformers_loading import Checkpoint, load_checkpoint
from vouch.workers.protocols import always

LINES = ("COFFEE HOUSE", "1 LATTE 3.50", "2 CAKE 4.00", "TOTAL 7.50")
_TEXT = {"type": ["string", "null"]}
_AMOUNT = {"type": "string", "pattern": r"^[0-9]{1,4}\.[0-9]{2}$"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["receipt", "invoice", "refund"]},
        "total": _AMOUNT,
        "phone": _TEXT,
        "items": {
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "items": {"type": "object", "properties": {"text": _TEXT, "price": _AMOUNT}},
        },
    },
    "required": ["name", "kind", "total", "items"],
}
"""Little of it may be null: random models love null, and little would be written."""
BOUNDED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 3, "maxLength": 9},
        "kind": {"enum": ["receipt", "invoice", "refund"]},
        "items": {
            "type": "array",
            "minItems": 2,
            "maxItems": 3,
            "items": {"type": "object", "properties": {"price": _AMOUNT}, "required": ["price"]},
        },
        "total": _AMOUNT,
    },
    "required": ["name", "kind", "items", "total"],
}
"""No model can ramble here: answers end by themselves."""


@dataclass(frozen=True)
class Page:
    """A picture of noise."""

    seed: int
    width: int = 90
    height: int = 70

    @property
    def image(self) -> Image.Image:
        pixels = np.random.default_rng(self.seed).integers(0, 255, (self.height, self.width, 3))
        return Image.fromarray(pixels.astype(np.uint8))


@dataclass(frozen=True)
class Asked:
    """One prompt: pages, a question, pictures after it."""

    text: str
    pages: tuple[Page, ...] = (Page(0),)
    closeups: tuple[Page, ...] = ()
    is_wanted: Callable[[], bool] = always


class Tiny:
    """A random model in double precision, so that rounding decides nothing."""

    def __init__(self, family: str, folder: Path) -> None:
        written = checkpoint(family, folder)
        self.family = family
        self.checkpoint: Checkpoint = load_checkpoint(
            str(written), torch.device("cpu"), torch.float64
        )

    @cached_property
    def tokenizer(self) -> LLTokenizer:
        return llguidance.hf.from_tokenizer(self.checkpoint.processor.tokenizer)

    def matcher(self, schema: dict[str, Any] = SCHEMA) -> LLMatcher:
        return self.matcher_of(draft_grammar(shape_of(schema), LINES))

    def matcher_of(self, lark: str) -> LLMatcher:
        matcher = LLMatcher(self.tokenizer, LLMatcher.grammar_from_lark(lark))
        assert not matcher.is_error(), matcher.get_error()
        return matcher

    def inputs(self, asked: Sequence[Asked]) -> dict[str, torch.Tensor]:
        images = [[page.image for page in (*one.pages, *one.closeups)] for one in asked]
        if self.family == "idefics":
            texts = [[*pages, one.text] for pages, one in zip(images, asked, strict=True)]
            prepared = self.checkpoint.processor(text=texts, return_tensors="pt", padding="longest")
        else:
            prepared = self.checkpoint.processor(
                text=[self._said(one) for one in asked],
                images=images,
                return_tensors="pt",
                padding=True,
            )
        return {
            name: tensor.double() if tensor.is_floating_point() else tensor
            for name, tensor in prepared.items()
        }

    def decode(
        self,
        asked: Sequence[Asked],
        mode: Mode,
        limits: DecodeLimits | None = None,
        prefix: PrefixCache | None = None,
        schema: dict[str, Any] = SCHEMA,
    ) -> tuple[Generation, ...]:
        return decode(
            self.checkpoint.model,
            self.inputs(asked),
            [Brief(self.matcher(schema), LINES, one.is_wanted) for one in asked],
            limits or DecodeLimits(most_tokens=80),
            tokenizer=self.tokenizer,
            mode=mode,
            prefix=prefix,
        )

    def _said(self, one: Asked) -> str:
        pages: list[dict[str, str]] = [{"type": "image"} for _ in one.pages]
        closeups: list[dict[str, str]] = [{"type": "image"} for _ in one.closeups]
        document = {"type": "text", "text": json.dumps(LINES)}
        content = [*pages, document, *closeups, {"type": "text", "text": one.text}]
        said: str = self.checkpoint.processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return said
