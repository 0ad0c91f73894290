import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammar.pairs import numbered
from vouch.schemas.draft import Candidate, Certainty, Draft, TokenRef
from vouch.schemas.errors import InvalidDraft
from vouch.schemas.shape import JsonSchema, shape_of
from vouch.workers.drafting.generation import Generation, ModelToken
from vouch.workers.drafting.unwrap import UNKNOWN_SCORE, unwrap

SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "total": {"type": ["string", "null"], "pattern": "^[0-9.]+$"},
        "count": {"type": "integer"},
        "rows": {"type": "array", "items": {"type": ["string", "null"]}},
        "a/b~c": {"type": "boolean"},
    },
    "required": ["name", "total", "count", "rows"],
}
ZERO: dict[str, Any] = {"lines": [], "raw": None, "value": 0}
NOTHING: dict[str, Any] = {"name": None, "total": None, "count": ZERO, "rows": []}
WRONG_MEMBERS: list[dict[str, Any]] = [
    {"more": None},
    {"rows": None},
    {"count": None},
    {"count": 3},
    {"count": {"lines": [], "raw": None}},
    {"count": {"lines": [], "value": 1}},
    {"count": {"lines": [], "raw": None, "value": "KOPI"}},
    {"count": {"lines": ["1"], "raw": None, "value": 1}},
    {"count": {"lines": [True], "raw": None, "value": 1}},
    {"count": {"lines": [], "raw": None, "value": float("nan")}},
    {"name": {"lines": [1], "raw": None}},
    {"name": {"lines": [1], "raw": "A", "value": "B"}},
    {"name": {"lines": [1], "raw": "A", "correction": 1}},
    {"name": {"lines": [1], "raw": 7}},
    {"name": {"lines": [1], "raw": "\ud800"}},
]


LINES = numbered("KOPI HOUSE", "33.90")


def generation(text: str, *tokens: ModelToken) -> Generation:
    return Generation(
        text=text, tokens=tokens, stopped="done", prompt_tokens=1, forced=0, passes=1, seconds=0.0
    )


def draft_of(answer: Any, schema: JsonSchema = SCHEMA) -> Draft:
    return unwrap(generation(json.dumps(answer)), shape_of(schema), LINES)


def only(draft: Draft, pointer: str) -> Candidate:
    (candidate,) = draft.candidates[pointer]
    return candidate


def test_what_is_null_has_no_candidate() -> None:
    draft = draft_of(NOTHING)
    assert draft.reader == "vlm"
    assert set(draft.candidates) == {"/count"}


def test_copied_text_is_its_own_value() -> None:
    candidate = only(draft_of({**NOTHING, "name": {"lines": [1], "raw": "KOPI HOUSE"}}), "/name")
    assert (candidate.value, candidate.raw) == ("KOPI HOUSE", "KOPI HOUSE")
    assert candidate.tokens == (TokenRef(page=1, index=0),)
    assert candidate.signals == {}


@pytest.mark.parametrize("raw", ["KOPI HOUSE", None])
def test_what_differs_from_the_print_is_inferred(raw: str | None) -> None:
    said = {"lines": [1] if raw else [], "raw": raw, "correction": "Kopi House"}
    candidate = only(draft_of({**NOTHING, "name": said}), "/name")
    assert (candidate.value, candidate.raw) == ("Kopi House", raw or "")
    assert candidate.signals == {"inferred": 1.0}


def test_a_correction_that_corrects_nothing_is_no_inference() -> None:
    said = {"lines": [2], "raw": "33.90", "correction": "33.90"}
    assert only(draft_of({**NOTHING, "name": said}), "/name").signals == {}


