"""What was bought: goods, sums, payment, as numbers before anything is printed."""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from training.invoices.country import filled
from training.receipts.country import Country, choices, countries, numbered, of_kind
from training.receipts.shop import Shop, drawn_shop

_HUNDRED, _NOTHING = Decimal(100), Decimal(0)
_START, _MINUTES = datetime(2009, 1, 1, tzinfo=UTC), 17 * 365 * 24 * 60
_NUMBERS = (
    "######", "#####", "####", "####", "CS-####", "@@-#####", "INV######", "##-######", "########",
    "@####", "CS@@-0######", "20##-#####", "###", "0##/###/##", "@######", "V0##-######",
    "1#######-#", "R0000#####", "T##-#####", "CB#####",
)  # fmt: skip
_CODES = (
    "#############",
    "####",
    "@@####",
    "####-####",
    "########",
    "@-###",
    "955##########",
    "##",
)


_FREE = 0.02
"""Share of items that cost nothing."""
_UNITS = (" PC", " PCS", "PCS", " UNIT", " NOS", " PKT", " BOX", " EA")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing bought."""

    code: str
    description: str
    quantity: Decimal
    unit: str
    """Empty, or what was weighed or counted in."""
    unit_price: Decimal
    price: Decimal
    mark: str
    note: str | None
    """A line below that is no item: a side dish, a wish."""


@dataclass(frozen=True, slots=True)
class Sale:
    """All facts of a receipt."""

    country: Country
    shop: Shop
    moment: datetime
    number: str
    items: tuple[Item, ...]
    discount: Decimal
    service: Decimal
    rate: Decimal
    tax: Decimal
    is_inclusive: bool
    rounding: Decimal
    tip: Decimal
    given: Decimal
    """Cash that was handed over; 0: a card paid."""

    @property
    def goods(self) -> Decimal:
        return sum((item.price for item in self.items), _NOTHING)

    @property
    def net(self) -> Decimal:
        """What the sum is without the tax."""
        return self.exact - self.tax

    @property
    def exact(self) -> Decimal:
        """The sum before it is rounded to coins."""
        tax = _NOTHING if self.is_inclusive else self.tax
        return self.goods - self.discount + self.service + tax

    @property
    def due(self) -> Decimal:
        return self.exact + self.rounding

    @property
    def paid(self) -> Decimal:
        """With the tip."""
        return self.due + self.tip


def rounded(value: Decimal, country: Country) -> Decimal:
    """To the smallest amount that is printed."""
    return value.quantize(Decimal(1).scaleb(-country.places), ROUND_HALF_UP)


def drawn_sale(rng: random.Random) -> Sale:
    """What somebody bought in some country."""
    known = countries()
    country = known[rng.choices(list(known), [one.weight for one in known.values()])[0]]
    shop = drawn_shop(country, rng)
    items = tuple(_item(country, shop.kind, rng) for _ in range(_count(rng)))
    goods = sum((item.price for item in items), _NOTHING)
    share = rng.choice((5, 10, 10, 15, 20, 25)) if rng.random() < 0.14 else 0
    discount = rounded(goods * share / _HUNDRED, country)
    has_service = shop.kind == "food" and rng.random() < country.service
    service = rounded((goods - discount) / 10, country) if has_service else _NOTHING
    base = goods - discount + service
    rate, is_inclusive = rng.choice(country.rates), rng.random() < country.inclusive
    tax = rounded(base * rate / (_HUNDRED + rate if is_inclusive else _HUNDRED), country)
    exact = base if is_inclusive else base + tax
    rounding = _rounding(exact, country) if rng.random() < 0.75 else _NOTHING
    is_tipped = rng.random() < country.tips and shop.kind == "food"
    tip = rounded(exact * rng.choice((10, 15, 18, 20)) / _HUNDRED, country)
    tip = tip if is_tipped else _NOTHING
    paid = exact + rounding + tip
    return Sale(
        country=country,
        shop=shop,
        moment=_START + timedelta(minutes=rng.randrange(_MINUTES)),
        number=filled(rng.choice(_NUMBERS), rng),
        items=items,
        discount=discount,
        service=service,
        rate=rate,
        tax=tax,
        is_inclusive=is_inclusive,
        rounding=rounding,
        tip=tip,
        given=_given(paid, country, rng) if rng.random() < 0.62 else _NOTHING,
    )


def _count(rng: random.Random) -> int:
    return rng.choices(
        (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22), (20, 18, 16, 12, 9, 7, 6, 5, 3, 2, 1)
    )[0]


def _rounding(exact: Decimal, country: Country) -> Decimal:
    if country.round is None:
        return _NOTHING
    return (exact / country.round).quantize(Decimal(1), ROUND_HALF_UP) * country.round - exact


def _given(paid: Decimal, country: Country, rng: random.Random) -> Decimal:
    """Exactly, or the next note."""
    if rng.random() < 0.3:
        return paid
    notes = [Decimal(note * country.scale) for note in (1, 5, 10, 20, 50, 100)]
    note = rng.choice([one for one in notes if one * 12 > paid] or notes[-1:])
    return (paid // note + 1) * note


def _item(country: Country, kind: str, rng: random.Random) -> Item:
    goods = rng.choice(of_kind(country.language, "goods")[kind])
    unit_price = Decimal(round(10 ** rng.uniform(-0.2, 2.1) * 100)) / 100
    if rng.random() < 0.6:
        unit_price = unit_price.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rng.random() < 0.3:
        unit_price = unit_price.quantize(Decimal(1), ROUND_HALF_UP) + 1
    unit_price = rounded(unit_price * country.scale * (rng.random() > _FREE), country)
    if country.scale > 1:
        unit_price = (unit_price / 500).quantize(Decimal(1)) * 500 + 500
    quantity, unit = _quantity(kind, rng)
    return Item(
        code=filled(rng.choice(_CODES), rng),
        description=_description(goods, country, kind, rng),
        quantity=quantity,
        unit=unit,
        unit_price=unit_price,
        price=rounded(unit_price * quantity, country),
        mark=rng.choice(country.taxmarks),
        note=_note(country.language, rng) if kind == "food" and rng.random() < 0.12 else None,
    )


def _quantity(kind: str, rng: random.Random) -> tuple[Decimal, str]:
    if kind in {"grocery", "fuel"} and rng.random() < 0.12:
        return Decimal(rng.randint(105, 3999)) / 1000, "L" if kind == "fuel" else "kg"
    unit = rng.choice(_UNITS) if kind not in {"food", "fuel"} and rng.random() < 0.12 else ""
    count = Decimal(rng.choices((1, 2, 3, 4, 5, 6, 10, 12), (60, 18, 8, 5, 3, 2, 2, 2))[0])
    return count, unit


def _description(goods: str, country: Country, kind: str, rng: random.Random) -> str:
    """Goods of a kind, a brand, a size; as tills shorten them."""
    language, words = country.language, [goods]
    if rng.random() < 0.35:
        words.append(rng.choice(choices(language, "kinds")))
    if kind != "food" and rng.random() < 0.4:
        words.append(rng.choice(choices(language, "sizes")))
    if kind != "food" and rng.random() < 0.3:
        words.insert(0, filled("{word}", rng))
    text = " ".join(words)
    if rng.random() < 0.12:
        text = re.sub(r"(?<=\w)[aeiou](?=\w)", "", text)
    if rng.random() < 0.06:
        text = f"{rng.choice(('*', '#', '**', '+ '))}{text}"
    return text


def _note(language: str, rng: random.Random) -> str:
    kind = rng.choice(choices(language, "kinds"))
    return numbered(rng.choice(("{}", "- {}", "+ {}", "* {}", "NO {}")).format(kind), rng)
