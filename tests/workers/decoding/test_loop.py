"""Both loops write the same, whatever the family, the batch and the number of pages."""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import AutoConfig, LlavaForConditionalGeneration

from tests.workers.checkpoints import FAMILIES
from tests.workers.decoding.tiny import BOUNDED, SCHEMA, Asked, Page, Tiny
from vouch.grammar.drafts import draft_grammar
from vouch.schemas.shape import shape_of
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import decode
from vouch.workers.decoding.reading import Reading
from vouch.workers.decoding.writing import Brief, Mode
from vouch.workers.drafting.generation import Generation

Models = Callable[[str], Tiny]

ALONE = (Asked("What is it?"),)
BATCH = (
    Asked("Short"),
    Asked("A much longer question, about a document of two pages", (Page(1), Page(2, 120, 90))),
    Asked("Once more", (Page(3, 60, 160),)),
)


def same(one: Generation, other: Generation) -> bool:
    """Equal but for how it came about, probabilities within rounding."""
    return (
        (one.text, one.stopped, one.forced) == (other.text, other.stopped, other.forced)
        and [token.end for token in one.tokens] == [token.end for token in other.tokens]
        and all(
            (mine.logprob, mine.margin, mine.log_feasible)
            == pytest.approx((yours.logprob, yours.margin, yours.log_feasible), abs=1e-9)
            for mine, yours in zip(one.tokens, other.tokens, strict=True)
            if mine.logprob is not None
        )
    )


@pytest.mark.parametrize("schema", [SCHEMA, BOUNDED], ids=["any", "bounded"])
@pytest.mark.parametrize("asked", [ALONE, BATCH], ids=["alone", "batch"])
@pytest.mark.parametrize("family", FAMILIES)
def test_fast_writes_what_plain_writes(
    tiny: Models, family: str, asked: tuple[Asked, ...], schema: dict[str, Any]
) -> None:
    plain = tiny(family).decode(asked, "plain", schema=schema)
    fast = tiny(family).decode(asked, "fast", schema=schema)
    for slow, quick in zip(plain, fast, strict=True):
        assert same(slow, quick)
        assert quick.passes < slow.passes
        json.loads(quick.text)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_writes_what_each_prompt_writes_alone(tiny: Models, family: str) -> None:
    together = tiny(family).decode(BATCH, "fast", schema=BOUNDED)
    for asked, generation in zip(BATCH, together, strict=True):
        (alone,) = tiny(family).decode([asked], "plain", schema=BOUNDED)
        assert alone.text == generation.text
        assert alone.prompt_tokens == generation.prompt_tokens


def test_gaps_in_the_cache_are_closed(tiny: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that advance unequally leave slots unused: these do not pile up."""
    slots: list[tuple[int, int]] = []
    keep = Reading.keep

    def watched(reading: Reading, counts: Sequence[int]) -> None:
        keep(reading, counts)
        slots.append((reading.cache.get_seq_length(), int(reading.live.sum(dim=1).max())))

    monkeypatch.setattr(Reading, "keep", watched)
    tiny("qwen2_vl").decode(BATCH, "fast", DecodeLimits(most_tokens=400), schema=BOUNDED)
    assert all(held <= 1.25 * used for held, used in slots)


def test_a_sliding_window_is_read_token_by_token(
    tiny: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    llava = tiny("llava")
    config = copy.deepcopy(llava.checkpoint.model.config)
    text = {**config.text_config.to_dict(), "model_type": "mistral", "sliding_window": 24}
    config.text_config = AutoConfig.for_model(**text)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = LlavaForConditionalGeneration(config).double().eval()
    monkeypatch.setattr(llava, "checkpoint", replace(llava.checkpoint, model=model))
    together = llava.decode(BATCH, "fast", schema=BOUNDED)
    for asked, generation in zip(BATCH, together, strict=True):
        (alone,) = llava.decode([asked], "plain", schema=BOUNDED)
        assert same(alone, generation)
        assert alone.passes == generation.passes


@pytest.mark.parametrize("mode", ["fast", "plain"])
def test_an_answer_for_nobody_is_cut_short_and_spoils_no_other(tiny: Models, mode: Mode) -> None:
    """It goes on for the first choices only, and is valid all the same."""
    wanted = iter([True, True])
    model = tiny("qwen2_vl")
    asked = [BATCH[0], replace(BATCH[1], is_wanted=lambda: next(wanted, False)), BATCH[2]]
    first, dropped, last = model.decode(asked, mode, schema=BOUNDED)
    assert dropped.stopped == "truncated"
    assert sum(token.logprob is not None for token in dropped.tokens) <= 3
    json.loads(dropped.text)
    alone = [model.decode([one], mode, schema=BOUNDED)[0] for one in (BATCH[0], BATCH[2])]
    assert [first.text, last.text] == [one.text for one in alone]


WORDS = ("COFFEE", "HOUSE", "LATTE")


def sole_lines(raw: str | None) -> tuple[int, ...]:
    return tuple(number for number, word in enumerate(WORDS, 1) if word in (raw or "").split())


def quoted(model: Tiny, mode: Mode) -> Generation:
    """An answer that quotes before it names lines."""
    names = [f"field {number}" for number in range(8)]
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    shape = shape_of({**schema, "required": names})
    grammar = draft_grammar(shape, WORDS, words_first=True)
    brief = Brief(model.matcher_of(grammar), WORDS, sole_lines=sole_lines)
    inputs, limits = model.inputs(ALONE), DecodeLimits(most_tokens=300)
    (answer,) = decode(
        model.checkpoint.model, inputs, [brief], limits, tokenizer=model.tokenizer, mode=mode
    )
    return answer


def leaves_of(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and "lines" in node:
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from leaves_of(child)


@pytest.mark.parametrize("family", ["idefics3", "internvl"])
def test_lines_of_what_is_printed_once_are_not_asked_for(tiny: Models, family: str) -> None:
    fast, plain = (quoted(tiny(family), mode) for mode in ("fast", "plain"))
    assert same(fast, plain)
    leaves = list(leaves_of(json.loads(fast.text)))
    assert any(leaf["raw"] for leaf in leaves)
    assert all(tuple(leaf["lines"]) == sole_lines(leaf["raw"]) for leaf in leaves)
