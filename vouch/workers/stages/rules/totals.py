"""Total, subtotal, tax, tip, discount: amounts compete, labels and sums speak for the right one."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.drafting import candidate, clip, print_of, ranked, sigmoid
from vouch.workers.stages.rules.ledger import Entry

_CENT = Decimal("0.01")
_MOST = 20
"""Values of one kind that are looked at: more are no receipt, and sums of them no evidence."""
_REPEATS = 3
"""Places shown beside the first: enough to compare."""
_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
_ROUNDING = Decimal("0.05")
"""Cash is rounded by up to five cents (twenty rappen, five öre …) without a line that says so."""


@dataclass(frozen=True)
class Books:
    """The ledger by kind, and what its sums say."""

    entries: tuple[Entry, ...]
    items_sum: Decimal | None
    """Sum of the line items' prices; None when there are no items."""

    @cached_property
    def _by_kind(self) -> dict[str | None, tuple[Decimal, ...]]:
        kinds = {entry.kind for entry in self.entries}
        return {
            kind: tuple(
                dict.fromkeys(
                    abs(entry.amount.value)
                    for entry in self.entries
                    if entry.kind == kind and not entry.amount.is_bare
                )
            )[:_MOST]
            for kind in kinds
        }

    def values(self, *kinds: str) -> tuple[Decimal, ...]:
        """Distinct printed values of these kinds, in order; a till prints no more than a few."""
        return tuple(value for kind in kinds for value in self._by_kind.get(kind, ()))

    @cached_property
    def paid(self) -> tuple[Decimal, ...]:
        """What was paid in the end, ascending: cash less change, card payments."""
        cash, change = self.values("cash"), self.values("change")
        differences = (given - back for given in cash for back in change)
        return _ascending((*differences, *self.values("card")))

    @cached_property
    def tendered(self) -> tuple[Decimal, ...]:
        """Cash handed over when none came back, ascending: then it is what was payable."""
        return () if any(self.values("change")) else _ascending(self.values("cash"))

    @cached_property
    def superseded(self) -> frozenset[Decimal]:
        """Totals that a later total replaces by rounding them."""
        totals = [
            entry.amount.value
            for entry in self.entries
            if entry.kind in {"total", "subtotal"} and not entry.is_summary
        ][-_MOST:]
        pairs = ((a, b) for i, a in enumerate(totals) for b in totals[i + 1 :])
        return frozenset(a for a, b in pairs if a != b and abs(a - b) <= _ROUNDING)

    @cached_property
    def built(self) -> tuple[Decimal, ...]:
        """Subtotal with every mix of taxes, charges, discount and rounding that the page prints."""
        taxes = self.values("tax")
        extras = dict.fromkeys((Decimal(), sum(taxes, Decimal()), *taxes))
        services = (Decimal(), *self.values("service", "tip"))
        less = (Decimal(), *self.values("discount"))
        rounding = (Decimal(), *(e.amount.value for e in self.entries if e.kind == "rounding"))
        return _ascending(
            net + tax + service - off + cents
            for net in self.values("subtotal")[:4]
            for tax in list(extras)[:8]
            for service in services[:4]
            for off in less[:4]
            for cents in rounding[:3]
            if tax or service or off or cents
        )

    @cached_property
    def largest(self) -> Decimal:
        """The largest amount that is no payment and no count."""
        kinds = {None, "total", "subtotal", "card"}
        values = (e.amount.value for e in self.entries if e.kind in kinds and not e.amount.is_bare)
        return max(values, default=Decimal())

    @cached_property
    def occurrences(self) -> Counter[Decimal]:
        return Counter(e.amount.value for e in self.entries if not e.amount.is_bare)


