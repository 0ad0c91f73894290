"""How long a receiver that does not take its calls is called again."""

import random
from dataclasses import dataclass
from typing import Self

from vouch.schemas.webhook import Delivery
from vouch.service.settings import ServiceSettings

_FACTOR = 4  # with the defaults eight attempts end some seven hours after the first
_GONE = 410


@dataclass(frozen=True)
class Patience:
    """Attempts of one event, with pauses that grow fourfold. Times are in seconds."""

    attempts: int = 8
    first_pause: float = 5.0
    longest_pause: float = 6 * 3600.0
    timeout: float = 15.0
    """Of one attempt."""

    @classmethod
    def of(cls, settings: ServiceSettings) -> Self:
        """As the operator wants it."""
        return cls(
            settings.webhook_attempts,
            settings.webhook_pause_seconds,
            settings.webhook_longest_pause_seconds,
            settings.webhook_timeout_seconds,
        )

    @property
    def lease(self) -> float:
        """After which another courier may make a call that this one took."""
        return 4 * self.timeout

    def pause(self, after: Delivery) -> float | None:
        """Until the next attempt; None when there is to be none.

        Any time up to the bound ("full jitter"): receivers that come back are not overrun.
        """
        code = after.status_code
        is_done = code is not None and (200 <= code < 300 or code == _GONE)
        if is_done or after.attempt >= self.attempts:
            return None
        bound = min(self.longest_pause, self.first_pause * _FACTOR ** (after.attempt - 1))
        return random.uniform(0, bound)
