"""An invoice in the words of its country: what is printed, before anything has a place."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training.invoices.country import printed_amount, printed_date, wording
from training.invoices.sale import Firm, Sale

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "CHF": "CHF"}
Pair = tuple[str, str]
"""A label and what is printed behind it."""


@dataclass(frozen=True, slots=True)
class Print:
    """One invoice and how it says things."""

    sale: Sale
    words: dict[str, str]
    marks: str
    date_form: str
    money: str
    """ "{} €": an amount among the sums."""
    money_in_rows: str
    colon: str

    def amount(self, value: Decimal) -> str:
        return self.money.format(printed_amount(value, self.marks))

    def row_amount(self, value: Decimal) -> str:
        return self.money_in_rows.format(printed_amount(value, self.marks))

    def figure(self, value: Decimal) -> str:
        """A quantity or a rate, with as many places as it needs."""
        places = -min(int(str(value.normalize().as_tuple().exponent)), 0)
        return printed_amount(value, self.marks, places)

    @property
    def title(self) -> str:
        return self.words[self.sale.kind]

    @property
    def number(self) -> Pair:
        is_note = self.sale.kind == "credit_note"
        return self.words["credit_number" if is_note else "number"], self.sale.number

    def day(self, name: str) -> Pair | None:
        """ "issued", "due" or "delivery" with its label, where there is one."""
        value = getattr(self.sale, name)
        if value is None:
            return None
        return self.words[name], self.dated(value)

    @property
    def more(self) -> list[Pair]:
        """What stands beside number and date."""
        sale, words = self.sale, self.words
        codes = ((name, getattr(sale, name)) for name in ("customer", "order", "original"))
        days = (self.day(name) for name in ("delivery", *(() if sale.says_due else ("due",))))
        return [
            *(day for day in days if day),
            *((words[name], code) for name, code in codes if code),
        ]

    @property
    def sentence(self) -> str:
        day = self.dated(self.sale.issued)
        return self.words["sentence"].format(number=self.sale.number, date=day)

    @property
    def terms(self) -> list[str]:
        """Sentences on when to pay."""
        sale = self.sale
        said = (("early", sale.early), ("terms", sale.due if sale.says_due else None))
        return [self.words[name].format(date=self.dated(day)) for name, day in said if day]

    @property
    def intro(self) -> str | None:
        """A sentence on what was agreed on before."""
        if self.sale.offer is None:
            return None
        code, day = self.sale.offer
        return self.words["intro"].format(code=code, date=self.dated(day))

    def dated(self, day: date) -> str:
        return printed_date(day, self.date_form, self.sale.country)

    def rate(self, name: str, rate: Decimal) -> str:
        return self.words[name].format(rate=self.figure(rate))

    @property
    def sums(self) -> list[Pair]:
        """From the goods to what is left to pay."""
        sale, words = self.sale, self.words
        rows = []
        if sale.discount or sale.shipping:
            rows.append((words["goods_sum"], self.amount(sale.goods)))
        if sale.discount and sale.discount_rate:
            label = self.rate("discount", sale.discount_rate)
            rows.append((label, self.amount(-sale.discount)))
        if sale.shipping:
            rows.append((words["shipping"], self.amount(sale.shipping)))
        rows.append((words["net"], self.amount(sale.net)))
        rows += [(self.rate("tax", tax.rate), self.amount(tax.amount)) for tax in sale.taxes]
        return [*rows, *self.ends]

    @property
    def ends(self) -> list[Pair]:
        """The total, and what is left of it."""
        sale, words = self.sale, self.words
        rows = [(words["total"], self.amount(sale.total))]
        if sale.paid:
            rows.append((words["paid"], self.amount(-sale.paid)))
            rows.append((words["left"], self.amount(sale.left)))
        return rows

    def numbers(self, firm: Firm) -> Iterator[str]:
        """The firm's tax number, as a line."""
        if firm.tax_id:
            yield f"{self.words['tax_id']}{self.colon}{firm.tax_id}"

    @property
    def contact(self) -> list[str]:
        seller = self.sale.seller
        return [
            f"{self.words['phone']} {seller.phone}",
            f"info@{seller.domain}",
            f"www.{seller.domain}",
        ]

    @property
    def account(self) -> str | None:
        if not self.sale.iban:
            return None
        number = self.sale.iban
        parts = (number[place : place + 4] for place in range(0, len(number), 4))
        return f"IBAN{self.colon}{' '.join(parts)}"


def printed(sale: Sale, rng: random.Random) -> Print:
    """Words, forms of dates and of amounts by lot."""
    symbol = _SYMBOLS[sale.country.currency]
    code = sale.country.currency
    before = code in {"GBP", "USD"} or rng.random() < 0.15
    marked = f"{symbol}{{}}" if before and len(symbol) == 1 else f"{{}} {symbol}"
    money = rng.choice((marked, marked, f"{code} {{}}" if before else f"{{}} {code}"))
    return Print(
        sale=sale,
        words=wording(sale.country, rng),
        marks=rng.choice(sale.country.marks),
        date_form=rng.choice(sale.country.dates),
        money=money,
        money_in_rows=rng.choice(("{}", money)),
        colon=rng.choice((": ", ": ", " ")),
    )
