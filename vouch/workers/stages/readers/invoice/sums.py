"""Net, tax, total and what is left to pay: by their labels, by VAT tables, and by what adds up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.beside import Beside, beside, heading
from vouch.workers.stages.readers.invoice.sheet import Sheet
from vouch.workers.stages.readers.invoice.words import money
from vouch.workers.stages.rules.amounts import Amount
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid

_CENT = Decimal("0.02")
_LABELLED, _UNDER, _IN_TABLE = 1.0, 0.6, 0.45
_NEAR = 1
"""Lines below its heading at which a sum stands."""
_VAT_COLUMNS = frozenset({"net_total", "tax_total", "total"})
_BELOW = frozenset({"amount_due", "prepaid"})


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with what its words say it is."""

    kind: str
    amount: Amount
    weight: float

    @property
    def value(self) -> Decimal:
        return self.amount.value


def choose_sums(sums: Sequence[Sum]) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for /net_total, /tax_total, /total and /amount_due."""
    of = {kind: [one for one in sums if one.kind == kind] for kind in {one.kind for one in sums}}
    payable = of.get("amount_due", [])
    books = {
        "net_total": [*of.get("net_total", []), *_as("net_total", of.get("items_sum", []), 0.6)],
        "tax_total": of.get("tax_total", []),
        "total": [*of.get("total", []), *_as("total", payable, 0.7)],
    }
    fields = {f"/{kind}": _choose(kind, books) for kind in books}
    fields["/tax_total"] = ranked((*_added_taxes(books), *fields["/tax_total"]))
    paid = [one.value for one in of.get("prepaid", [])]
    fields["/amount_due"] = _choose_due(payable, fields["/total"], paid)
    return fields


def _added_taxes(books: Mapping[str, Sequence[Sum]]) -> Iterator[Candidate]:
    """The taxes of several rates added up, where no line does it but net and total say so."""
    rows = {one.amount.row.bbox.top: one for one in books["tax_total"] if one.weight > _IN_TABLE}
    taxes = [one for one in rows.values() if one.value]
    added = sum((one.value for one in taxes), Decimal())
    gaps = {gross.value - net.value for gross in books["total"] for net in books["net_total"]}
    printed = {one.value for one in books["tax_total"]}
    if len(taxes) > 1 and added not in printed and any(abs(added - gap) <= _CENT for gap in gaps):
        spans = [one.amount.figures for one in taxes]
        yield candidate(str(added), spans, 0.9, {"sums": 1.0, "computed": 1.0, "keyword": 0.9})


def _as(kind: str, sums: Iterable[Sum], weight: float) -> list[Sum]:
    """The sums, taken for another kind."""
    return [Sum(kind, one.amount, weight * one.weight) for one in sums]


def asides(sums: Sequence[Sum]) -> dict[str, Candidate]:
    """What was paid before, where one amount is named: a term of checks."""
    paid = {one.amount.text: one for one in sums if one.kind == "prepaid"}
    if len(paid) != 1:
        return {}
    one = next(iter(paid.values()))
    return {"prepaid": _candidate(one, one.weight, {})}


def read_sums(sheet: Sheet, amounts: Iterable[Amount]) -> Iterator[Sum]:
    """Every amount that a label or a heading names."""
    for amount in amounts:
        if amount.is_bare and not amount.mark:
            continue
        named = beside(sheet, amount.span, money, reach=0)
        if named and (last := named.nearest) and not _is_rate(named):
            crowd = sum(_is_figure(cell.text) for cell in sheet.band(amount.row).cells)
            weight = (
                named.weight * (_LABELLED if crowd <= 1 else 0.7) * (0.6 + 0.4 * amount.row.depth)
            )
            kind = "carried" if any(one.kind == "carried" for one in named.phrases) else last.kind
            yield Sum(kind, amount, weight)
            if crowd <= 1:
                continue
        yield from _headed(sheet, amount)


def _headed(sheet: Sheet, amount: Amount) -> Iterator[Sum]:
    """What a column's heading says: of taxes far below it, of what is to pay right below."""
    depth = 0.6 + 0.4 * amount.row.depth
    near = heading(sheet, amount.span, money, _NEAR)
    if near and near.nearest and near.nearest.kind in _BELOW and not _is_rate(near):
        yield Sum(near.nearest.kind, amount, _UNDER * depth)
        return
    over = heading(sheet, amount.span, money)
    if over and over.nearest and over.nearest.kind in _VAT_COLUMNS and not _is_rate(over):
        yield Sum(over.nearest.kind, amount, _IN_TABLE * depth)


def _is_figure(text: str) -> bool:
    return any(map(str.isdigit, text)) and sum(map(str.isalpha, text)) <= 3 and "%" not in text


def _is_rate(over: Beside) -> bool:
    """ "VAT %": per cent, no money."""
    behind = over.text[over.nearest.end :] if over.nearest else ""
    return behind.lstrip(" -.([").startswith("%")


def _choose(kind: str, books: Mapping[str, Sequence[Sum]]) -> tuple[Candidate, ...]:
    made = []
    for one in books[kind]:
        sums = _agrees(kind, one, books)
        largest = all(abs(one.value) >= abs(other.value) for other in books[kind])
        score = sigmoid(-2.0 + 2.5 * one.weight + 2.5 * sums + 0.4 * largest)
        made.append(_candidate(one, score, {"sums": sums, "largest": float(largest)}))
    return ranked(made)


def _candidate(one: Sum, score: float, more: Mapping[str, float]) -> Candidate:
    signals = {
        "keyword": clip(one.weight),
        "currency": float(one.amount.mark is not None),
        "depth": one.amount.row.depth,
        "scarred": float(one.amount.is_scarred),
        **more,
    }
    return candidate(one.amount.text, [one.amount.figures], score, signals)


def _agrees(kind: str, one: Sum, books: Mapping[str, Sequence[Sum]]) -> float:
    """How well net + tax = total can be made with it: the weaker weight of the two others."""
    names = [name for name in ("net_total", "tax_total", "total") if name != kind]
    best = 0.0
    for first in books[names[0]]:
        for second in books[names[1]]:
            parts = {kind: one, names[0]: first, names[1]: second}
            refs = {part.amount.span.refs for part in parts.values()}
            values = {name: part.value for name, part in parts.items()}
            gap = values["net_total"] + values["tax_total"] - values["total"]
            free = len(refs) == 3 or values["tax_total"] == 0
            if abs(gap) <= _CENT and values["total"] and free:
                best = max(best, min(first.weight, second.weight))
    return best


def _choose_due(
    payable: Sequence[Sum], totals: Sequence[Candidate], prepaid: Sequence[Decimal]
) -> tuple[Candidate, ...]:
    """The labelled amount; where none is named, the total."""
    if not payable:
        return tuple(
            one.model_copy(
                update={"score": 0.8 * one.score, "signals": {**one.signals, "keyword": 0.3}}
            )
            for one in totals
        )
    total = Decimal(totals[0].value) if totals else Decimal()
    made = []
    for one in payable:
        left = {total, *(total - abs(paid) for paid in prepaid)}
        sums = float(any(abs(one.value - rest) <= _CENT for rest in left))
        score = sigmoid(-1.0 + 2.5 * one.weight + 1.0 * sums)
        made.append(_candidate(one, score, {"sums": sums}))
    return ranked(made)
