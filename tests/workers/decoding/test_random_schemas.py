"""Any schema, any document, small random models: valid data, or a refusal beforehand."""

import sys
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st
from llguidance import LLMatcher

from tests.grammar.outcomes import outcome, told, unhurried
from tests.grammar.pairs import Pair, pairs
from tests.workers.decoding.tiny import Asked, Page, Tiny
from vouch.grammar.compiling import Grammars
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import decode
from vouch.workers.decoding.writing import Brief

Models = Callable[[str], Tiny]
FAMILIES = ("llava", "qwen2_vl", "idefics3")
LIMITS = DecodeLimits(most_tokens=96)


def by_model(pair: Pair, family: str, chance: int, tiny: Models) -> str:
    """What a random model makes of a pair; `chance` varies what it is shown."""
    model = tiny(family)

    def write(matcher: LLMatcher) -> str:
        asked = Asked(f"Question {chance}", (Page(chance, 28, 28),))
        (answer,) = decode(
            model.checkpoint.model,
            model.inputs([asked]),
            [Brief(matcher, pair.document.texts)],
            LIMITS,
            tokenizer=model.tokenizer,
        )
        return answer.text

    return outcome(pair, Grammars(model.tokenizer).matcher, write)


@unhurried(30)
@given(pairs(), st.sampled_from(FAMILIES), st.integers(0, 2**32 - 1))
def test_models_write_valid_data(tiny: Models, pair: Pair, family: str, chance: int) -> None:
    by_model(pair, family, chance, tiny)


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
def test_ten_thousand_pairs(tiny: Models, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()

    @unhurried(10_000)
    @seed(20261122)
    @given(pairs(), st.sampled_from(FAMILIES), st.integers(0, 2**32 - 1))
    def each(pair: Pair, family: str, chance: int) -> None:
        outcomes[by_model(pair, family, chance, tiny)] += 1

    each()
    with capsys.disabled():
        sys.stdout.write(told(outcomes))
    assert outcomes.total() >= 10_000
