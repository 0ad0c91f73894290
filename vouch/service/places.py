"""How much is done at once of what takes much memory: by one tenant, and in all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vouch.schemas.errors import ServiceBusy


class Places:
    """Taken by what is under way. Who finds none comes again: waiting would hold the request."""

    def __init__(self, of_tenant: int, in_all: int, what: str) -> None:
        """`what` cannot be had when there is no place, in words for the caller."""
        self._of_tenant = of_tenant
        self._in_all = in_all
        self._what = what
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, tenant: str) -> Iterator[None]:
        """One place. ServiceBusy."""
        if self._taken[tenant] >= self._of_tenant or self._taken.total() >= self._in_all:
            raise ServiceBusy(f"as many {self._what} as may be at once")
        self._taken[tenant] += 1
        try:
            yield
        finally:
            self._taken[tenant] -= 1
            if not self._taken[tenant]:
                del self._taken[tenant]
