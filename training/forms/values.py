"""Values by lot: as a document prints them, and what they come to."""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from training.forms.manners import Manner
from training.forms.vocabulary import Concept, words

Normal = str | bool
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Without those that pass for digits."""
_CODES = ("AA-999999", "9999-9999", "A999999", "AAA/9999/99", "99-AA-9999", "9999999", "A9A9-9A9A",
          "202A-99999", "AA99 9999", "999 999 999", "AAA-9999", "#99999", "A-99999/9")  # fmt: skip
_CODES_HELD_BACK = ("AA.99.999", "99999/A", "AA 9999 AA", "A-9-999-A", "999.999.9", "AAAA99")
_ASIS = frozenset({"email", "url", "user", "ip", "version", "measure", "dims", "duration"})
"""Sorts that no document prints in capitals."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is printed, and what it comes to."""

    sort: str
    text: str
    """As printed; empty where only a mark shows it."""
    normal: Normal
    """A date as ISO, an amount with a point; else the text."""
    span: tuple[int, int] | None = None
    """The number within the text."""
    unit: str | None = None
    options: tuple[str, ...] = ()
    """Of a pick, as printed."""

    @property
    def number(self) -> str:
        """The number alone; the whole where nobody said where it stands."""
        return self.text[slice(*self.span)] if self.span else self.text


def drawn_value(concept: Concept, manner: Manner, rng: random.Random) -> Value:
    """A value of this concept in a document's manner."""
    sort, _, told = concept.value.partition(" ")
    if sort == "pick":
        options = tuple(option[manner.speaks] for option in concept.options)
        text = rng.choice(options)
        found = Value(sort, text, text, options=options)
    elif sort in _SPOKEN:
        text = _SPOKEN[sort](told, manner, rng)
        found = Value(sort, text, text)
    else:
        found = _FIGURED[sort](told, manner, rng)
    return _capitals(found) if manner.is_upper and sort not in _ASIS else found


def _capitals(value: Value) -> Value:
    text = value.text.upper()
    if len(text) != len(value.text):
        return value
    same = value.normal == value.text
    options = tuple(option.upper() for option in value.options)
    return replace(value, text=text, normal=text if same else value.normal, options=options)


def filled(pattern: str, rng: random.Random) -> str:
    """ "AA-99" with letters and digits by lot; "#" is a digit of a telephone number."""
    parts = {"A": lambda: rng.choice(_LETTERS), "9": lambda: str(rng.randrange(10))}
    return "".join(parts[char]() if char in parts else char for char in pattern)


def person(rng: random.Random) -> str:
    return f"{rng.choice(words()['first'])} {surname(rng)}"


def surname(rng: random.Random) -> str:
    return f"{rng.choice(words()['stems'])}{rng.choice(words()['ends'])}"


def company(rng: random.Random) -> str:
    form = rng.choice(("{s} {t} {l}", "{s} & {o} {l}", "{s} {t}", "{t} {s} {l}"))
    trade, legal = rng.choice(words()["trades"]), rng.choice(words()["legal"])
    return form.format(s=surname(rng), o=surname(rng), t=trade, l=legal).strip()


def address(language: str, rng: random.Random) -> str:
    told = words()[language]
    street = rng.choice(told["streets"]).format(s=surname(rng))
    if street[0].islower() and language == "de":
        street = street.capitalize()
    return str(
        rng.choice(told["address"]).format(
            street=street, n=rng.randrange(1, 190), town=surname(rng),
            zip=filled(rng.choice(told["zips"]), rng),
        )
    )  # fmt: skip


def _code(told: str, manner: Manner, rng: random.Random) -> str:
    if told == "A":
        return filled(rng.choice(("9", "99", "A", "A9", "99A", "A99")), rng).lstrip("0") or "7"
    patterns = _CODES_HELD_BACK if manner.is_held_back else _CODES
    return filled(told or rng.choice(patterns), rng)


def _words(told: str, _manner: Manner, rng: random.Random) -> str:
    return str(rng.choice(words()[told]))


def _mailbox(rng: random.Random) -> str:
    first, last = rng.choice(words()["first"]), surname(rng)
    name = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", last, f"office.{last}"))
    plain = name.lower().translate(str.maketrans("éáö", "eao"))
    return f"{plain}@{rng.choice(words()['domains'])}"


def _user(rng: random.Random) -> str:
    return rng.choice(("{}-{}", "{}{}", "{}_{}")).format(surname(rng).lower(), rng.randrange(2, 99))


def _duration(manner: Manner, rng: random.Random) -> str:
    days = {"en": "days", "de": "Tage", "fr": "jours", "es": "días"}[manner.language]
    return rng.choice((f"{rng.randrange(2, 300)} {days}",
                       f"{rng.randrange(1, 24)} h {rng.randrange(1, 60):02} min"))  # fmt: skip


def _span(manner: Manner, rng: random.Random) -> str:
    first = _any_day(rng)
    last = first + timedelta(days=rng.randrange(20, 360))
    return f"{manner.dated(first)} - {manner.dated(last)}"


def _dims(rng: random.Random) -> str:
    sides = [str(rng.randrange(8, 120)) for _ in range(3)]
    return f"{rng.choice((' x ', ' × ')).join(sides)} cm"


def _range(told: str, manner: Manner, rng: random.Random) -> str:
    low = rng.uniform(*map(float, told.split()))
    return f"{manner.figure(f'{low:.1f}')} - {manner.figure(f'{low * rng.uniform(1.2, 3):.1f}')}"


