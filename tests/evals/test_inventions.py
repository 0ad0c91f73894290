"""What counts as made up, on answers written by hand, and on those of a random model."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.workers.checkpoints import checkpoint
from tests.workers.stages.documents import page_of
from vouch.evals.inventions import GRAMMARS, Inventions, Writer, inventions
from vouch.prompts import prompt
from vouch.schemas.shape import shape_of
from vouch.schemas.wanted import WantedSchema
from vouch.workers.drafting.generation import Generation
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings

PAGE = page_of("CORNER SHOP", "TOTAL 12.00", "25/12/2018")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "total": {"anyOf": [{"type": "string", "pattern": r"^\d+\.\d\d$"}, {"type": "null"}]},
        "items": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
    },
    "required": ["name", "total", "items"],
    "additionalProperties": False,
}


def counted(answer: dict[str, Any]) -> Inventions:
    text = json.dumps({"name": None, "total": None, "items": [], **answer})
    generation = Generation(text, (), "done", prompt_tokens=0, forced=0, passes=0, seconds=0.0)
    return inventions(generation, shape_of(SCHEMA), [PAGE])


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ({"name": {"lines": [1], "raw": "CORNER SHOP"}}, {}),
        ({"name": {"lines": [1], "raw": "C0RNER SHOP"}}, {}),
        ({"total": {"lines": [2], "raw": "12.00", "value": "12.00"}}, {}),
        ({"name": {"lines": [1], "raw": "ELSEWHERE"}}, {"raws": 1, "invented": 1}),
        ({"name": {"lines": [9], "raw": "CORNER SHOP"}}, {"lines": 1, "invented": 1}),
        (
            {"total": {"lines": [2], "raw": "12.00", "value": "13.00"}},
            {"values": 1, "invented": 1},
        ),
        (
            {"total": {"lines": [9], "raw": "99", "value": "99.00"}},
            {"raws": 1, "values": 1, "lines": 1, "invented": 1},
        ),
        ({"total": {"lines": [], "raw": None, "value": "13.00"}}, {"marked": 1}),
        ({"name": {"lines": [1], "raw": "SHOP", "correction": "SHOPS"}}, {"marked": 1}),
    ],
)
def test_faults_are_counted_by_kind(answer: dict[str, Any], faults: dict[str, int]) -> None:
    assert counted(answer) == Inventions(documents=1, leaves=1, **faults)


def test_members_of_lists_count_each() -> None:
    items = [{"lines": [1], "raw": "SHOP"}, {"lines": [1], "raw": "NOTHING"}]
    assert counted({"items": items}) == Inventions(documents=1, leaves=2, invented=1, raws=1)


def test_a_grounded_grammar_leaves_a_random_model_nothing_to_make_up(tmp_path: Path) -> None:
    """A model with random weights writes anything that it may, and here it must write."""
    settings = VisionSettings(device="cpu", max_tokens=200)
    writer = Writer(str(checkpoint("llava", tmp_path / "llava")), settings)
    items = {"type": "array", "items": {"type": "string"}, "minItems": 8, "maxItems": 8}
    schema = {"type": "object", "properties": {"items": items}, "required": ["items"]}
    wanted = WantedSchema(name="shop", version="1", json_schema=schema)
    question = Question([PAGE], [], wanted, prompt("extract"))
    counts = {}
    for name, grammar in GRAMMARS.items():
        generation = writer.write(question, grammar)
        assert generation is not None
        counts[name] = inventions(generation, wanted.shape, [PAGE])
    assert counts["grounded"].leaves == counts["plain"].leaves == 8
    assert counts["grounded"].invented == 0
    assert counts["plain"].invented > 0
