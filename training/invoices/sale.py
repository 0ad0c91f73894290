"""What an invoice tells: who sold what to whom, when, and how it adds up."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from training.invoices.country import Country, choices, countries, filled, iban, tax_id, word

Kind = Literal["invoice", "credit_note", "corrective"]
_CENT, _NOTHING, _HUNDRED = Decimal("0.01"), Decimal(0), Decimal(100)
_NUMBERS = (
    *(
        "R-####",
        "20##-####",
        "INV#####",
        "##/####",
        "FV/##/20##",
        "######",
        "@@##-####",
        "########",
    ),
    *("#####-@", "@-20##-###", "20##/###", "@@@-####"),
)
_FIRST = ("Anna", "Peter", "Marie", "Jan", "Lucia", "Thomas", "Eva", "Marco", "Nina", "Paul")


@dataclass(frozen=True, slots=True)
class Firm:
    """Who sells or buys."""

    name: str
    brand: str
    """What it calls itself in large letters."""
    street: str
    place: str
    tax_id: str | None
    phone: str
    domain: str
    person: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice."""

    article: str
    description: str
    note: str | None
    """A second line of the description."""
    quantity: Decimal
    unit: str
    unit_price: Decimal
    rate: Decimal

    @property
    def price(self) -> Decimal:
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate of tax: per cent, what is taxed, how much that makes."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """All facts of one invoice or credit note."""

    kind: Kind
    country: Country
    number: str
    issued: date
    due: date | None
    says_due: bool
    """Until when to pay stands in a sentence, not beside a label."""
    early: date | None
    """Until when to pay with a discount."""
    offer: tuple[str, date] | None
    """Number and date of what was agreed on before."""
    delivery: date | None
    order: str | None
    customer: str | None
    original: str | None
    seller: Firm
    buyer: Firm
    iban: str | None
    items: tuple[Item, ...]
    is_gross: bool
    """Prices of items hold the tax."""
    discount_rate: Decimal | None
    discount: Decimal
    shipping: Decimal
    taxes: tuple[Tax, ...]
    paid: Decimal

    @property
    def goods(self) -> Decimal:
        return sum((item.price for item in self.items), _NOTHING)

    @property
    def net(self) -> Decimal:
        return sum((tax.base for tax in self.taxes), _NOTHING)

    @property
    def tax(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), _NOTHING)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def left(self) -> Decimal:
        return self.total - self.paid


def cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def drawn_sale(rng: random.Random) -> Sale:
    """An invoice of some country, some trade, some habits."""
    country = countries()[rng.choice(sorted(countries()))]
    kind: Kind = rng.choices(("invoice", "credit_note", "corrective"), (84, 10, 6))[0]
    sign = -1 if kind != "invoice" and rng.random() < 0.6 else 1
    rates = country.rates if rng.random() < 0.3 else country.rates[:1]
    items = tuple(_items(country, rates, sign, rng))
    is_gross = rng.random() < 0.1
    goods = sum((item.price for item in items), _NOTHING)
    is_plain = len(rates) > 1
    rate = None if is_plain or rng.random() > 0.2 else Decimal(rng.choice((2, 3, 5, 10)))
    discount = cents(goods * rate / _HUNDRED) if rate else _NOTHING
    shipping = Decimal(rng.choice((495, 690, 1200, 2500))) / 100
    shipping = _NOTHING if is_plain or rng.random() > 0.2 else sign * shipping
    taxes = tuple(_taxes(items, shipping - discount, is_gross=is_gross))
    total = sum((tax.base + tax.amount for tax in taxes), _NOTHING)
    day = date(2018, 1, 1) + timedelta(days=rng.randrange(2800))
    offered = (filled("@#####", rng), day - timedelta(days=rng.randint(5, 60)))
    return Sale(
        kind=kind,
        country=country,
        number=filled(rng.choice(_NUMBERS), rng),
        issued=day,
        due=day + timedelta(days=rng.choice((7, 14, 30, 45))) if rng.random() < 0.65 else None,
        says_due=rng.random() < 0.3,
        early=day + timedelta(days=5) if rng.random() < 0.15 else None,
        offer=offered if rng.random() < 0.25 else None,
        delivery=day - timedelta(days=rng.randint(0, 12)) if rng.random() < 0.4 else None,
        order=filled("@@#####", rng) if rng.random() < 0.4 else None,
        customer=filled("#####", rng) if rng.random() < 0.5 else None,
        original=filled("@#####", rng) if kind != "invoice" else None,
        seller=_firm(country, rng, taxed=0.9),
        buyer=_firm(country, rng, taxed=0.35),
        iban=iban(country.iban, rng) if country.iban and rng.random() < 0.8 else None,
        items=items,
        is_gross=is_gross,
        discount_rate=rate,
        discount=discount,
        shipping=shipping,
        taxes=taxes,
        paid=cents(total * rng.choice((20, 50)) / 100) if rng.random() < 0.12 else _NOTHING,
    )


def _items(
    country: Country, rates: tuple[Decimal, ...], sign: int, rng: random.Random
) -> Iterator[Item]:
    for _ in range(rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 24, 40))):
        noun, kind = (rng.choice(choices(country, name)) for name in ("goods", "kinds"))
        note = rng.choice(choices(country, "notes")) if rng.random() < 0.3 else None
        quantity = Decimal(rng.choice((1, 1, 2, 3, 4, 5, 10, 12, 25)))
        yield Item(
            article=filled(rng.choice(("####", "@@-###", "######")), rng),
            description=f"{noun} {kind}" if rng.random() < 0.8 else noun,
            note=note.format(n=rng.randint(10_000, 99_999)) if note else None,
            quantity=sign * (quantity if rng.random() < 0.85 else quantity + Decimal("0.5")),
            unit=rng.choice(choices(country, "units")),
            unit_price=Decimal(round(10 ** rng.uniform(0.3, 3.3) * 100)) / 100,
            rate=rng.choice(rates),
        )


def _taxes(items: tuple[Item, ...], extra: Decimal, *, is_gross: bool) -> Iterator[Tax]:
    """By rate; what is added or taken off besides goods counts for the first."""
    for place, rate in enumerate(sorted({item.rate for item in items}, reverse=True)):
        sold = sum((item.price for item in items if item.rate == rate), _NOTHING)
        sold += extra if place == 0 else _NOTHING
        tax = cents(sold * rate / (_HUNDRED + rate if is_gross else _HUNDRED))
        yield Tax(rate, sold - tax if is_gross else sold, tax)


def _firm(country: Country, rng: random.Random, taxed: float) -> Firm:
    first, family = rng.choice(_FIRST), word(rng)
    pattern = rng.choice(country.firms).replace("{word}", family, 1)
    name = filled(pattern, rng, first=first, trade=rng.choice(country.trades))
    brand = family if rng.random() < 0.5 else family.upper()
    return Firm(
        name=name,
        brand=brand,
        street=filled(rng.choice(country.streets), rng),
        place=filled(rng.choice(country.places), rng),
        tax_id=tax_id(country.vat, rng) if country.vat and rng.random() < taxed else None,
        phone=filled(rng.choice(("+## ## #######", "0### ######", "0#-## ## ## ##")), rng),
        domain=f"{family.lower()}.example",
        person=f"{first} {word(rng)}",
    )
