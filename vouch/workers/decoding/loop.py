"""Greedy decoding under grammars, for any family of vision-language models.

Where a grammar leaves one continuation its canonical model tokens are taken without asking; for
anything else the model's likeliest allowed token. `fast` and `plain` write the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from llguidance import LLMatcher, LLTokenizer
from transformers import PreTrainedModel

from vouch.workers.decoding.choosing import Masks, choose
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.reading import Reading
from vouch.workers.decoding.writing import Mode, Style, Writing
from vouch.workers.drafting.generation import Generation

_LOOP_ARGUMENTS = ("logits_processor", "stopping_criteria", "generation_config", "synced_gpus")


@dataclass(frozen=True, slots=True)
class Decoding:
    """The answers, in the order of the prompts, and where the time went."""

    generations: tuple[Generation, ...]
    mask_seconds: float
    """Spent on masks and on choosing under them."""
    model_seconds: float
    """Spent on forward passes after the prompt."""


def decode(
    model: PreTrainedModel,
    inputs: Mapping[str, torch.Tensor],
    matchers: Sequence[LLMatcher],
    copies: Sequence[Sequence[str]],
    limits: DecodeLimits,
    *,
    tokenizer: LLTokenizer,
    mode: Mode = "fast",
) -> tuple[Generation, ...]:
    """One answer a prompt.

    `inputs` is what a processor makes of B left-padded prompts: input_ids and attention_mask
    [B, S], pictures. `copies` are, for each prompt, the JSON-escaped lines that answers may copy.
    The matchers are used up. EngineFailed when the model's numbers are not finite, or a grammar
    cannot be followed.
    """
    style = Style(tokenizer, limits, mode)
    return run(model, inputs, matchers, copies, style).generations


def run(
    model: PreTrainedModel,
    inputs: Mapping[str, torch.Tensor],
    matchers: Sequence[LLMatcher],
    copies: Sequence[Sequence[str]],
    style: Style,
) -> Decoding:
    """As `decode`, and tells where the time went."""
    lengths: list[int] = inputs["attention_mask"].sum(dim=1).tolist()
    answers = [
        Writing(matcher, lines, length, style)
        for matcher, lines, length in zip(matchers, copies, lengths, strict=True)
    ]

    def write(model: PreTrainedModel, input_ids: torch.Tensor, **prepared: Any) -> Decoding:  # noqa: ANN401  # whatever the family wants
        for name in _LOOP_ARGUMENTS:
            prepared.pop(name, None)
        return _write(Reading(model, input_ids, lengths, prepared), answers, style)

    # transformers prepares positions, cache and pictures, then hands over
    decoding: Decoding = model.generate(
        **inputs, custom_generate=write, do_sample=False, max_new_tokens=style.limits.most_tokens
    )
    return decoding


def _write(reading: Reading, answers: Sequence[Writing], style: Style) -> Decoding:
    masks = Masks(len(answers) * (style.limits.most_guessed + 1), style.tokenizer.vocab_size)
    active = list(answers)
    logits = reading.prefill()
    logits = logits[[row for row, answer in enumerate(active) if answer.asked]]
    while True:
        counts = _take(logits, active, masks)
        reading.keep(counts)
        going = [row for row, answer in enumerate(active) if answer.stopped is None]
        if not going:
            break
        if len(going) < len(active):
            reading.select(going)
            active = [active[row] for row in going]
        feeds = [answer.feed() for answer in active]
        wanted = [[asked - 1 for asked in answer.asked] for answer in active]
        logits = reading.read(feeds, wanted)
    return Decoding(tuple(answer.generation() for answer in answers), 0.0, 0.0)


def _take(logits: torch.Tensor, answers: Sequence[Writing], masks: Masks) -> list[int]:
    row = 0
    for answer in answers:
        answer.fill(masks, row)
        row += len(answer.asked)
    choices = iter(choose(logits, masks.allowed(row, logits.device)) if row else ())
    return [answer.take([next(choices) for _ in answer.asked]) for answer in answers]
