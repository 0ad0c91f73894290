"""Probabilities and choices, against Outlines inside transformers' own loop and by hand."""

from collections.abc import Callable

import outlines
import pytest
import torch
from transformers import LogitsProcessor, LogitsProcessorList

from tests.workers.decoding.tiny import BOUNDED, LINES, Asked, Tiny
from vouch.grammar.drafts import draft_grammar
from vouch.schemas.shape import shape_of
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.drafting.generation import Generation

Models = Callable[[str], Tiny]

# Outlines compiles its kernel with torch.compile, whose own parts use what torch has deprecated
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script_method:DeprecationWarning")
FAMILIES = ("llava", "idefics", "qwen2_vl")
ASKED = Asked("What is it?")
MOST = 250


class Watch(LogitsProcessor):  # type: ignore[misc]  # transformers is untyped here
    """Notes the scores that pass by."""

    def __init__(self) -> None:
        self.seen: list[torch.Tensor] = []

    def __call__(self, _ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.seen.append(scores[0].double().clone())
        return scores


def by_outlines(tiny: Tiny) -> tuple[list[int], list[tuple[float, float, float]]]:
    """What Outlines writes, with log-probability, margin and log Z of each model token."""
    model, processor = tiny.checkpoint.model, tiny.checkpoint.processor
    constraint = outlines.backends.get_cfg_logits_processor(
        "llguidance",
        outlines.from_transformers(model, processor.tokenizer),
        draft_grammar(shape_of(BOUNDED), LINES),
    )
    before, after = Watch(), Watch()
    inputs = tiny.inputs([ASKED])
    with torch.compiler.set_stance("force_eager"):  # needs no compiler
        whole = model.generate(
            **inputs,
            logits_processor=LogitsProcessorList([before, constraint, after]),
            do_sample=False,
            max_new_tokens=MOST,
        )
    ids = whole[0, inputs["input_ids"].shape[1] :].tolist()
    told = [
        numbers(raw, masked, token)
        for raw, masked, token in zip(before.seen, after.seen, ids, strict=True)
    ]
    return ids, told


def numbers(raw: torch.Tensor, masked: torch.Tensor, token: int) -> tuple[float, float, float]:
    probabilities = masked.softmax(dim=0)
    best, second = probabilities.sort(descending=True).values[:2].tolist()
    assert probabilities[token] == best
    log_feasible = masked.logsumexp(dim=0) - raw.logsumexp(dim=0)
    return float(masked.log_softmax(dim=0)[token]), best - second, float(log_feasible)


def decoded(tiny: Tiny) -> Generation:
    limits = DecodeLimits(most_tokens=MOST)
    (generation,) = tiny.decode([ASKED], "masked", limits, schema=BOUNDED)
    return generation


@pytest.mark.parametrize("family", FAMILIES)
def test_asking_for_every_token_is_what_outlines_does(tiny: Models, family: str) -> None:
    model = tiny(family)
    ids, told = by_outlines(model)
    generation = decoded(model)
    written, expected = generation.text.encode(), model.tokenizer.decode_bytes(ids)
    chosen = [at for at, token in enumerate(generation.tokens) if token.logprob is not None]
    assert generation.stopped == "done"
    assert len(chosen) > 20
    for at, token in enumerate(generation.tokens[: chosen[-1] + 1]):
        assert written[: token.end] == expected[: token.end]
        # transformers hands scores over in single precision
        assert (token.logprob or 0.0, token.margin, token.log_feasible) == pytest.approx(
            told[at] if token.logprob is not None else (0.0, 1.0, 0.0), abs=1e-4
        )
        assert token.logprob is not None or told[at][0] == pytest.approx(0, abs=1e-6)
