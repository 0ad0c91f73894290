"""Any schema, any document, a writer that knows nothing: valid data, or a refusal beforehand."""

import sys
from collections import Counter
from functools import partial

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from tests.grammar import random_model
from tests.grammar.outcomes import outcome, told, unhurried
from tests.grammar.pairs import Pair, pairs
from vouch.grammar.compiling import Grammars


def by_chance(pair: Pair, chance: int) -> str:
    grammars = Grammars(random_model.tokenizer())
    return outcome(pair, grammars.matcher, partial(random_model.write, seed=chance))


@unhurried(150)
@given(pairs(), st.integers(0, 2**32))
def test_data_is_valid_or_the_schema_was_refused(pair: Pair, chance: int) -> None:
    by_chance(pair, chance)


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
def test_ten_thousand_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()

    @unhurried(10_000)
    @seed(20261122)
    @given(pairs(), st.integers(0, 2**32))
    def each(pair: Pair, chance: int) -> None:
        outcomes[by_chance(pair, chance)] += 1

    each()
    with capsys.disabled():
        sys.stdout.write(told(outcomes))
    assert outcomes.total() >= 10_000
