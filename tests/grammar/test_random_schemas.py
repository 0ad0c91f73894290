"""Any schema, any document, a writer that knows nothing: valid data, or a refusal beforehand."""

import sys
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.grammar import random_model
from tests.grammar.pairs import Pair, pairs
from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.lint import lint
from vouch.grammar.proof import breaches
from vouch.schemas.shape import shape_of
from vouch.workers.drafting.generation import Generation
from vouch.workers.drafting.unwrap import unwrap
from vouch.workers.stages.filling import filled

LONGEST_LINT_SECONDS = 20
"""Far beyond what it takes, for machines that are busy."""


def unhurried(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def data_of(pair: Pair, text: str) -> Any:
    """What a caller gets for an answer."""
    answer = Generation(
        text=text, tokens=(), stopped="done", prompt_tokens=0, forced=0, passes=0, seconds=0.0
    )
    shape = shape_of(pair.schema)
    draft = unwrap(answer, shape, pair.document)
    return filled(shape, {at: found[0].value for at, found in draft.candidates.items()})


def outcome(pair: Pair, chance: int) -> str:
    """Judge a schema and, if it is accepted, fill it in; an error unless the data is valid."""
    started = time.perf_counter()
    found = lint(pair.schema)
    assert time.perf_counter() - started < LONGEST_LINT_SECONDS
    if not found.accepted:
        refused = [each for each in found.findings if each.verdict == "refused"]
        assert refused or found.too_large
        assert all(each.reason for each in refused)
        return "refused: " + ", ".join(sorted({each.keyword for each in refused}))
    grammar = draft_grammar(shape_of(pair.schema), pair.lines)
    matcher = Grammars(random_model.tokenizer()).matcher(grammar)
    text = random_model.write(matcher, chance)
    data = data_of(pair, text)
    assert breaches(pair.schema, data) == (), (text, data)
    return "accepted"


@unhurried(150)
@given(pairs(), st.integers(0, 2**32))
def test_data_is_valid_or_the_schema_was_refused(pair: Pair, chance: int) -> None:
    outcome(pair, chance)


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
def test_ten_thousand_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()

    @unhurried(10_000)
    @seed(20261122)
    @given(pairs(), st.integers(0, 2**32))
    def each(pair: Pair, chance: int) -> None:
        outcomes[outcome(pair, chance)] += 1

    each()
    with capsys.disabled():
        share = outcomes["accepted"] / outcomes.total()
        sys.stdout.write(f"\n{outcomes.total()} pairs, {share:.1%} accepted\n")
        for name, count in outcomes.most_common():
            sys.stdout.write(f"{count:6} {name}\n")
    assert outcomes.total() >= 10_000
