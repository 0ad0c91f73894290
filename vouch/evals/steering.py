"""Makes a model write a given answer, so that speeds are those of an answer worth having.

How fast constrained decoding is depends on what is written: random weights write nonsense, a small
model goes in circles, and both tell nothing about a model that reads well. Steered, every way of
decoding makes the same forward passes as ever and writes the same right draft.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import torch
from transformers import PreTrainedModel

from vouch.schemas.draft import Candidate, Pointer
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape, escaped
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.protocols import Question
from vouch.workers.stages.readers.receipt import read_receipt

_SURE = 1000.0


def draft_of_rules(question: Question) -> str:
    """What the rules reader finds, as a model would write it down."""
    found = read_receipt(question.layouts, date(2026, 1, 1)).candidates
    best = {pointer: candidates[0] for pointer, candidates in found.items() if candidates}
    lines = NumberedLines.of(question.layouts)
    wrapped = _wrapped(question.schema.shape, "", best, lines)
    return json.dumps(wrapped, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def steered(model: PreTrainedModel, prompt_tokens: int, answer: Sequence[int]) -> Iterator[None]:
    """After a single prompt of that length, the model is sure of `answer`, token by token."""

    def prefer(_: object, __: object, given: Mapping[str, Any], outputs: Any) -> None:  # noqa: ANN401
        read = outputs.past_key_values.get_seq_length()
        for row, position in enumerate(_positions(read, given, outputs.logits.shape[1])):
            place = position + 1 - prompt_tokens
            if 0 <= place < len(answer):
                outputs.logits[0, row, answer[place]] = _SURE

    handle = model.register_forward_hook(prefer, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def _positions(read: int, given: Mapping[str, Any], rows: int) -> Sequence[int]:
    """After which model tokens of the whole text the rows of the logits stand."""
    kept = given.get("logits_to_keep")
    if isinstance(kept, torch.Tensor):
        first = read - given["input_ids"].shape[1]
        return [first + index for index in kept.tolist()]
    return range(read - rows, read)


def _wrapped(
    shape: Shape, at: Pointer, best: Mapping[Pointer, Candidate], lines: NumberedLines
) -> object:
    match shape:
        case LeafShape():
            return None if at not in best else _leaf(shape, best[at], lines)
        case ObjectShape():
            return {
                child.name: _wrapped(child.shape, f"{at}/{escaped(child.name)}", best, lines)
                for child in shape.properties
            }
        case ListShape():
            within = [pointer.removeprefix(f"{at}/") for pointer in best]
            numbers = {part.split("/")[0] for part in within if part.split("/")[0].isdigit()}
            return [
                _wrapped(shape.member, f"{at}/{number}", best, lines)
                for number in range(len(numbers))
            ]


def _leaf(shape: LeafShape, candidate: Candidate, lines: NumberedLines) -> dict[str, object]:
    wanted = set(candidate.tokens)
    numbers = [line.number for line in lines.lines if wanted & set(line.tokens)]
    leaf: dict[str, object] = {"lines": numbers, "raw": candidate.raw}
    return leaf if shape.copied else {**leaf, "value": shape.read(candidate.value)}
