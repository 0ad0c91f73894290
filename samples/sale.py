"""What a till prints for one sale in an invented shop, and what a reader should make of it."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal

Anchor = Literal["left", "middle", "right", "after"]
"""Where a cell stands relative to its x; `after`: one space behind the cell before it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of text on one row; x is a fraction of the paper's printable width."""

    text: str
    x: float = 0.0
    anchor: Anchor = "left"
    pointer: str | None = None
    size: float = 1.0
    bold: bool = False


Row = tuple[Cell, ...]
"""One printed row; an empty one is a gap, and a cell of one "-" is a rule across the paper."""


@dataclass
class Slip:
    """Rows as they are printed, with the values that stand in them."""

    rows: list[Row] = field(default_factory=list)
    expected: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)

    def expect(self, pointer: str, value: object, raw: str) -> str:
        """Note what `pointer` should read as; returns the pointer for the cell."""
        self.expected[pointer], self.raw[pointer] = value, raw
        return pointer


@dataclass(frozen=True, slots=True)
class Money:
    """How a locale prints amounts."""

    symbol: str
    decimal: str
    thousands: str

    @property
    def step(self) -> Decimal:
        return Decimal("0.01") if self.decimal else Decimal(1)

    def parse(self, printed: str) -> Decimal:
        plain = printed.replace(self.thousands, "")
        return Decimal(plain.replace(self.decimal, ".") if self.decimal else plain)

    def rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.step, ROUND_HALF_UP)

    def plain(self, amount: Decimal) -> str:
        """Without the currency."""
        american = f"{self.rounded(amount):,f}"
        swap = {",": self.thousands, ".": self.decimal}
        return "".join(swap.get(character, character) for character in american)

    def full(self, amount: Decimal) -> str:
        """With the currency, where the locale puts it."""
        return self.symbol.format(self.plain(amount))


