"""What is true of a printed receipt: values, how they are printed, where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from training.receipts.printing import UNSAID
from training.receipts.sheet import Mark, Sheet
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Bbox

_FIXED: tuple[Pointer, ...] = (
    "/merchant/name", "/merchant/address", "/merchant/phone", "/receipt_number", "/date", "/time",
    "/currency", "/subtotal", "/tax", "/tip", "/discount", "/total", "/payment_method",
)  # fmt: skip
_OF_ITEMS = ("description", "quantity", "unit_price", "price")
Truth = str | dict[str, list[str]] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One field: its value and every place that says it."""

    value: str
    raws: tuple[str, ...]
    places: tuple[Bbox, ...]


def readings(sheet: Sheet) -> dict[Pointer, Reading]:
    """Every field that is printed. A currency that the sign leaves open has the value UNSAID."""
    found: dict[Pointer, list[Mark]] = {}
    for mark in sheet.marks:
        found.setdefault(mark.tag.pointer, []).append(mark)
    return {pointer: _reading(pointer, marks) for pointer, marks in found.items()}


def _reading(pointer: Pointer, marks: Sequence[Mark]) -> Reading:
    if pointer == "/currency":
        turns = [[mark] for mark in marks]
    else:
        by_turn = sorted(marks, key=lambda mark: mark.tag.turn)
        turns = [list(some) for _, some in groupby(by_turn, lambda mark: mark.tag.turn)]
    raws = tuple(_joined(some) for some in turns)
    value = marks[0].tag.value
    places = tuple(Bbox.union(mark.box for mark in some) for some in turns)
    return Reading(raws[0] if value is None else value, raws, places)


def _joined(marks: Iterable[Mark]) -> str:
    """Cells and lines with one blank between."""
    cells = groupby(marks, lambda mark: mark.cell)
    return " ".join("".join(mark.text for mark in some).strip() for _, some in cells)


def expected(found: dict[Pointer, Reading]) -> dict[Pointer, Truth]:
    """Values by pointer, null for what is not printed."""
    count = 1 + max(
        (int(one.split("/")[2]) for one in found if one.startswith("/items/")), default=-1
    )
    items = [f"/items/{number}/{name}" for number in range(count) for name in _OF_ITEMS]
    values = {pointer: _truth(pointer, found.get(pointer)) for pointer in (*_FIXED, *items)}
    return {pointer: value for pointer, value in values.items() if value != UNSAID}


def _truth(pointer: Pointer, found: Reading | None) -> Truth:
    """A way to pay may be said as records do, or as printed."""
    if found is None:
        return None
    if pointer == "/payment_method" and found.value != found.raws[0].casefold():
        return {"any": [found.value, found.raws[0]]}
    return found.value


def raw(found: dict[Pointer, Reading]) -> dict[Pointer, Truth]:
    """As printed; several forms where it is printed in several."""
    told: dict[Pointer, Truth] = {}
    for pointer, one in found.items():
        forms = list(dict.fromkeys(one.raws))
        told[pointer] = forms[0] if len(forms) == 1 else {"any": forms}
    return {pointer: told[pointer] for pointer in found if found[pointer].value != UNSAID}
