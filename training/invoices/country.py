"""Countries and their words: how each writes amounts, dates, addresses and numbers."""

import random
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import Field
from stdnum import get_cc_module
from stdnum import iban as iban_number

from vouch.schemas.value import Value

_TRIES = 5000
"""Numbers with two check digits are right once in a hundred times."""
_ONSETS = ("b", "br", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "r", "s", "st")
_CLOSES = ("l", "n", "r", "s", "t", "m", "nd", "ck")


class Country(Value):
    """How invoices of one country are written."""

    language: str
    currency: str
    rates: tuple[Decimal, ...]
    """Per cent of tax, the usual one first."""
    marks: tuple[str, ...]
    """Between thousands, and before decimals."""
    dates: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[str, ...]
    firms: tuple[str, ...]
    trades: tuple[str, ...]
    vat: str | None = None
    iban: str | None = None
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What this country calls otherwise than others of its language."""


@cache
def countries() -> Mapping[str, Country]:
    """By ISO code."""
    read = tomllib.loads(Path(__file__).with_name("countries.toml").read_text("utf-8"))
    return {code: Country.model_validate(one) for code, one in read.items()}


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def wording(country: Country, rng: random.Random) -> dict[str, str]:
    """One way to say each thing, for a whole document."""
    said = {**_words()[country.language], **country.words}
    return {name: rng.choice(ways) for name, ways in said.items() if name != "months"}


def choices(country: Country, name: str) -> list[str]:
    """All words of one kind: of goods, of units."""
    return list(_words()[country.language][name])


def word(rng: random.Random) -> str:
    """A name of a person or a place that nobody has."""
    syllables = (
        f"{rng.choice(_ONSETS)}{rng.choice('aeiou')}" for _ in range(rng.choice((1, 2, 2)))
    )
    return f"{''.join(syllables)}{rng.choice(_ONSETS)[0]}e{rng.choice(_CLOSES)}".capitalize()


def filled(pattern: str, rng: random.Random, **more: str) -> str:
    """`{word}` and `{n}` made up, # and ? digits, @ letters."""
    text = re.sub(r"\{word\}", lambda _: word(rng), pattern)
    text = re.sub(r"\{n\}", lambda _: str(rng.randint(1, 140)), text)
    text = re.sub(r"\{(\w+)\}", lambda match: more[match[1]], text)
    text = re.sub(r"[#?]", lambda _: str(rng.randint(0, 9)), text)
    return re.sub(r"@", lambda _: rng.choice("ABCDEFGHJKLMNPRSTUVWXY"), text)


def iban(pattern: str, rng: random.Random) -> str:
    """A valid account number that was made up, without spaces."""
    for _ in range(_TRIES):
        number = filled(pattern, rng)
        number = number[:2] + iban_number.calc_check_digits(number) + number[4:]
        if iban_number.is_valid(number):
            return number
    raise ValueError(f"no valid number like {pattern!r}")


def tax_id(pattern: str, rng: random.Random) -> str:
    """A valid VAT number that was made up; any, where nobody wrote the rules down."""
    rules = get_cc_module(pattern[:2], "vat")
    for _ in range(_TRIES):
        number = filled(pattern, rng)
        if rules is None or rules.is_valid(number):
            return number
    raise ValueError(f"no valid number like {pattern!r}")


def printed_amount(value: Decimal, marks: str, places: int = 2) -> str:
    """ "1.234,50" for "1234.5" and the marks ".,"."""
    whole, _, part = f"{abs(value):,.{places}f}".partition(".")
    sign = "-" if value < 0 else ""
    return sign + whole.replace(",", marks[0]) + (marks[1] + part if part else "")


def printed_date(day: date, form: str, country: Country) -> str:
    """In the country's words."""
    month = _words()[country.language]["months"][day.month - 1]
    return day.strftime(form.replace("%B", month).replace("%b", month[:3]))
