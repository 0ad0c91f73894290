"""What every rules reader reads from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as it was perceived, and what the caller asks of it."""

    layouts: Sequence[PageLayout]
    options: Options
    today: date | None = None
    """When it was received: later days are unlikely. None where nobody said."""
