"""However an answer is cut off, it is whole and valid, and holds nothing half-written."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.decoding.tiny import LINES, SCHEMA, Asked, Tiny
from vouch.grammar.draft_schema import draft_schema
from vouch.schemas.shape import shape_of
from vouch.workers.decoding.closing import ending, unclosed, unfinished_leaf
from vouch.workers.decoding.limits import DecodeLimits

Models = Callable[[str], Tiny]

DRAFTS = jsonschema.Draft202012Validator(draft_schema(shape_of(SCHEMA), len(LINES)))
NULLABLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "total": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"text": {"type": ["string", "null"]}}},
        },
    },
}
WRITTEN = (
    '{"name":{"lines":[1],"raw":"COFFEE HOUSE","correction":"Coffee \\"House\\""},'
    '"total":{"lines":[4],"raw":"7.50","value":7.5},'
    '"items":[{"text":{"lines":[2,3],"raw":"LATTE 3.50"}},{"text":null}]}'
)


def test_a_quotation_that_was_cut_off_is_given_up_with_its_leaf() -> None:
    start = b'{"name":{"raw":{"raw":"COFFEE","lines":[1]},"shop":'
    for leaf in (b'{"raw":"COFF', b'{"raw":"COFFEE","lines":[1', b'{"raw":null,"lines":[],"val'):
        assert unfinished_leaf(start + leaf) == len(start)
    assert unfinished_leaf(start + b'{"raw":"COFFEE","lines":[1]}') is None


@pytest.mark.parametrize("mode", ["fast", "plain"])
@pytest.mark.parametrize("most", [1, 2, 7, 20, 33, 50, 71])
def test_a_cut_answer_is_valid(tiny: Models, most: int, mode: Any) -> None:
    limits = DecodeLimits(most_tokens=most)
    (generation,) = tiny("llava").decode([Asked("What is it?")], mode, limits)
    assert generation.stopped == "truncated"
    DRAFTS.validate(json.loads(generation.text))
    assert generation.tokens[-1].end == len(generation.text.encode())


@settings(deadline=None)
@given(cut=st.integers(1, len(WRITTEN) - 1))
def test_what_was_not_reached_is_null_and_what_was_stays(tiny: Models, cut: int) -> None:
    model = tiny("llava")
    matcher = model.matcher(NULLABLE)
    start = unfinished_leaf(WRITTEN[:cut].encode())
    kept = WRITTEN[: cut if start is None else start].encode()
    ids = model.tokenizer.tokenize_bytes(kept)
    assert matcher.consume_tokens(ids) or not ids
    tail = model.tokenizer.decode_bytes(ending(matcher, model.tokenizer, kept, 500))
    whole, asked = json.loads(kept + tail), json.loads(WRITTEN)
    for name in ("name", "total"):
        assert whole[name] in (asked[name], None)
    assert (whole["name"] is None) == (cut < WRITTEN.index(',"total"'))
    items = [item for item in whole["items"] or [] if item["text"] is not None]
    assert items in ([], [asked["items"][0]])


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ('{"a":', None),
        ('{"a":{"lines":[', 5),
        ('{"a":{"lines":[1],"raw":"a { \\" ]', 5),
        ('{"a":{"lines":[1],"raw":"x"}', None),
        ('{"a":[{"b":{"lines":[1],"raw":null,"value":{"c":[', 11),
    ],
)
def test_the_unfinished_leaf(written: str, start: int | None) -> None:
    assert unfinished_leaf(written.encode()) == start


@given(st.text())
def test_strings_are_told_from_what_stands_between_them(text: str) -> None:
    written = json.dumps(text).encode()
    assert unclosed(written)[1] is False
    assert unclosed(written[:-1])[1] is True