def _ascending(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Distinct positive values in order, as `_near` looks them up."""
    return tuple(sorted({value for value in values if value > 0}))


def _near(value: Decimal, ascending: Sequence[Decimal], slack: Decimal = _CENT) -> bool:
    """Whether one of the values is within the slack."""
    index = bisect_left(ascending, value - slack)
    return index < len(ascending) and ascending[index] <= value + slack


def choose_total(books: Books) -> tuple[Candidate, ...]:
    """Candidates for /total: the amount finally payable, after rounding."""
    last = _last_total(books)
    made = []
    for entry in books.entries:
        if entry.kind in {"count", "change", "rounding", "discount"} or entry.amount.value < 0:
            continue
        signals = _total_signals(entry, books)
        logit = _total_logit(entry, signals) + 0.8 * (entry is last)
        made.append(candidate(entry.amount.text, [entry.amount.figures], sigmoid(logit), signals))
    return tuple(_with_repeats(found, books) for found in ranked(made))


def _with_repeats(total: Candidate, books: Books) -> Candidate:
    """The total with the other rows that call it so, or say that just this much was paid."""
    prints = (
        print_of(entry.amount.figures)
        for entry in books.entries
        if entry.kind in {"total", "cash", "card"} and entry.amount.text == total.value
    )
    others = [found for found in prints if found.tokens != total.tokens]
    return total.model_copy(update={"repeats": tuple(others[:_REPEATS])})


def _last_total(books: Books) -> Entry | None:
    """Where totals before and after rounding are printed, the later one is payable."""
    totals = [
        entry
        for entry in books.entries
        if entry.kind == "total" and entry.strength >= 0.7 and not entry.is_summary
    ]
    return totals[-1] if totals else None


def _total_signals(entry: Entry, books: Books) -> dict[str, float]:
    value = entry.amount.value
    plain = abs(value)
    sums = [_near(plain, books.built, _ROUNDING)] if books.built else []
    if books.items_sum is not None:
        sums.append(_near(plain, [books.items_sum], _ROUNDING))
    # Where nothing is called total, the subtotal is what was paid.
    net = 0.5 if books.values("total") else 0.1
    contrary = {"subtotal": net, "tax": 1.0, "tip": 1.0, "service": 1.0, "cash": 0.5}
    return {
        "keyword": entry.strength if entry.kind == "total" else 0.0,
        "contrary": contrary.get(entry.kind or "", 0.0) * entry.strength,
        "sums": sum(sums) / len(sums) if sums else 0.0,
        "paid": 1.0 if _near(plain, books.paid) else 0.5 if _near(plain, books.tendered) else 0.0,
        "superseded": float(value in books.superseded and plain not in books.paid),
        "unpaid": float(bool(books.paid) and not _near(plain, books.paid, _ROUNDING)),
        "largest": float(plain >= books.largest > 0),
        "repeats": clip((books.occurrences[value] - 1) / 3),
        "height": clip(entry.amount.row.height / 2),
        "currency": float(entry.amount.mark is not None),
        "crowd": 1 / entry.crowd,
        "summary": float(entry.is_summary),
        "scarred": float(entry.amount.is_scarred),
        "depth": entry.amount.row.depth,
    }


def _total_logit(entry: Entry, signals: dict[str, float]) -> float:
    return (
        -4.0
        + 4.0 * signals["keyword"]
        - 3.0 * signals["contrary"]
        + 1.0 * signals["sums"]
        + 2.0 * signals["paid"]
        + 1.0 * signals["largest"]
        + 1.0 * signals["repeats"]
        + 1.0 * (signals["height"] - 0.5)
        + 0.3 * signals["currency"]
        + 1.0 * (signals["crowd"] - 1.0)
        - 1.5 * signals["summary"]
        - 1.5 * entry.amount.is_bare
        - 2.0 * (entry.amount.value == 0)
        - 2.0 * signals["superseded"]
        - 1.0 * signals["unpaid"]
    )


def adds_up(books: Books, total: Candidate | None) -> bool:
    """Whether the line items sum to the total or to a printed subtotal."""
    if books.items_sum is None or total is None:
        return False
    return _near(books.items_sum, _ascending([Decimal(total.value), *books.values("subtotal")]))


def choose_subtotal(books: Books, total: Candidate | None) -> tuple[Candidate, ...]:
    """Candidates for /subtotal: labelled so; better where total − extras gives it."""
    payable = Decimal(total.value) if total else None
    return ranked(_labelled(books, "subtotal", payable))


def choose_tax(books: Books, total: Candidate | None) -> tuple[Candidate, ...]:
    """Candidates for /tax. A tax of zero is a tax; one as large as the total is a misreading."""
    payable = Decimal(total.value) if total else None
    return ranked(_labelled(books, "tax", payable))


def choose_tip(books: Books) -> tuple[Candidate, ...]:
    """Candidates for /tip: only where the buyer's tip is printed, service charges are none."""
    return ranked(_labelled(books, "tip", None))


def choose_discount(books: Books) -> tuple[Candidate, ...]:
    """Candidates for /discount, as a positive amount."""
    made = _labelled(books, "discount", None)
    return ranked(
        found.model_copy(update={"value": found.value.lstrip("-")})
        for found in made
        if Decimal(found.value) != 0
    )


def asides(books: Books) -> dict[str, Candidate]:
    """Amounts that only checks use: cash handed over, change, rounding."""
    best = {kind: ranked(_labelled(books, kind, None)) for kind in ("cash", "change", "rounding")}
    return {kind: found[0] for kind, found in best.items() if found}


def _labelled(books: Books, kind: str, payable: Decimal | None) -> Iterator[Candidate]:
    for entry in books.entries:
        if entry.kind != kind or entry.amount.is_bare:
            continue
        value = entry.amount.value
        fits = _fits(kind, value, payable, books) if payable is not None else 0.0
        share = _column_share(entry, books) if kind == "tax" else 1 / entry.crowd
        signals = {
            "keyword": entry.strength,
            "sums": max(fits, 0.0),
            "crowd": share,
            "summary": float(entry.is_summary),
            "repeats": clip((books.occurrences[value] - 1) / 3),
            "scarred": float(entry.amount.is_scarred),
            "depth": entry.amount.row.depth,
        }
        logit = -2.5 + 3.5 * entry.strength + 1.5 * fits + 2.0 * (share - 1)
        logit -= 0.7 * entry.is_summary
        yield candidate(entry.amount.text, [entry.amount.figures], sigmoid(logit), signals)


def _column_share(entry: Entry, books: Books) -> float:
    """1 for the tax among net, tax and gross: net + tax = gross, or net × rate = tax."""
    if entry.crowd == 1:
        return 1.0
    row = entry.amount.row
    values = [e.amount.value for e in books.entries if e.amount.row.index == row.index]
    tax = entry.amount.value
    rates = [Decimal(rate.replace(",", ".")) / 100 for rate in _RATE.findall(row.text)]
    is_tax = any(
        (tax < net and net + tax in values)
        or _near(tax, _ascending(net * rate for rate in rates), _ROUNDING / 2)
        for net in values
        if net != tax
    )
    return 1.0 if is_tax else 0.3 / entry.crowd


def _fits(kind: str, value: Decimal, payable: Decimal, books: Books) -> float:
    """1 when the sum comes out, −2 when the amount is too large to be what it says, else 0."""
    if (value > payable + _ROUNDING and not books.values("discount")) or (
        kind == "tax" and value >= payable > 0
    ):
        return -2.0
    rest = books.values("tax") if kind == "subtotal" else books.values("subtotal")
    extras = books.values("service", "tip")
    sums = {payable - other for other in rest} | {
        payable - other - x for other in rest for x in extras
    }
    return float(_near(value, _ascending(sums), _ROUNDING))
