"""A sale in the words and forms of one till: what is printed, before it has a place."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from training.invoices.country import printed_amount
from training.receipts.country import Words, dated, made, numbered, wording
from training.receipts.sale import Sale
from training.receipts.sheet import Align, Cell, Look, Piece, Row, Tag
from vouch.schemas.draft import Pointer

UNSAID = "?"
"""The value of a mark that says less than labels need: a dollar sign in many countries."""
_CURRENCY = "\ue000"
"""Where a text names the currency: survives capitals."""
_ROOM = 0.19
"""Share of a line that a price with its currency may take."""
_RULES = ("", "", "-", "-", "-", "=", "*", "_", "line", "line", "double", "- ", ".")
_TIMES = ("%H:%M", "%H:%M", "%H:%M:%S", "%H:%M:%S")
_TIMES_ENGLISH = (
    *_TIMES,
    "%I:%M %p",
    "%I:%M%p",
    "%-I:%M:%S %p",
    "%-I:%M %p",
    "%-I:%M%p",
    "%H:%M:%S %p",
)
_TIMES_OF = {"fr": (*_TIMES, "%Hh%M"), "it": (*_TIMES, "%H.%M"), "de": (*_TIMES, "%H:%M Uhr")}


@dataclass(frozen=True, slots=True)
class Print:
    """One receipt and how it says things."""

    sale: Sale
    look: Look
    words: Words
    """Besides: `tax_name`, `currency`, `rule` (drawn across), `ends` (of labels of sums)."""
    rng: random.Random
    marks: str
    money: str
    """Of sums: "RM {}"."""
    money_in_rows: str
    date_form: str
    time_form: str
    colon: str
    upper: bool
    """Everything in capitals."""
    shouts: bool
    """Goods in capitals."""
    minus: str

    def said(self, name: str) -> str:
        """One of the till's words."""
        sale = self.sale
        rate = self.figure(sale.rate)
        text = self.words[name].replace("{tax}", self.words["tax_name"]).replace("{rate}", rate)
        text = text.replace("{cur}", _CURRENCY)
        if name == "discount":
            text = text.replace("{n}", f"{100 * sale.discount / sale.goods:.0f}")
        text = numbered(text, self.rng)
        return text.upper() if self.upper else text

    def pieces(self, name: str) -> list[Piece]:
        """Words that may hold the currency."""
        symbol = self.words["currency"]
        before, *rest = self.said(name).split(_CURRENCY)
        named = Piece(symbol, (self.currency(symbol),))
        return [Piece(before), *(one for text in rest for one in (named, Piece(text)))]

    def pattern(self, ways: Sequence[str]) -> str:
        """One of some patterns of countries.toml, filled in."""
        return made(self.rng.choice(ways), self.sale.country, self.rng, trade="Trading")

    def cased(self, text: str) -> str:
        return text.upper() if self.upper else text

    def figure(self, value: Decimal) -> str:
        """A rate or a quantity with as many places as it needs."""
        places = -min(int(str(value.normalize().as_tuple().exponent)), 0)
        return printed_amount(value, self.marks, places)

    def number(self, value: Decimal) -> str:
        return printed_amount(value, self.marks, self.sale.country.places)

    def amount(
        self, value: Decimal, pointer: Pointer | None, *, turn: int = 0, row: bool = False
    ) -> tuple[Piece, ...]:
        """Money with its currency, where the till prints one; what it is for, if anything."""
        form = self.money_in_rows if row else self.money
        tags = (Tag(pointer, plain(value), turn),) if pointer else ()
        before, after = form.split("{}")
        found = [*self._symbol(before, tags), Piece(self.number(value), tags)]
        return (*found, *self._symbol(after, tags))

    def _symbol(self, text: str, tags: tuple[Tag, ...]) -> list[Piece]:
        """A currency; what it touches is one with it."""
        symbol = text.strip()
        if not symbol:
            return [Piece(text)] if text else []
        own = self.currency(symbol)
        piece = Piece(symbol, (own, *tags) if text == symbol else (own,))
        if text == symbol:
            return [piece]
        return [piece, Piece(" ")] if text.endswith(" ") else [Piece(" "), piece]

    def currency(self, symbol: str) -> Tag:
        country = self.sale.country
        is_clear = symbol != "$" or country.currency == "USD"
        return Tag("/currency", country.currency if is_clear else UNSAID)

    @property
    def date(self) -> Piece:
        moment = self.sale.moment
        text = dated(moment, self.date_form, self.sale.country.language)
        return Piece(self.cased(text), (Tag("/date", moment.date().isoformat()),))

    @property
    def time(self) -> Piece:
        moment = self.sale.moment
        form = "%H:%M:%S" if "%S" in self.time_form else "%H:%M"
        text = moment.strftime(self.time_form)
        return Piece(text, (Tag("/time", moment.strftime(form)),))

    @property
    def receipt_number(self) -> Piece:
        return Piece(self.sale.number, (Tag("/receipt_number"),))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def plain(value: Decimal) -> str:
    """As labels write amounts."""
    return f"{value:f}"


def line(pieces: Sequence[Piece] | str, align: Align = "left", at: float | None = None) -> Row:
    """One cell at its edge of the paper."""
    return Row((cell(pieces, align, at),))


def cell(pieces: Sequence[Piece] | str, align: Align = "left", at: float | None = None) -> Cell:
    place = {"left": 0.0, "centre": 0.5, "right": 1.0}[align] if at is None else at
    run = (Piece(pieces),) if isinstance(pieces, str) else tuple(pieces)
    return Cell(run, align, place)


def printed(sale: Sale, look: Look, rng: random.Random) -> Print:
    """Words and forms by lot."""
    country = sale.country
    times = _TIMES_OF.get(country.language, _TIMES)
    is_english = country.language in {"en", "us"}
    money = rng.choice(country.money)
    symbols = [form.replace("{}", "").strip() for form in (money, *country.money)]
    is_short = look.measure(money.format(f"{100 * country.scale}.00")) < _ROOM
    words = {
        **wording(country.language, rng),
        "tax_name": rng.choice(country.tax),
        "currency": next(symbol for symbol in symbols if symbol),
        "rule": rng.choice(_RULES),
        "ends": ":" if rng.random() < 0.3 else "",
    }
    return Print(
        sale=sale,
        look=look,
        words=words,
        rng=rng,
        marks=rng.choice(country.marks),
        money=money,
        money_in_rows=money
        if is_short and rng.random() < 0.35 and country.currency != "MYR"
        else "{}",
        date_form=rng.choice(country.dates),
        time_form=rng.choice(_TIMES_ENGLISH if is_english else times),
        colon=rng.choice((":", ": ", ": ", " : ", " ", " ", ":  ", " :")),
        upper=rng.random() < 0.2,
        shouts=rng.random() < 0.4,
        minus=rng.choice(("-{}", "-{}", "({})", "{}-", "{}")),
    )
