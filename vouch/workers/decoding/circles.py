"""Whether an answer goes in circles."""

from collections.abc import Sequence

from vouch.workers.decoding.limits import DecodeLimits


def goes_in_circles(choices: Sequence[int], limits: DecodeLimits) -> bool:
    """Whether the last of the model's own choices repeat themselves, `limits` says how often.

    Only what the model chose counts. Alike items of a receipt pass: they differ in the lines that
    they name, and the grammar bounds their number.
    """
    return any(
        _repeats(choices, period, max(limits.repeats, -(-limits.least_looped // period)))
        for period in range(1, min(limits.longest_period, len(choices) - 1) + 1)
        if choices[-1] == choices[-1 - period]
    )


def _repeats(choices: Sequence[int], period: int, times: int) -> bool:
    length = period * times
    tail = choices[-length:]
    return len(tail) == length and tail[period:] == tail[:-period]