def test_values_are_written_as_candidates_hold_them() -> None:
    draft = draft_of(
        {
            **NOTHING,
            "total": {"lines": [2], "raw": "33.90", "value": "33.90"},
            "count": {"lines": [], "raw": None, "value": 12},
            "a/b~c": {"lines": [1], "raw": "KOPI HOUSE", "value": True},
        }
    )
    assert only(draft, "/total").value == "33.90"
    assert only(draft, "/count").value == "12"
    assert only(draft, "/count").signals == {"inferred": 1.0}
    assert only(draft, "/a~1b~0c").value == "true"
    assert only(draft, "/a~1b~0c").signals == {}


def test_members_of_lists_keep_their_places() -> None:
    rows = [None, {"lines": [2], "raw": "33.90"}]
    assert set(draft_of({**NOTHING, "rows": rows}).candidates) == {"/count", "/rows/1"}


def test_whitespace_and_the_order_of_members_are_the_writers_own() -> None:
    answer = dict(reversed(list({**NOTHING, "name": {"raw": "33.90", "lines": [2]}}.items())))
    draft = unwrap(generation(f" {json.dumps(answer, indent=2)}\n"), shape_of(SCHEMA), LINES)
    assert only(draft, "/name").value == "33.90"


def test_a_value_that_breaks_the_schema_is_not_there() -> None:
    wrong = {"lines": [2], "raw": "33.90", "value": "RM 33.90"}
    assert "/total" not in draft_of({**NOTHING, "total": wrong}).candidates
    several: JsonSchema = {"type": ["array", "null"], "items": {}, "uniqueItems": True}
    assert draft_of({"lines": [], "raw": None, "value": [1, 1]}, several).candidates == {}
    assert (
        only(draft_of({"lines": [], "raw": None, "value": [1, 2]}, several), "").value == "[1, 2]"
    )


@pytest.mark.parametrize("count", [1, 4])
def test_a_list_of_a_wrong_length_is_an_error(count: int) -> None:
    text: JsonSchema = {"type": ["string", "null"]}
    with pytest.raises(InvalidDraft, match="list"):
        draft_of([None] * count, {"type": "array", "items": text, "minItems": 2, "maxItems": 3})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "null",
        "{}",
        "[]",
        json.dumps(NOTHING)[:-1],
        json.dumps(NOTHING) + "}",
        json.dumps(NOTHING)[:-1] + ', "name": null}',
        *(json.dumps({**NOTHING, **wrong}) for wrong in WRONG_MEMBERS),
        json.dumps(NOTHING).replace("0", "1e999"),
        json.dumps(NOTHING).replace("0", "1" * 5000),
    ],
)
def test_what_is_not_the_wrapped_schema_is_an_error_without_its_text(text: str) -> None:
    with pytest.raises(InvalidDraft) as caught:
        unwrap(generation(text), shape_of(SCHEMA), LINES)
    assert "KOPI" not in str(caught.value)
    assert caught.value.code == "vlm_invalid"


def spoken(*pieces: tuple[str, float | None]) -> Generation:
    """An answer of model tokens with their log-probabilities."""
    tokens: list[ModelToken] = []
    text = ""
    for piece, logprob in pieces:
        text += piece
        margin = 1.0 if logprob is None else 1 + logprob
        feasible = 0.0 if logprob is None else logprob / 10
        tokens.append(ModelToken(len(text.encode()), logprob, margin, feasible))
    return generation(text, *tokens)


COPIED: JsonSchema = {"type": ["string", "null"]}


def test_certainty_counts_the_free_tokens_of_the_leaf() -> None:
    answer = spoken(
        ('{"', -9.0), ('lines":', None), ("[1", -0.1), ('],"raw":', None), ('"KOPI HOUSE', -0.5),
        ('"', -0.3), ("}", -9.0),
    )  # fmt: skip
    certainty = only(unwrap(answer, shape_of(COPIED), LINES), "").certainty
    assert certainty is not None
    assert certainty.tokens == 3
    assert certainty.mean_logprob == pytest.approx(-0.3)
    assert certainty.min_logprob == -0.5
    assert certainty.margin == pytest.approx(0.5)
    assert certainty.log_feasible == pytest.approx(-0.05)


