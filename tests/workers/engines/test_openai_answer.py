"""Model tokens of a server's answer."""

import json
import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.errors import InvalidDraft
from vouch.workers.drafting.generation import ModelToken
from vouch.workers.engines.openai_answer import IMPOSSIBLE, Completion, Models

LIKELY, UNLIKELY = math.log(0.7), math.log(0.2)


def token(text: bytes, logprob: float, *others: tuple[bytes, float]) -> dict[str, Any]:
    """As servers tell it: bytes that are no text stand as replacement characters."""
    told = {"token": text.decode(errors="replace"), "bytes": list(text), "logprob": logprob}
    return {**told, "top_logprobs": [token(other, chance) for other, chance in others]}


def tokens(content: str, *told: dict[str, Any]) -> tuple[ModelToken, ...]:
    choice = {"message": {"content": content}, "logprobs": {"content": told}}
    reply = json.dumps({"choices": [{**choice, "finish_reason": "stop"}]})
    return Completion.read(reply).generation(1.0).tokens


def test_a_margin_is_to_the_best_other() -> None:
    first = token(b"a", LIKELY, (b"a", LIKELY), (b"b", UNLIKELY))
    masked = token(b"b", UNLIKELY, (b"a", LIKELY), (b"b", UNLIKELY))
    sure, forced = tokens("ab", first, masked)
    assert (sure.end, sure.logprob) == (1, LIKELY)
    assert sure.margin == pytest.approx(0.5)
    assert forced == ModelToken(2, UNLIKELY, 0.0)


def test_what_the_mask_allowed_is_unknown() -> None:
    (only,) = tokens("a", token(b"a", LIKELY))
    assert only.log_feasible is None


def test_ends_count_bytes_of_split_characters() -> None:
    euro = "€".encode()
    told = [token(euro[:1], -1.0), token(euro[1:], -2.0), token(b"9", -3.0)]
    assert [each.end for each in tokens("€9", *told)] == [1, 3, 4]


def test_what_a_template_put_around_the_answer_is_left_out() -> None:
    told = [token(b"```json\n", -1.0), token(b'{"a', -2.0), token(b'"}', -3.0), token(b"\n", -4.0)]
    assert tokens('{"a"}', *told) == (
        ModelToken(3, -2.0, math.exp(-2)),
        ModelToken(5, -3.0, math.exp(-3)),
    )


@pytest.mark.parametrize(
    ("told", "logprob"), [(math.nan, IMPOSSIBLE), (-math.inf, IMPOSSIBLE), (math.inf, 0), (1e-7, 0)]
)
def test_a_logprob_that_is_none_spoils_no_answer(told: float, logprob: float) -> None:
    (only,) = tokens("a", token(b"a", told))
    assert only.logprob == logprob


def test_probabilities_of_another_text_are_none() -> None:
    assert tokens("abc", token(b"abd", -1.0)) == ()


@given(st.text(min_size=1), st.lists(st.integers(0, 40)))
def test_tokens_end_where_the_answer_ends(text: str, cuts: list[int]) -> None:
    whole = text.encode(errors="ignore")
    if not whole:
        return
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    told = [token(whole[a:b], -1.0) for a, b in pairwise(edges)]
    assert [each.end for each in tokens(whole.decode(), *told)] == edges[1:]


@pytest.mark.parametrize("reply", ["", "{}", '{"choices":[]}', '{"choices":[{"message":{}}]}'])
def test_a_reply_without_an_answer_is_invalid_and_not_quoted(reply: str) -> None:
    with pytest.raises(InvalidDraft, match="the server's reply"):
        Completion.read(reply).generation(1.0)


def test_models_are_told_apart_by_what_stays_the_same() -> None:
    first, second = (
        Models.read(json.dumps({"data": [{"id": "m", "created": now, "max_model_len": 8}]}))
        for now in (1, 2)
    )
    assert first == second
    assert Models.read("<html>") == Models(data=())
