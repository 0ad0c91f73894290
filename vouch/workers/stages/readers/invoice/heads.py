"""The invoice's own number and dates, apart from all other numbers and dates that it names."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.beside import Beside, beside
from vouch.workers.stages.readers.invoice.sheet import Sheet
from vouch.workers.stages.readers.invoice.words import heads
from vouch.workers.stages.rules.dates import DateReading
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.lexicon import Found
from vouch.workers.stages.rules.rows import Span

_CODE = re.compile(r"(?<![\w/.,\-])(?=[\w/.\-]*\d)[^\W_](?:[\w/.\-#]*[^\W_])?(?![\w%€$£])")
_TOUCHING = re.compile(r"[^\W\d_]+\W{0,2}$")
_TITLE = 1.15
"""Height of a title, in heights of the body's text."""
_PASSING = frozenset({"mark", "of", "date"})


def choose_numbers(sheet: Sheet, others: Sequence[Span]) -> tuple[Candidate, ...]:
    """Candidates for /number. `others`: dates and amounts, which are no numbers of documents."""
    taken: dict[int, list[Span]] = {}
    for other in others:
        taken.setdefault(other.row.index, []).append(other)
    codes = [span for span in _codes(sheet) if not _is_in(span, taken.get(span.row.index, ()))]
    printed = Counter(span.text for span in codes)
    made = []
    for span in codes:
        around = beside(sheet, span, heads)
        keyword, contrary = _number_role(around, is_title=span.row.height > _TITLE)
        if keyword == 0.0 and not _follows_title(sheet, span):
            continue
        keyword = max(keyword, 0.25)
        score = sigmoid(
            -2.5 + 5.0 * keyword - 4.0 * contrary - 1.5 * span.row.depth - 0.4 * (span.row.page - 1)
        )
        signals = {
            "keyword": keyword,
            "contrary": contrary,
            "depth": span.row.depth,
            "repeats": clip((printed[span.text] - 1) / 3),
            "shape": 1.0 if len(span.text) >= 4 else 0.4,
        }
        made.append(
            candidate(span.raw, [span], score * (1.0 if len(span.text) > 1 else 0.5), signals)
        )
    return ranked(made)


def _is_in(span: Span, others: Sequence[Span]) -> bool:
    return any(
        one.start == span.start or (one.start < span.start and span.end <= one.end)
        for one in others
    )


def _codes(sheet: Sheet) -> Iterator[Span]:
    for cell in sheet.cells:
        for match in _CODE.finditer(cell.text):
            yield Span(cell, match.start(), match.end())


def _number_role(around: Beside | None, *, is_title: bool) -> tuple[float, float]:
    """How surely the words say "the invoice's number", and how surely another's.

    What the document calls itself in a title is its own; beside a label it may be another's.
    """
    if around is None or around.nearest is None:
        return 0.0, 0.0
    meaning = _meaning(around)
    distance = len(around.text) - around.nearest.end
    near = around.weight * (1.0 if distance < 12 or around.place != "inside" else 0.5)
    if meaning == "invoice":
        follows = not around.text[around.nearest.end :].strip(" :")
        return near * (0.95 if _has_mark(around) or (is_title and follows) else 0.6), 0.0
    contrary = near if meaning in {"due", "invoice_date", "date", "other", "discount"} else 0.0
    mark = 0.6 if _is_all(around) else 0.35
    return near * {"invoice_number": 1.0, "mark": mark}.get(meaning, 0.0), contrary


def _is_all(around: Beside) -> bool:
    """ "Number": a word that says of nothing what number it is."""
    word = around.phrases[-1]
    rest = around.text[: word.start] + around.text[word.end :]
    return word.end - word.start >= 4 and not any(map(str.isalnum, rest))


def _has_mark(around: Beside) -> bool:
    tail = around.text.rstrip(" :.")
    is_mark = any(one.kind == "mark" for one in around.phrases)
    return is_mark or tail.endswith(("#", "°", "º"))


def _meaning(around: Beside) -> str:
    """The kind of the nearest phrase that says anything by itself."""
    phrases = list(around.phrases)
    while phrases and phrases[-1].kind in _PASSING:
        word = phrases.pop()
        if _TOUCHING.search(around.text[: word.start]) and not _ends_at(phrases, word, around.text):
            return "other"  # "Lief-Nr", "Geburtsdatum": of something that no word list knows
    return phrases[-1].kind if phrases else around.phrases[-1].kind


def _ends_at(phrases: Sequence[Found], word: Found, text: str) -> bool:
    """Whether what stands before a word is known, or some way off in a sentence."""
    if word.kind == "of" or (phrases and phrases[-1].kind == "invoice"):
        return True
    return bool(phrases) and not any(map(str.isalpha, text[phrases[-1].end : word.start]))


def _follows_title(sheet: Sheet, span: Span) -> bool:
    """Whether the code stands alone in the head of the first page."""
    return (
        span.row.page == 1
        and span.row.depth < 0.25
        and len(span.row.words) == 1
        and any(
            one.kind == "invoice" for cell in sheet.band(span.row).cells for one in heads(cell.text)
        )
    )


def choose_dates(
    sheet: Sheet, readings: Sequence[DateReading], odds: float, today: date | None
) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for /date and /due_date. `odds`: log-odds of month first."""
    issued, due = [], []
    for reading in readings:
        around = beside(sheet, reading.span, heads)
        role = _date_role(around)
        likely = _order(reading, odds)
        strength = around.weight if around else 0.0
        row = reading.span.row
        signals = {
            "keyword": strength * (role in {"invoice_date", "invoice", "date", "due"}),
            "contrary": strength * (role in {"other", "due", "discount"}),
            "shape": reading.shape,
            "order": likely,
            "ambiguous": float(reading.is_ambiguous),
            "depth": row.depth,
        }
        logit = _ISSUED[role] * max(strength, 0.5) - 2.0 * row.depth + reading.shape - 1.5
        logit -= 2.0 if today is not None and reading.value > today else 0.0
        issued.append(
            candidate(reading.value.isoformat(), [reading.span], likely * sigmoid(logit), signals)
        )
        if role == "due":
            signals = {**signals, "contrary": 0.0}
            score = likely * strength * 0.9
            due.append(candidate(reading.value.isoformat(), [reading.span], score, signals))
    return {"/date": ranked(issued), "/due_date": ranked(due)}


_ISSUED = {
    "invoice_date": 4.0,
    "invoice": 3.5,
    "date": 2.5,
    "none": 0.5,
    "other": -3.0,
    "due": -4.0,
    "discount": -4.0,
}


def _date_role(around: Beside | None) -> str:
    if around is None or around.nearest is None:
        return "none"
    kinds = [one.kind for one in around.phrases]
    if "due" in kinds and around.place == "inside":
        return "discount" if "discount" in kinds else "due"
    meaning = _meaning(around)
    return {"invoice_number": "invoice", "mark": "none", "of": "none"}.get(meaning, meaning)


def _order(reading: DateReading, odds: float) -> float:
    if not reading.is_ambiguous:
        return 1.0
    if reading.order == "year_first":
        return 0.3
    return sigmoid(odds if reading.order == "month_first" else -odds)
