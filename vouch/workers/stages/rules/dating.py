"""Which of the printed dates and times is the receipt's own.

Day or month first? In this order: a date of the page that can be read one way only decides; else
the page's country (US state and ZIP, US telephone numbers, "sales tax" → month first; another
country's currency → day first); else the day comes first. The other reading stays as a runner-up.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.dates import DateReading, TimeReading
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.lexicon import Meaning, Phrases, lexicon_file
from vouch.workers.stages.rules.rows import Row, Span

_PRIOR = -1.7
"""Log-odds of month first on a page without clues: about one in six."""
_US_PHONE = re.compile(r"(?<!\d)(?:\([2-9]\d\d\)\s?|[2-9]\d\d[-.])[2-9]\d\d-\d{4}(?!\d)")
_SCAR = re.compile(r"[OoIl|](?=\d)|(?<=\d)[OoIl|](?![a-z])")
"""A letter that was taken for a digit."""


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a date."""

    keyword: float
    contrary: float
    time_beside: float
    repeats: int


@cache
def _date_words() -> Phrases:
    words = lexicon_file("calendar")["words"]
    return Phrases((word, Meaning(kind, 1.0)) for kind in words for word in words[kind])


@cache
def _month_first_words() -> Phrases:
    words = lexicon_file("calendar")["clues"]["month_first"]
    return Phrases((word, Meaning("month_first", 1.0)) for word in words)


@cache
def _state_and_zip() -> re.Pattern[str]:
    states = "|".join(lexicon_file("calendar")["clues"]["states"])
    return re.compile(
        rf"(?<![A-Za-z])(?:{states})[.,]?\s?\d{{5}}(?:-\d{{4}})?(?!\d)", re.IGNORECASE
    )


def us_places(rows: Sequence[Row]) -> list[Span]:
    """Where a US state stands with a ZIP code."""
    matches = ((row, _state_and_zip().search(row.text)) for row in rows)
    return [Span(row, match.start(), match.end()) for row, match in matches if match]


def month_first_odds(
    rows: Sequence[Row], readings: Sequence[DateReading], currency: str | None
) -> float:
    """Log-odds that numeric dates of this document put the month first."""
    sure = Counter(reading.order for reading in readings if not reading.is_ambiguous)
    if sure["month_first"] != sure["day_first"]:
        return 4.0 if sure["month_first"] > sure["day_first"] else -4.0
    odds = _PRIOR
    odds += 4.0 * bool(us_places(rows))
    odds += 2.0 * any(_US_PHONE.search(row.text) for row in rows)
    odds += 1.5 * any(True for row in rows for _ in _month_first_words().find(row.text))
    if currency == "USD":
        odds += 1.0
    elif currency:
        odds -= 3.0
    return odds


def choose_dates(
    rows: Sequence[Row],
    readings: Sequence[DateReading],
    times: Sequence[TimeReading],
    odds: float,
    today: date | None,
) -> tuple[Candidate, ...]:
    """Candidates for /date, ISO 8601. A date after `today` loses most of its score."""
    printed = Counter(reading.value for reading in readings if not _is_future(reading, today))
    made = []
    for reading in readings:
        around = _context(reading, rows, times, printed[reading.value])
        likely = _order_likelihood(reading, odds)
        score = likely * _surroundings(reading, around)
        score *= 0.1 if _is_future(reading, today) else 1.0
        signals = {
            "keyword": around.keyword,
            "contrary": around.contrary,
            "time_beside": around.time_beside,
            "repeats": clip((around.repeats - 1) / 3),
            "shape": reading.shape,
            "ambiguous": float(reading.is_ambiguous),
            "order": likely,
            "scarred": float(bool(_SCAR.search(reading.span.raw))),
            "depth": reading.span.row.depth,
        }
        made.append(candidate(reading.value.isoformat(), [reading.span], score, signals))
    return ranked(made)


def _is_future(reading: DateReading, today: date | None) -> bool:
    return today is not None and reading.value > today


def _surroundings(reading: DateReading, around: Context) -> float:
    return sigmoid(
        -2.0
        + 2.5 * reading.shape
        + 1.5 * around.keyword
        - 3.0 * around.contrary
        + 1.0 * around.time_beside
        + 0.4 * min(around.repeats - 1, 2)
        - 0.5 * reading.span.row.depth
    )


def _order_likelihood(reading: DateReading, odds: float) -> float:
    """Probability that the page orders day, month and year as this reading does."""
    match reading.order:
        case "month_first":
            return sigmoid(odds) if reading.is_ambiguous else 1.0
        case "day_first":
            return sigmoid(-odds) if reading.is_ambiguous else 1.0
        case "year_first":
            return 0.3 if reading.is_ambiguous else 1.0
        case "named":
            return 1.0


def _context(
    reading: DateReading, rows: Sequence[Row], times: Sequence[TimeReading], repeats: int
) -> Context:
    row, start = reading.span.row, reading.span.start
    words = [found for found in _date_words().find(row.text) if found.end <= start + 1]
    if not words and row.index > 0 and row.bbox.left <= rows[row.index - 1].bbox.right:
        words = list(_date_words().find(rows[row.index - 1].text))
        weight = 0.5
    else:
        weight = 1.0
    # "valid until 3 days from date 12/03/18": any contrary word counts, the nearest most.
    kinds = {found.kind for found in words}
    nearest = words[-1].kind if words else None
    same_row = any(time.span.row.index == row.index for time in times)
    next_row = any(abs(time.span.row.index - row.index) == 1 for time in times)
    return Context(
        keyword=weight if nearest == "printed" else 0.0,
        contrary=weight * (1.0 if nearest == "other" else 0.5 if "other" in kinds else 0.0),
        time_beside=1.0 if same_row else 0.5 if next_row else 0.0,
        repeats=repeats,
    )


def choose_times(
    times: Sequence[TimeReading], dates: Sequence[DateReading], best: Candidate | None
) -> tuple[Candidate, ...]:
    """Candidates for /time: the one beside the chosen date first."""
    homes = {
        reading.span.row.index
        for reading in dates
        if best and reading.value.isoformat() == best.value
    }
    crowd = Counter(time.span.row.index for time in times)
    made = []
    for time in times:
        row = time.span.row
        gap = min((abs(row.index - home) for home in homes), default=9)
        beside = math.exp(-gap / 2)
        keyword = float(any(found.kind == "printed" for found in _date_words().find(row.text)))
        # Two times on a row are opening hours, or a stay, more often than a sale.
        score = sigmoid(-1.0 + 3.0 * beside + keyword - 1.0 * (crowd[row.index] > 1 and gap > 0))
        signals = {
            "time_beside": beside,
            "keyword": keyword,
            "crowd": 1 / crowd[row.index],
            "depth": row.depth,
        }
        made.append(candidate(time.value, [time.span], score, signals))
    return ranked(made)
