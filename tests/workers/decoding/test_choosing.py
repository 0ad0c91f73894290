import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vouch.schemas.errors import EngineFailed
from vouch.workers.decoding.choosing import choose

TOKENS, LOGITS = 7, 9
"""A vocabulary, and a model with more logits than that."""


@st.composite
def steps(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of a few rows, and masks that allow at least one token each."""
    rows = draw(st.integers(1, 4))
    numbers = st.floats(-30, 30, width=32)
    logits = draw(arrays.arrays(np.float32, (rows, LOGITS), elements=numbers))
    allowed = draw(arrays.arrays(np.bool_, (rows, TOKENS)))
    allowed[np.arange(rows), draw(st.integers(0, TOKENS - 1))] = True
    return torch.from_numpy(logits), torch.from_numpy(allowed)


@given(steps())
def test_numbers_are_those_of_a_softmax_over_what_is_allowed(
    step: tuple[torch.Tensor, torch.Tensor],
) -> None:
    logits, allowed = step
    for row, choice in enumerate(choose(logits, allowed)):
        tokens = allowed[row].nonzero().flatten().tolist()
        shares = {token: math.exp(logits[row, token]) for token in tokens}
        total = sum(shares.values())
        assert shares[choice.token] == max(shares.values())
        if len(tokens) == 1:
            assert choice.logprob is None
            continue
        ranked = sorted(shares.values(), reverse=True)
        assert choice.logprob == pytest.approx(math.log(ranked[0] / total), abs=1e-4)
        assert choice.margin == pytest.approx((ranked[0] - ranked[1]) / total, abs=1e-4)
        everything = sum(math.exp(logit) for logit in logits[row])
        assert choice.log_feasible == pytest.approx(math.log(total / everything), abs=1e-4)


def test_logits_beyond_the_vocabulary_are_never_chosen() -> None:
    logits = torch.tensor([[0.0] * TOKENS + [9.0] * (LOGITS - TOKENS)])
    (choice,) = choose(logits, torch.ones(1, TOKENS, dtype=torch.bool))
    assert choice.token < TOKENS
    assert choice.log_feasible < -7


def test_a_vocabulary_may_hold_tokens_that_the_model_never_writes() -> None:
    (choice,) = choose(torch.tensor([[1.0, 2.0]]), torch.tensor([[True, True, True]]))
    assert choice.token == 1


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_numbers_that_are_none_are_told(broken: float) -> None:
    logits = torch.tensor([[0.0, broken, 1.0]])
    with pytest.raises(EngineFailed):
        choose(logits, torch.ones(1, 3, dtype=torch.bool))