_Spoken = Callable[[str, Manner, random.Random], str]
_SPOKEN: Mapping[str, _Spoken] = {
    "person": lambda _t, _m, rng: person(rng),
    "first": lambda _t, _m, rng: str(rng.choice(words()["first"])),
    "company": lambda _t, _m, rng: company(rng),
    "city": lambda _t, _m, rng: surname(rng),
    "country": lambda _t, manner, rng: rng.choice(words()[manner.language]["countries"]),
    "address": lambda _t, manner, rng: address(manner.language, rng),
    "note": lambda _t, manner, rng: rng.choice(words()[manner.language]["notes"]),
    "words": _words,
    "code": _code,
    "phone": lambda _t, manner, rng: filled(manner.phone.replace("#", "9"), rng),
    "email": lambda _t, _m, rng: _mailbox(rng),
    "url": lambda _t, _m, rng: f"www.{surname(rng).lower()}.example",
    "user": lambda _t, _m, rng: _user(rng),
    "ip": lambda _t, _m, rng: ".".join(str(rng.randrange(2, 250)) for _ in range(4)),
    "version": lambda _t, _m, rng: f"{rng.randrange(1, 12)}.{rng.randrange(20)}.{rng.randrange(9)}",
    "iban": lambda _t, _m, rng: filled("AA99 9999 9999 9999 9999 99", rng),
    "plate": lambda _t, _m, rng: filled(rng.choice(("A-AA 9999", "AA99 AAA", "9999 AAA")), rng),
    "duration": lambda _t, manner, rng: _duration(manner, rng),
    "dims": lambda _t, _m, rng: _dims(rng),
    "span": lambda _t, manner, rng: _span(manner, rng),
    "race": lambda _t, _m, rng: f"{rng.randrange(1, 5)}:{filled('49:59', rng)}",
    "range": _range,
}


def _any_day(rng: random.Random, first: int = 2016, last: int = 2027) -> date:
    return date(first, 1, 1) + timedelta(days=rng.randrange(365 * (last - first)))


def _day(_told: str, manner: Manner, rng: random.Random, *, born: bool = False) -> Value:
    when = _any_day(rng, 1940, 2006) if born else _any_day(rng)
    if manner.is_ambiguous:
        when = when.replace(day=rng.randrange(13, 29))
    if born and "{y2" in manner.day:
        whole = manner.day.replace("'{y2:02}", "{y}").replace("{y2:02}", "{y}")
        manner = replace(manner, day=whole)
    return Value("day", manner.dated(when), when.isoformat())


def _clock(_told: str, manner: Manner, rng: random.Random) -> Value:
    hour, minute = rng.randrange(24), rng.randrange(60)
    return Value("clock", manner.timed(hour, minute), f"{hour:02}:{minute:02}")


def _between(told: str, rng: random.Random) -> tuple[float, list[str]]:
    """Small numbers are more frequent than large ones; and what else is told."""
    low, high, *more = told.split()
    least, most = float(low), float(high)
    if least <= 0 or most / least < 20:
        return rng.uniform(least, most), more
    return math.exp(rng.uniform(math.log(least), math.log(most))), more


def _money(told: str, manner: Manner, rng: random.Random) -> Value:
    bare = _bare_money(told, manner, rng)
    text = manner.money.format(bare.text)
    start = manner.money.index("{")
    return replace(bare, sort="money", text=text, span=(start, start + len(bare.text)))


def _bare_money(told: str, manner: Manner, rng: random.Random) -> Value:
    number, _ = _between(told, rng)
    normal = f"{round(number) if rng.random() < 0.2 else number:.2f}"
    text = manner.figure(normal)
    return Value("bare", text, normal, span=(0, len(text)))


def _measure(told: str, manner: Manner, rng: random.Random) -> Value:
    number, (unit, places) = _between(told, rng)
    normal = f"{number:.{places}f}"
    figure = manner.figure(normal)
    text = f"{figure}{'' if rng.random() < 0.1 else ' '}{unit}"
    return Value("measure", text, normal, span=(0, len(figure)), unit=unit)


def _number(told: str, manner: Manner, rng: random.Random) -> Value:
    number, (places,) = _between(told, rng)
    normal = f"{number:.{places}f}"
    text = manner.figure(normal)
    return Value("number", text, normal, span=(0, len(text)))


def _percent(told: str, manner: Manner, rng: random.Random) -> Value:
    value = _number(told, manner, rng)
    return replace(value, sort="percent", text=value.text + rng.choice(("%", " %")), unit="%")


def _count(told: str, _manner: Manner, rng: random.Random) -> Value:
    number, _ = _between(told, rng)
    text = str(round(number))
    return Value("count", text, text, span=(0, len(text)))


def _flag(_told: str, manner: Manner, rng: random.Random) -> Value:
    is_so = rng.random() < 0.5
    return Value("flag", manner.flags[not is_so], is_so)


_Figured = Callable[[str, Manner, random.Random], Value]
_FIGURED: Mapping[str, _Figured] = {
    "day": _day,
    "born": lambda told, manner, rng: _day(told, manner, rng, born=True),
    "clock": _clock,
    "money": _money,
    "bare": _bare_money,
    "measure": _measure,
    "number": _number,
    "percent": _percent,
    "count": _count,
    "flag": _flag,
}
