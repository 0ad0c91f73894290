"""When a value is right: the comparison that design.md states, by the kind of pointer."""

import re
from collections import Counter
from decimal import Decimal
from typing import Literal

from vouch.evals.labels import Expected, LabelledDocument, alternatives
from vouch.evals.printed import amount_readings, decimal_or_none, same_date, same_time
from vouch.schemas.draft import Pointer

Kind = Literal["amount", "date", "time", "text"]
Given = str | bool
"""A value that a record gives."""

_MERCHANTS = ("/merchant/name", "/seller/name")
_AMOUNTS = frozenset(
    {"subtotal", "tax", "tip", "discount", "total", "price", "unit_price", "quantity"}
    | {"net_total", "tax_total", "amount_due", "tax_rate"}
)
_DATES = frozenset({"date", "due_date"})
_FREE_TEXT = frozenset({"name", "address", "description", "message", "title", "answer"})
_WORD = re.compile(r"\w+")


def kind_of(pointer: Pointer) -> Kind:
    """How values at this pointer are compared."""
    name = pointer.rpartition("/")[2]
    if name in _AMOUNTS:
        return "amount"
    if name in _DATES:
        return "date"
    return "time" if name == "time" else "text"


def is_free_text(pointer: Pointer) -> bool:
    """Whether part of the words can be right."""
    return pointer.rpartition("/")[2] in _FREE_TEXT


def fold(text: str) -> str:
    """Case-folded, with everything but letters and digits removed."""
    return "".join(character for character in text.casefold() if character.isalnum())


def merchant_of(labels: LabelledDocument) -> str | None:
    """Whose document it is, folded; None where the labels do not say it."""
    named = (labels.expected.get(pointer) for pointer in _MERCHANTS)
    return next((fold(name) for one in named for name in alternatives(one)), None)


def is_right(pointer: Pointer, expected: Expected, given: Given) -> bool:
    """Whether `given` is one of the values that `expected` allows."""
    text = str(given).lower() if isinstance(given, bool) else given
    return any(_same(kind_of(pointer), choice, text) for choice in alternatives(expected))


def _same(kind: Kind, label: str, given: str) -> bool:
    match kind:
        case "amount":
            return _same_amount(label, decimal_or_none(given))
        case "date":
            return same_date(label, given)
        case "time":
            return same_time(label, given)
        case "text":
            return fold(label) == fold(given)


def _same_amount(label: str, given: Decimal | None) -> bool:
    if given is None:
        return False
    exact = decimal_or_none(label)
    return given == exact if exact is not None else given in amount_readings(label)


def token_f1(label: str, given: str) -> float:
    """Harmonic mean of the shares of words that both texts have, 0 to 1 (SQuAD's F1)."""
    wanted, found = (Counter(_WORD.findall(text.casefold())) for text in (label, given))
    if not wanted or not found:
        return float(wanted == found)
    return 2 * (wanted & found).total() / (wanted.total() + found.total())
