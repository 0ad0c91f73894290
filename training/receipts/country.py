"""Countries and their words: how receipts of each are worded, and names that nobody has."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import ConfigDict

from training.invoices.country import filled
from vouch.schemas.value import Value

Words = dict[str, str]
"""One way to say each thing, for a whole receipt."""


class Country(Value):
    """How receipts of one country are written. Lists of words that patterns name are extras."""

    model_config = ConfigDict(extra="allow", frozen=True)

    weight: int
    language: str
    currency: str
    money: tuple[str, ...]
    marks: tuple[str, ...]
    """Between thousands, and before decimals."""
    places: int = 2
    scale: int = 1
    """What a dollar's worth costs."""
    round: Decimal | None = None
    rates: tuple[Decimal, ...]
    tax: tuple[str, ...]
    inclusive: float
    """How often prices hold the tax."""
    service: float = 0.0
    tips: float = 0.0
    dates: tuple[str, ...]
    syllables: tuple[str, ...]
    address: tuple[str, ...]
    legal: tuple[str, ...]
    brand: tuple[str, ...]
    branded: float = 0.3
    """How often a shop has another name than its owner."""
    phones: tuple[str, ...]
    registers: tuple[str, ...]
    taxed: tuple[str, ...]
    taxmarks: tuple[str, ...]

    def listed(self, name: str) -> list[str]:
        """The words that a pattern's {name} is one of."""
        return list((self.model_extra or {})[name])


@cache
def _read(name: str) -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


@cache
def countries() -> Mapping[str, Country]:
    """By ISO code."""
    read = dict(_read("countries.toml"))
    shared = read.pop("all")
    return {code: Country.model_validate({**shared, **one}) for code, one in read.items()}


@cache
def _said(language: str) -> dict[str, object]:
    own = dict(_read("words.toml")[language])
    return {**_said(str(own.pop("like"))), **own} if "like" in own else own


def choices(language: str, name: str) -> Sequence[str]:
    """All ways to say one thing."""
    found = _said(language)[name]
    assert isinstance(found, list)
    return found


def of_kind(language: str, name: str) -> Mapping[str, list[str]]:
    """Words by kind of shop: `goods` or `trades`."""
    found = _said(language)[name]
    assert isinstance(found, dict)
    return found


def wording(language: str, rng: random.Random) -> Words:
    """One way to say each thing, where one is said all over."""
    lists = {name: ways for name, ways in _said(language).items() if isinstance(ways, list)}
    return {name: rng.choice(ways) for name, ways in lists.items()}


def made_word(country: Country, rng: random.Random) -> str:
    """A name of a place or a family that was made up."""
    count = rng.choice((2, 2, 3))
    return "".join(rng.choice(country.syllables) for _ in range(count)).capitalize()


def made(pattern: str, country: Country, rng: random.Random, **more: str) -> str:
    """A pattern of countries.toml with everything filled in."""

    def named(match: re.Match[str]) -> str:
        name = match[1]
        if name in more:
            return more[name]
        if name == "word":
            return made_word(country, rng)
        if name in {"n", "k"}:
            return str(rng.randint(1, 199 if name == "n" else 19))
        return made(rng.choice(country.listed(name)), country, rng, **more)

    return filled(re.sub(r"\{(\w+)\}", named, pattern), rng)


def numbered(words: str, rng: random.Random) -> str:
    """{n} in a text that may hold marks such as "#"."""
    return re.sub(r"\{n\}", lambda _: str(rng.randint(1, 60)), words)


def dated(moment: datetime, form: str, language: str) -> str:
    """A date in the language's words; forms as strftime has them."""
    month = choices(language, "months")[moment.month - 1]
    return moment.strftime(form.replace("%B", month).replace("%b", month[:3]))