def locales() -> list[dict[str, Any]]:
    """Every locale of shops.toml."""
    text = Path(__file__).with_name("shops.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["locale"]
    return found


def _header(slip: Slip, shop: dict[str, Any], words: dict[str, str]) -> None:
    name, address, phone = shop["name"], shop["address"], shop["phone"]
    pointer = slip.expect("/merchant/name", name, name)
    slip.rows.append((Cell(name, 0.5, "middle", pointer, 1.35, bold=True),))
    pointer = slip.expect("/merchant/address", ", ".join(address), " ".join(address))
    slip.rows += [(Cell(line, 0.5, "middle", pointer),) for line in address]
    pointer = slip.expect("/merchant/phone", phone, phone)
    slip.rows.append((Cell(f"{words['phone']}: ", 0.24), Cell(phone, 0, "after", pointer)))
    slip.rows.append(())


def _reference(slip: Slip, locale: dict[str, Any], chance: random.Random) -> None:
    words = locale["words"]
    moment = datetime(2019, 1, 2, 8) + timedelta(  # noqa: DTZ001  a till knows no time zone
        days=chance.randrange(2400), seconds=chance.randrange(12 * 3600)
    )
    date, time = moment.strftime(locale["date"]), moment.strftime(locale["time"])
    seconds = "%S" in locale["time"]
    number = f"{chance.choice('ABKT')}{chance.randrange(10_000, 999_999)}"
    pointers = [
        slip.expect("/receipt_number", number, number),
        slip.expect("/date", moment.date().isoformat(), date),
        slip.expect("/time", moment.strftime("%H:%M:%S" if seconds else "%H:%M"), time),
    ]
    label = (Cell(f"{words['number']}:"), Cell(number, 0, "after", pointers[0]))
    if chance.random() < 0.5:
        slip.rows.append(
            (*label, Cell(date, 0.66, "right", pointers[1]), Cell(time, 1, "right", pointers[2]))
        )
    else:
        slip.rows.append(label)
        slip.rows.append((Cell(f"{words['date']}:"), Cell(date, 0, "after", pointers[1])))
        slip.rows.append((Cell(f"{words['time']}:"), Cell(time, 0, "after", pointers[2])))
    slip.rows.append((Cell("-"),))


def _items(
    slip: Slip, locale: dict[str, Any], shop: dict[str, Any], money: Money, chance: random.Random
) -> Decimal:
    """Print the line items; returns their sum."""
    words, columns = locale["words"], chance.random() < 0.6
    if columns:
        slip.rows.append(
            (
                Cell(words["quantity"]),
                Cell(words["header"], 0.12),
                Cell(words["amount"], 1, "right"),
            )
        )
    total = Decimal(0)
    chosen = chance.sample(shop["items"], chance.randint(3, min(6, len(shop["items"]))))
    for index, (description, printed) in enumerate(chosen):
        at, unit = f"/items/{index}", money.parse(printed)
        quantity = chance.choice([1, 1, 1, 2, 3])
        price = quantity * unit
        total += price
        named = slip.expect(f"{at}/description", description, description)
        priced = slip.expect(f"{at}/price", str(price), money.plain(price))
        right = Cell(money.plain(price), 1, "right", priced)
        if columns:
            counted = slip.expect(f"{at}/quantity", str(quantity), str(quantity))
            slip.rows.append(
                (
                    Cell(str(quantity), 0.02, "left", counted),
                    Cell(description, 0.12, "left", named),
                    right,
                )
            )
        else:
            slip.rows.append((Cell(description, 0, "left", named), right))
        if quantity > 1 and not columns:
            counted = slip.expect(f"{at}/quantity", str(quantity), str(quantity))
            each = slip.expect(f"{at}/unit_price", str(unit), printed)
            slip.rows.append(
                (
                    Cell(str(quantity), 0.08, "left", counted),
                    Cell("x", 0, "after"),
                    Cell(printed, 0, "after", each),
                )
            )
    slip.rows.append((Cell("-"),))
    return total


def _judged(amount: Decimal) -> str | dict[str, list[str]]:
    """What goes off the price is printed with a minus; both signs are right for a reader."""
    return str(amount) if amount >= 0 else {"any": [str(-amount), str(amount)]}


def _amount(
    slip: Slip,
    label: str,
    amount: Decimal,
    money: Money,
    pointer: str | None = None,
    *,
    full: bool = False,
    bold: bool = False,
    labelled: str | None = None,
) -> None:
    printed = money.full(amount) if full else money.plain(amount)
    if pointer is not None:
        slip.expect(pointer, _judged(money.rounded(amount)), printed)
    size = 1.25 if bold else 1.0
    named = Cell(label, 0, "left", labelled, size, bold)
    slip.rows.append((named, Cell(printed, 1, "right", pointer, size, bold)))


def _totals(
    slip: Slip, locale: dict[str, Any], net: Decimal, money: Money, chance: random.Random
) -> None:
    words, rate = locale["words"], Decimal(locale["tax_rate"])
    included = locale["tax_included"]
    discount = money.rounded(net / 10) if chance.random() < 0.2 else Decimal(0)
    total = net - discount
    tax = money.rounded(total - total / (1 + rate) if included else total * rate)
    _amount(slip, words["subtotal"], net, money, "/subtotal")
    if discount:
        _amount(slip, words["discount"], -discount, money, "/discount")
    if not included:
        total += tax
        _amount(slip, words["tax"], tax, money, "/tax")
    if step := locale.get("rounding"):
        rounded = (total / Decimal(step)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(step)
        if rounded != total:
            _amount(slip, words["rounding"], rounded - total, money)
        total = rounded
    _amount(slip, words["total"], total, money, "/total", full=True, bold=True)
    if included:
        _amount(slip, words["tax"], tax, money, "/tax")
    _payment(slip, words, total, money, chance)
    slip.expected["/currency"] = locale["currency"]


def _payment(
    slip: Slip, words: dict[str, str], total: Decimal, money: Money, chance: random.Random
) -> None:
    cash = chance.random() < 0.6
    printed = words["cash"] if cash else words["card"]
    choices = {"any": ["cash" if cash else "card", printed]}
    method = slip.expect("/payment_method", choices, printed)
    if not cash:
        _amount(slip, printed, total, money, labelled=method)
        return
    note = Decimal(10) if money.decimal else Decimal(500)
    paid = (total // note + 1) * note
    _amount(slip, printed, paid, money, labelled=method)
    _amount(slip, words["change"], paid - total, money)


def compose(seed: int) -> Slip:
    """One sale, wholly decided by `seed`."""
    chance = random.Random(seed)
    every = locales()
    locale = every[seed % len(every)]
    shop = chance.choice(locale["shop"])
    money = Money(locale["symbol"], locale["decimal"], locale["thousands"])
    slip = Slip(expected={"/tip": None})
    _header(slip, shop, locale["words"])
    _reference(slip, locale, chance)
    net = _items(slip, locale, shop, money, chance)
    _totals(slip, locale, net, money, chance)
    slip.rows += [(), (Cell(locale["words"]["thanks"], 0.5, "middle"),)]
    return slip
