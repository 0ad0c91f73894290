"""Telephone number, receipt number and way of payment: values that a word beside them names."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

import phonenumbers

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.drafting import candidate, ranked, sigmoid
from vouch.workers.stages.rules.ledger import Entry
from vouch.workers.stages.rules.lexicon import Found, Meaning, Phrases, lexicon_file
from vouch.workers.stages.rules.rows import Row, Span

_PHONE = re.compile(r"(?<![\w.])(?:\+\s?|\()?\d[\d\s().\-/\\]{4,22}\d(?![\w])")
_IDENTIFIER = re.compile(
    r"[\s.:#=№°-]{0,4}(?:no\b|nr\b|n°)?[\s.:#=№\[(-]{0,4}((?=[A-Z]*[\d-])[A-Z0-9][A-Z0-9/_.-]{0,24})",
    re.I,
)
_DATE_LIKE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|\d{1,2}:\d\d")
_GRADES = {"strong": 1.0, "plain": 0.6, "weak": 0.3}


@cache
def _phone_words() -> Phrases:
    rows = lexicon_file("header")["rows"]
    fax = [(word, Meaning("fax", 1.0)) for word in ("fax", "fax no", "telefax")]
    other = [(word, Meaning("registration", 1.0)) for word in rows["registration"]]
    return Phrases([*fax, *other, *((word, Meaning("phone", 1.0)) for word in rows["contact"])])


@cache
def _number_words() -> Phrases:
    labels = lexicon_file("receipt_number")["labels"]
    registration = [
        (word, Meaning("registration", 1.0))
        for word in lexicon_file("header")["rows"]["registration"]
    ]
    wanted = [
        (word, Meaning("number", _GRADES[grade])) for grade in _GRADES for word in labels[grade]
    ]
    return Phrases([*registration, *wanted])


@cache
def _payment_words() -> Phrases:
    listed = lexicon_file("payment")
    other = [(word, Meaning("", 1.0)) for word in listed["other"]["words"]]
    methods = listed["methods"]
    return Phrases(
        [*other, *((word, Meaning(method, 1.0)) for method in methods for word in methods[method])]
    )


def choose_phones(
    rows: Sequence[Row], masked: Sequence[Span], region: str | None
) -> tuple[Candidate, ...]:
    """Candidates for /merchant/phone, as printed. `masked`: other figures. `region`: country."""
    made = []
    for row in rows:
        taken = [(span.start, span.end) for span in masked if span.row.index == row.index]
        words = list(_phone_words().find(row.text))
        for match in _PHONE.finditer(row.text):
            digits = re.sub(r"\D", "", match[0])
            overlaps = any(match.start() < end and start < match.end() for start, end in taken)
            if 7 <= len(digits) <= 15 and not overlaps:
                made.append(_phone(row, match, words, region))
    return ranked(made)


def _phone(row: Row, match: re.Match[str], words: Sequence[Found], region: str | None) -> Candidate:
    before = [word for word in words if word.end <= match.start() + 1]
    label = before[-1].kind if before else None
    is_grouped = bool(re.search(r"\d[\s().-]+\d", match[0]))
    is_valid = _is_valid(match[0], region)
    logit = -3.0 + 1.2 * is_grouped + 1.2 * is_valid - 1.5 * row.depth
    logit += {"phone": 3.0, "fax": -2.0, "registration": -4.0, None: 0.5}[label]
    signals = {
        "keyword": float(label == "phone"),
        "contrary": float(label in {"fax", "registration"}),
        "shape": (is_grouped + is_valid) / 2,
        "depth": row.depth,
    }
    span = Span(row, match.start(), match.end())
    return candidate(span.text.strip(), [span], sigmoid(logit), signals)


def _is_valid(text: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def choose_numbers(rows: Sequence[Row]) -> tuple[Candidate, ...]:
    """Candidates for /receipt_number."""
    made = []
    for row in rows:
        for label in _number_words().find(row.text):
            if label.kind == "registration":
                continue
            found = _identifier(row, label.end) or _identifier_below(row, label, rows)
            if not found:
                continue
            digits = sum(char.isdigit() for char in found.text)
            signals = {
                "keyword": label.strength,
                "shape": min(digits / 6, 1.0),
                "depth": found.row.depth,
            }
            logit = -2.5 + 3.0 * label.strength + 1.0 * signals["shape"] - 1.0 * (digits < 2)
            made.append(candidate(found.text, [found], sigmoid(logit), signals))
    return ranked(made)


def _identifier(row: Row, start: int) -> Span | None:
    match = _IDENTIFIER.match(row.text, start)
    if not match or not any(char.isdigit() for char in match[1]) or _DATE_LIKE.match(match[1]):
        return None
    text = match[1].rstrip(".-/")
    return Span(row, match.start(1), match.start(1) + len(text))


def _identifier_below(row: Row, label: Found, rows: Sequence[Row]) -> Span | None:
    """Where the label closes its row, the number may stand alone on the next."""
    if any(char.isalnum() for char in row.text[label.end :]) or row.index + 1 >= len(rows):
        return None
    below = rows[row.index + 1]
    found = _identifier(below, 0)
    return found if found and len(below.text) - found.end <= 2 else None


def choose_payments(
    rows: Sequence[Row], entries: Sequence[Entry], total: Candidate | None
) -> tuple[Candidate, ...]:
    """Candidates for /payment_method, as a lower-case word ("cash", "visa", "debit")."""
    amounts: dict[int, list[Decimal]] = {row.index: [] for row in rows}
    for entry in entries:
        amounts[entry.amount.row.index].append(abs(entry.amount.value))
    payable = Decimal(total.value) if total else None
    return ranked(_payments(rows, amounts, payable))


def _payments(
    rows: Sequence[Row], amounts: dict[int, list[Decimal]], payable: Decimal | None
) -> Iterator[Candidate]:
    for row in rows:
        for found in _payment_words().find(row.text):
            if not found.kind:
                continue
            own = amounts[row.index]
            covers = payable is not None and any(amount >= payable for amount in own)
            letters = sum(char.isalpha() for char in row.text)
            share = (found.end - found.start) / max(letters, found.end - found.start)
            signals = {"keyword": share, "paid": float(covers), "depth": row.depth}
            # A named card says more than "card"; several words may stand for one payment.
            logit = (
                -2.5
                + 2.0 * share
                + 2.0 * covers
                + 1.5 * row.depth
                - 0.5 * (found.kind in {"card", "credit", "debit"})
            )
            span = Span(row, found.start, found.end)
            yield candidate(found.kind, [span], sigmoid(logit), signals)
