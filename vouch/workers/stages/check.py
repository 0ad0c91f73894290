"""The stage `check`: do the amounts on the page add up?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from vouch.schemas.draft import Draft, Pointer
from vouch.schemas.grounding import Check, GroundedField

TOLERANCE = Decimal("0.05")
"""Cash roundings to five cents are printed on no line of their own in some countries."""
_ITEM_PRICE = re.compile(r"^/items/(\d+)/price$")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")

Amounts = Mapping[Pointer, Decimal]


def check(fields: Sequence[GroundedField], drafts: Sequence[Draft]) -> tuple[Check, ...]:
    """Every sum whose terms are all there, and whether it holds within the rounding of cash.

    The best candidates are checked; asides of the drafts (cash, change, rounding) serve as terms.
    """
    amounts = _amounts(fields)
    asides = {
        name: Decimal(candidate.value)
        for draft in reversed(drafts)
        for name, candidate in draft.asides.items()
        if _AMOUNT.fullmatch(candidate.value)
    }
    checks = (
        _net_plus_extras(amounts, asides),
        _items_sum(amounts),
        _cash_minus_change(amounts, asides),
        _net_plus_tax(amounts),
        _due_after_payments(amounts, asides),
        *_item_products(amounts),
    )
    return tuple(made for made in checks if made is not None)


def _amounts(fields: Iterable[GroundedField]) -> dict[Pointer, Decimal]:
    return {
        field.pointer: Decimal(field.best.value)
        for field in fields
        if _AMOUNT.fullmatch(field.best.value)
    }


def _close(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= TOLERANCE


def _net_plus_extras(amounts: Amounts, asides: Mapping[str, Decimal]) -> Check | None:
    """subtotal (+ tax) + tip − discount + rounding = total; prices may hold the tax already."""
    if "/subtotal" not in amounts or "/total" not in amounts:
        return None
    terms = [name for name in ("/subtotal", "/tax", "/tip", "/discount") if name in amounts]
    tax, tip = amounts.get("/tax", Decimal()), amounts.get("/tip", Decimal())
    discount = abs(amounts.get("/discount", Decimal()))
    net = amounts["/subtotal"] + asides.get("rounding", Decimal())
    sums = (
        net + extra_tax + tip - less
        for extra_tax in {Decimal(), tax}
        for less in {Decimal(), discount}
    )
    passed = any(_close(total, amounts["/total"]) for total in sums)
    return Check(name="subtotal_to_total", pointers=(*terms, "/total"), passed=passed)


def _items_sum(amounts: Amounts) -> Check | None:
    prices = {pointer: price for pointer, price in amounts.items() if _ITEM_PRICE.match(pointer)}
    targets = [name for name in ("/subtotal", "/net_total", "/total") if name in amounts]
    if not prices or not targets:
        return None
    total = sum(prices.values(), Decimal())
    extras = {Decimal(), amounts.get("/tax", Decimal()), -abs(amounts.get("/discount", Decimal()))}
    passed = any(_close(total + extra, amounts[name]) for name in targets for extra in extras)
    return Check(name="items_to_total", pointers=(*prices, *targets), passed=passed)


def _cash_minus_change(amounts: Amounts, asides: Mapping[str, Decimal]) -> Check | None:
    if "/total" not in amounts or "cash" not in asides:
        return None
    paid = asides["cash"] - abs(asides.get("change", Decimal()))
    passed = _close(paid, amounts["/total"])
    return Check(name="cash_minus_change", pointers=("/total",), passed=passed)


def _net_plus_tax(amounts: Amounts) -> Check | None:
    terms = ("/net_total", "/tax_total", "/total")
    if not all(name in amounts for name in terms):
        return None
    passed = _close(amounts["/net_total"] + amounts["/tax_total"], amounts["/total"])
    return Check(name="net_plus_tax", pointers=terms, passed=passed)


def _due_after_payments(amounts: Amounts, asides: Mapping[str, Decimal]) -> Check | None:
    """total − prepaid = amount_due. Without a payment on the page only an equal one says anything.

    The sign of a payment is printed as the vendor likes.
    """
    terms = ("/total", "/amount_due")
    if not all(name in amounts for name in terms):
        return None
    left = amounts["/total"] - abs(asides.get("prepaid", Decimal()))
    passed = _close(left, amounts["/amount_due"])
    told = passed or "prepaid" in asides
    return Check(name="total_less_prepaid", pointers=terms, passed=passed) if told else None


def _item_products(amounts: Amounts) -> Iterable[Check]:
    for pointer, price in amounts.items():
        if not (found := _ITEM_PRICE.match(pointer)):
            continue
        parts = tuple(f"/items/{found[1]}/{name}" for name in ("quantity", "unit_price"))
        if not all(part in amounts for part in parts):
            continue
        product = amounts[parts[0]] * amounts[parts[1]]
        yield Check(
            name="quantity_times_price", pointers=(*parts, pointer), passed=_close(product, price)
        )
