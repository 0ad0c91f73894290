"""The likeliest model token that a grammar allows, and how sure the model was of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from llguidance import LLMatcher

from vouch.schemas.errors import EngineFailed


@dataclass(frozen=True, slots=True)
class Choice:
    """A model token; probabilities are those of `ModelToken`."""

    token: int
    logprob: float | None
    """None where the mask left one token."""
    margin: float = 1.0
    log_feasible: float = 0.0


class Masks:
    """Room for the masks of one step: which model tokens a grammar allows next, one bit each."""

    def __init__(self, rows: int, vocabulary: int) -> None:
        self._vocabulary = vocabulary
        words = -(-vocabulary // 32)
        self._bits = torch.zeros(
            rows, words, dtype=torch.int32, pin_memory=torch.cuda.is_available()
        )

    def fill(self, row: int, matcher: LLMatcher) -> None:
        """Write what `matcher` allows now into one row."""
        bits = self._bits[row]
        matcher.unsafe_compute_mask_ptr(bits.data_ptr(), bits.numel() * bits.element_size())

    def allowed(self, rows: int, device: torch.device) -> torch.Tensor:
        """The first rows as booleans: [rows, vocabulary]."""
        bits = self._bits[:rows].to(device, non_blocking=True)
        ones = bits[..., None] >> torch.arange(32, dtype=torch.int32, device=device)
        return (ones & 1).bool().flatten(1)[:, : self._vocabulary]


def choose(logits: torch.Tensor, allowed: torch.Tensor) -> tuple[Choice, ...]:
    """One choice a row, from logits [rows, at least vocabulary] and a mask [rows, vocabulary].

    Models may have more logits than there are tokens (Qwen: 151,936 for 151,644): those are never
    chosen, but count in `log_feasible`. EngineFailed when the logits are not finite.
    """
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    width = min(logits.shape[1], allowed.shape[1])
    allowed = allowed[:, :width]
    masked = logits[:, :width].masked_fill(~allowed, -math.inf)
    feasible = masked.logsumexp(dim=1)
    likeliest, runner_up = masked.topk(2, dim=1).values.unbind(dim=1)
    rows = (
        masked.argmax(dim=1),
        allowed.sum(dim=1),
        likeliest - feasible,
        (likeliest - feasible).exp() - (runner_up - feasible).exp(),
        feasible - logits.logsumexp(dim=1),
    )
    table = torch.stack([column.double() for column in rows], dim=1)
    if not bool(table.isfinite().all()):
        raise EngineFailed("the model's logits are not finite")
    return tuple(_choice(row) for row in table.tolist())


def _choice(row: Sequence[float]) -> Choice:
    token, allowed, logprob, margin, log_feasible = row
    if allowed == 1:
        return Choice(int(token), None)
    return Choice(int(token), min(logprob, 0.0), margin, min(log_feasible, 0.0))
