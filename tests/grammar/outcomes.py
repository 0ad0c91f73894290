"""What becomes of a schema and a document when somebody fills the one in from the other."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from llguidance import LLMatcher

from tests.grammar.pairs import Pair
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.lint import lint
from vouch.grammar.proof import breaches
from vouch.schemas.shape import shape_of
from vouch.workers.drafting.generation import Generation
from vouch.workers.drafting.unwrap import unwrap
from vouch.workers.stages.filling import filled

Writer = Callable[[LLMatcher], str]
"""Writes one draft under a grammar."""
LONGEST_LINT_SECONDS = 20
"""Far beyond what it takes, for machines that are busy."""


def unhurried(count: int) -> settings:
    return settings(
        max_examples=count,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def outcome(pair: Pair, matcher_of: Callable[[str], LLMatcher], write: Writer) -> str:
    """Judge a schema and, if it is accepted, fill it in; an error unless the data is valid."""
    started = time.perf_counter()
    found = lint(pair.schema)
    assert time.perf_counter() - started < LONGEST_LINT_SECONDS
    if not found.accepted:
        refused = [each for each in found.findings if each.verdict == "refused"]
        assert refused or found.too_large
        assert all(each.reason for each in refused)
        return "refused: " + ", ".join(sorted({each.keyword for each in refused}))
    text = write(matcher_of(draft_grammar(shape_of(pair.schema), pair.lines)))
    data = _data_of(pair, text)
    assert breaches(pair.schema, data) == (), (text, data)
    return "accepted"


def _data_of(pair: Pair, text: str) -> Any:
    """What a caller gets for an answer."""
    answer = Generation(
        text=text, tokens=(), stopped="done", prompt_tokens=0, forced=0, passes=0, seconds=0.0
    )
    shape = shape_of(pair.schema)
    draft = unwrap(answer, shape, pair.document)
    return filled(shape, {at: found[0].value for at, found in draft.candidates.items()})


def told(outcomes: Counter[str]) -> str:
    """The share of accepted schemas, and why the others were refused."""
    share = outcomes["accepted"] / outcomes.total()
    counts = "".join(f"{count:6} {name}\n" for name, count in outcomes.most_common())
    return f"\n{outcomes.total()} pairs, {share:.1%} accepted\n{counts}"
