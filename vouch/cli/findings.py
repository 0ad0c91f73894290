"""What `vouch doctor` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do where it is not right."""

    name: str
    found: str
    remedy: str | None = None

    @property
    def is_fine(self) -> bool:
        return self.remedy is None
