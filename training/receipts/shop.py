"""Who sells: names, branch, address and numbers of a shop that was made up."""

import random
from dataclasses import dataclass

from training.receipts.country import Country, choices, made, made_word, of_kind


@dataclass(frozen=True, slots=True)
class Shop:
    """What the head of a receipt may say. Which of it is printed is the layout's choice."""

    kind: str
    """Of goods: food, grocery …"""
    legal: str
    """The full name."""
    brand: str | None
    branch: str | None
    former: str | None
    register: str | None
    address: tuple[str, ...]
    """Line by line."""
    phone: str | None
    fax: str | None
    tax_id: str | None
    site: str | None


_EATEN = 0.3
"""Share of receipts of restaurants, besides those drawn as any other shop."""


def drawn_shop(country: Country, rng: random.Random) -> Shop:
    """A shop of some trade."""
    trades = of_kind(country.language, "trades")
    kind = "food" if rng.random() < _EATEN else rng.choice(sorted(trades))
    trade = rng.choice(trades[kind])
    legal = made(rng.choice(country.legal), country, rng, trade=trade)
    brand = made(rng.choice(country.brand), country, rng, trade=trade)
    branch = rng.choice(choices(country.language, "branches"))
    town = made_word(country, rng)
    is_known = rng.random() < 0.08 and country.currency == "MYR"
    former = made(rng.choice(country.legal), country, rng, trade=trade) if is_known else None
    site = f"www.{''.join(filter(str.isalpha, brand.lower()))}.example"
    return Shop(
        kind=kind,
        legal=_cased(legal, rng),
        brand=_cased(brand, rng) if rng.random() < country.branded else None,
        branch=_cased(branch.format(town), rng) if rng.random() < 0.3 else None,
        former=former.upper() if former else None,
        register=made(rng.choice(country.registers), country, rng)
        if rng.random() < (0.8 if country.currency == "MYR" else 0.35)
        else None,
        address=_address(country, rng),
        phone=made(rng.choice(country.phones), country, rng) if rng.random() < 0.82 else None,
        fax=made(rng.choice(country.phones), country, rng) if rng.random() < 0.25 else None,
        tax_id=made(rng.choice(country.taxed), country, rng) if rng.random() < 0.55 else None,
        site=site if rng.random() < 0.18 else None,
    )


def _cased(text: str, rng: random.Random) -> str:
    return text.upper() if rng.random() < 0.62 else text


def _address(country: Country, rng: random.Random) -> tuple[str, ...]:
    """Some shops print none; few print it on one line, or broken elsewhere."""
    if rng.random() < 0.06:
        return ()
    text = made(rng.choice(country.address), country, rng)
    text = text.upper() if rng.random() < 0.55 else text
    lines = text.split("|")
    if rng.random() < 0.12:
        lines = [" ".join(lines)]
    elif rng.random() < 0.2 and len(lines) > 1:
        words = " ".join(lines).split()
        count = rng.randint(2, 4)
        size = -(-len(words) // count)
        lines = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    elif rng.random() < 0.25:
        lines = [one.rstrip(",.") + "," for one in lines[:-1]] + lines[-1:]
    return tuple(lines)
