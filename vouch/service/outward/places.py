"""How many documents are fetched at once: each may lie in memory while others are waited for."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vouch.schemas.errors import ServiceBusy

_MOST_OF_TENANT = 8
_MOST_IN_ALL = 32


class Places:
    """Taken by fetches under way. Who finds none comes again: waiting would hold the request."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, tenant: str) -> Iterator[None]:
        """A place for one fetch. ServiceBusy."""
        if self._taken[tenant] >= _MOST_OF_TENANT or self._taken.total() >= _MOST_IN_ALL:
            raise ServiceBusy("as many documents are being fetched as may be at once")
        self._taken[tenant] += 1
        try:
            yield
        finally:
            self._taken[tenant] -= 1
            if not self._taken[tenant]:
                del self._taken[tenant]
