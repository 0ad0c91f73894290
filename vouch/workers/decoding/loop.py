"""Greedy decoding under grammars, for any family of vision-language models.

Where a grammar leaves one continuation its canonical model tokens are taken without asking; for
anything else the model's likeliest allowed token. `fast` and `plain` write the same. Models whose
cache cannot be taken back (sliding windows, linear attention) are always read one token a pass.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from llguidance import LLTokenizer
from transformers import PreTrainedModel

from vouch.workers.decoding.choosing import Masks, choose
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.prefix import PrefixCache, prompt_of
from vouch.workers.decoding.reading import Reading
from vouch.workers.decoding.writing import Brief, Mode, Style, Writing
from vouch.workers.drafting.generation import Generation

_TEXT = frozenset({"input_ids", "attention_mask", "mm_token_type_ids"})
_TOLD = _TEXT | {"image_grid_thw"}
_NOT_FOR_MODELS = frozenset(
    {"logits_processor", "stopping_criteria", "generation_config", "synced_gpus",
     "mm_encoder_outputs"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoding:
    """The answers, in the order of the prompts, and where the time went."""

    generations: tuple[Generation, ...]
    mask_seconds: float
    """Spent on finding out what the grammars allow."""
    model_seconds: float
    """The rest, after the prompt: forward passes and choosing."""


def decode(
    model: PreTrainedModel,
    inputs: Mapping[str, torch.Tensor],
    briefs: Sequence[Brief],
    limits: DecodeLimits,
    *,
    tokenizer: LLTokenizer,
    mode: Mode = "fast",
    prefix: PrefixCache | None = None,
) -> tuple[Generation, ...]:
    """One answer a prompt.

    `inputs` is what a processor makes of B left-padded prompts: input_ids and attention_mask
    [B, S], pictures. A prompt that is alone begins with what `prefix` holds of it, and is held
    there for the next. EngineFailed when the model's numbers are not finite, or a grammar cannot be
    followed.
    """
    return run(model, inputs, briefs, Style(tokenizer, limits, mode), prefix).generations


def run(
    model: PreTrainedModel,
    inputs: Mapping[str, torch.Tensor],
    briefs: Sequence[Brief],
    style: Style,
    prefix: PrefixCache | None = None,
) -> Decoding:
    """As `decode`, and tells where the time went."""
    lengths: list[int] = inputs["attention_mask"].sum(dim=1).tolist()
    answers = [Writing(brief, length, style) for brief, length in zip(briefs, lengths, strict=True)]

    def write(model: PreTrainedModel, input_ids: torch.Tensor, **prepared: Any) -> Decoding:  # noqa: ANN401  # whatever the family wants
        text = {name: part for name, part in prepared.items() if name not in _NOT_FOR_MODELS}
        return _start(model, input_ids, {**text, **pictures}, answers, style, prefix)

    # transformers prepares positions and cache, then hands over. It would encode every picture
    # first, those too that a kept prefix holds: it is shown their sizes only
    told = {name: part for name, part in inputs.items() if name in _TOLD}
    pictures = {name: part for name, part in inputs.items() if name not in _TEXT}
    decoding: Decoding = model.generate(
        **told, custom_generate=write, do_sample=False, max_new_tokens=style.limits.most_tokens
    )
    return decoding


def _start(
    model: PreTrainedModel,
    input_ids: torch.Tensor,
    inputs: dict[str, Any],
    answers: Sequence[Writing],
    style: Style,
    prefix: PrefixCache | None,
) -> Decoding:
    """Read what is not known yet, write, and keep what was read."""
    lengths = [answer.prompt_tokens for answer in answers]
    prompt = None if prefix is None else prompt_of(input_ids, inputs, model.config)
    if prefix is None or prompt is None:
        if prefix is not None:
            prefix.drop()
        return _write(Reading(model, input_ids, lengths, inputs), answers, style)
    if known := prefix.take(prompt):
        cache, read = known
        inputs = {**prompt.without(read, inputs), "past_key_values": cache}
    decoding = _write(Reading(model, input_ids, lengths, inputs), answers, style)
    prefix.put(prompt, inputs["past_key_values"])
    return decoding


def _write(reading: Reading, answers: Sequence[Writing], style: Style) -> Decoding:
    masks = Masks(len(answers) * (style.limits.most_guessed + 1), style.tokenizer.vocab_size)
    logits = reading.prefill()[[row for row, answer in enumerate(answers) if answer.asked]]
    if not reading.can_go_back:
        for answer in answers:
            answer.write_step_by_step()
    active = list(answers)
    started = time.perf_counter()
    mask_seconds = 0.0
    while True:
        mask_seconds += _fill(masks, active)
        reading.keep(_take(logits, active, masks))
        going = [row for row, answer in enumerate(active) if answer.stopped is None]
        if not going:
            break
        if len(going) < len(active):
            reading.select(going)
            active = [active[row] for row in going]
        feeds = [answer.feed() for answer in active]
        logits = reading.read(feeds, [[asked - 1 for asked in answer.asked] for answer in active])
    seconds = time.perf_counter() - started
    generations = tuple(answer.generation() for answer in answers)
    return Decoding(generations, mask_seconds, seconds - mask_seconds)


def _fill(masks: Masks, answers: Sequence[Writing]) -> float:
    """One mask a choice, in seconds; a GPU goes on with its pass meanwhile."""
    started = time.perf_counter()
    row = 0
    for answer in answers:
        answer.fill(masks, row)
        row += len(answer.asked)
    return time.perf_counter() - started


def _take(logits: torch.Tensor, answers: Sequence[Writing], masks: Masks) -> list[int]:
    rows = len(logits)
    choices = iter(choose(logits, masks.allowed(rows, logits.device)) if rows else ())
    return [answer.take([next(choices) for _ in answer.asked]) for answer in answers]