def test_what_no_token_tells_of_the_grammar_is_unknown() -> None:
    said = spoken(('{"lines":[1],"raw":"', None), ("KOPI HOUSE", -0.5), ('"}', None))
    unknown = tuple(replace(token, log_feasible=None) for token in said.tokens)
    answer = generation(said.text, *unknown)
    certainty = only(unwrap(answer, shape_of(COPIED), LINES), "").certainty
    assert certainty is not None
    assert (certainty.tokens, certainty.log_feasible) == (1, None)
    assert Certainty.model_validate_json(certainty.model_dump_json()) == certainty


def test_a_token_that_reaches_beyond_the_leaf_counts() -> None:
    answer = spoken(('{"lines":[', None), ('1],"raw":"KOPI', -0.2), (' HOUSE"}', -0.4))
    candidate = only(unwrap(answer, shape_of(COPIED), LINES), "")
    assert candidate.certainty is not None
    assert candidate.certainty.tokens == 2
    assert candidate.score == pytest.approx(math.exp(-0.3))


def test_bytes_are_counted_not_characters() -> None:
    lines = numbered("合計")
    answer = spoken(('{"lines":[1],"raw":"', None), ("合", -0.1), ('計"', -0.3), ("}", -5.0))
    certainty = only(unwrap(answer, shape_of(COPIED), lines), "").certainty
    assert certainty is not None
    assert (certainty.tokens, certainty.min_logprob) == (2, -0.3)


def test_what_was_forced_is_certain() -> None:
    answer = spoken(("{", -0.5), ('"lines":[1],"raw":"KOPI HOUSE"}', None))
    candidate = only(unwrap(answer, shape_of(COPIED), LINES), "")
    assert candidate.certainty is not None
    assert (candidate.certainty.tokens, candidate.certainty.mean_logprob) == (0, 0.0)
    assert candidate.score == 1.0


def test_a_server_that_tells_no_probabilities_leaves_certainty_unknown() -> None:
    answer = spoken(('{"lines":[1],', None), ('"raw":"KOPI HOUSE"}', None))
    for silent in (answer, generation(answer.text)):
        candidate = only(unwrap(silent, shape_of(COPIED), LINES), "")
        assert candidate.certainty is None
        assert candidate.score == UNKNOWN_SCORE


@given(
    st.recursive(
        st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}]),
        lambda inner: (
            st.builds(lambda items: {"type": "array", "items": items}, inner)
            | st.dictionaries(st.text(max_size=3), inner, min_size=1, max_size=3).map(
                lambda named: {"type": "object", "properties": named, "required": list(named)}
            )
        ),
        max_leaves=6,
    ),
    st.data(),
)
def test_what_is_wrapped_comes_back(schema: JsonSchema, data: st.DataObject) -> None:
    leaves: dict[str, Any] = {}

    def wrapped(node: JsonSchema, at: str) -> Any:
        if node["type"] == "array":
            count = data.draw(st.integers(0, 3))
            return [wrapped(node["items"], f"{at}/{index}") for index in range(count)]
        if node["type"] == "object":
            return {
                name: wrapped(child, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
                for name, child in node["properties"].items()
            }
        if node["type"] == "string":
            leaves[at] = data.draw(st.text(min_size=1))
            return {"lines": [], "raw": None, "correction": leaves[at]}
        is_whole = node["type"] == "integer"
        leaves[at] = data.draw(st.integers() if is_whole else st.booleans())
        return {"lines": [], "raw": None, "value": leaves[at]}

    answer = json.dumps(wrapped(schema, ""), ensure_ascii=False, separators=(",", ":"))
    draft = unwrap(generation(answer), shape_of(schema), LINES)
    texts = {at: leaf if isinstance(leaf, str) else json.dumps(leaf) for at, leaf in leaves.items()}
    assert {at: found[0].value for at, found in draft.candidates.items()} == texts
