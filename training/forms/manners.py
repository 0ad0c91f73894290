"""How one document writes things: its language, dates, amounts, telephone numbers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from training.forms.vocabulary import LANGUAGES, words

_OTHERS = 0.3
"""Share of documents that are not English."""
_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("{d} {M} {y}", "{d} {m3} {y}", "{M} {d}, {y}", "{y}-{m:02}-{d:02}", "{d:02}/{m:02}/{y}"),
    "de": ("{d:02}.{m:02}.{y}", "{d}. {M} {y}", "{d:02}.{m:02}.{y2:02}", "{y}-{m:02}-{d:02}"),
    "fr": ("{d:02}/{m:02}/{y}", "{d} {M} {y}", "{d:02}.{m:02}.{y}"),
    "es": ("{d:02}/{m:02}/{y}", "{d} de {M} de {y}", "{d:02}-{m:02}-{y}"),
}
_DAYS_HELD_BACK: Mapping[str, tuple[str, ...]] = {
    "en": ("{d:02}-{m3}-{y}", "{y}/{m:02}/{d:02}", "{M} the {d}, {y}", "{d} {m3} '{y2:02}"),
    "de": ("{d}. {m3}. {y}", "{d}/{m}/{y}", "{y}/{m:02}/{d:02}"),
    "fr": ("le {d} {M} {y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y2:02}"),
    "es": ("{d}.{m}.{y}", "{d} {M} {y}", "{y}/{m:02}/{d:02}"),
}
_MONEY: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "en": (("GBP", "£", "£{}"), ("USD", "$", "${}"), ("EUR", "€", "€ {}"), ("GBP", "GBP", "GBP {}"),
           ("USD", "USD", "{} USD"), ("EUR", "EUR", "EUR {}"), ("USD", "$", "$ {}")),
    "de": (("EUR", "€", "{} €"), ("EUR", "EUR", "{} EUR"), ("EUR", "EUR", "EUR {}"),
           ("CHF", "CHF", "CHF {}")),
    "fr": (("EUR", "€", "{} €"), ("EUR", "€", "{}€"), ("CHF", "CHF", "{} CHF")),
    "es": (("EUR", "€", "{} €"), ("EUR", "EUR", "{} EUR"), ("MXN", "MXN", "MXN {}")),
}  # fmt: skip
"""Currency, its mark, an amount with its mark."""
_MONEY_HELD_BACK = (("CHF", "Fr.", "Fr. {}"), ("PLN", "zł", "{} zł"), ("BRL", "R$", "R$ {}"),
                    ("SEK", "SEK", "SEK {}"), ("NOK", "NOK", "{} NOK"))  # fmt: skip
_MARKS = {"en": (",.", " .", "."), "de": (".,", ","), "fr": (" ,", ","), "es": (".,", ",")}
"""Between thousands, if anything, and before decimals."""
_PHONES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "+44 20 #### ####",
        "020 #### ####",
        "(###) ###-####",
        "+1 ### ### ####",
        "01### ######",
    ),
    "de": ("+49 30 #######", "030 / ### ## ##", "0### ######", "+49 (0)89 ### ###"),
    "fr": ("01 ## ## ## ##", "+33 1 ## ## ## ##", "04.##.##.##.##"),
    "es": ("91 ### ## ##", "+34 9## ### ###", "9## ## ## ##"),
}
_PHONES_HELD_BACK = ("+48 22 ###-##-##", "+41 44 ### ## ##", "###.###.####", "0041-##-###-####")
_CLOCKS: Mapping[str, tuple[str, ...]] = {
    "en": ("{h:02}:{m:02}", "{h12}:{m:02} {half}", "{h12}:{m:02}{half}"),
    "de": ("{h:02}:{m:02}", "{h:02}:{m:02} Uhr"),
    "fr": ("{h:02}:{m:02}", "{h:02}h{m:02}"),
    "es": ("{h:02}:{m:02}", "{h:02}:{m:02} h"),
}
_CLOCKS_HELD_BACK = ("{h:02}.{m:02}", "{h:02}.{m:02} h", "{h}:{m:02}")


@dataclass(frozen=True, slots=True)
class Manner:
    """What all values of one document have in common."""

    language: str
    is_held_back: bool
    day: str
    clock: str
    marks: str
    currency: str
    symbol: str
    money: str
    phone: str
    flags: tuple[str, str]
    """Yes and no."""
    is_upper: bool
    """All values in capitals."""

    @property
    def speaks(self) -> int:
        """Which of four words for the same thing is this document's."""
        return LANGUAGES.index(self.language)

    def dated(self, when: date) -> str:
        month = words()[self.language]["months"][when.month - 1]
        return self.day.format(
            d=when.day, m=when.month, y=when.year, y2=when.year % 100, M=month, m3=month[:3]
        )

    @property
    def is_ambiguous(self) -> bool:
        """Whether days up to the twelfth could be months: English has both orders."""
        return self.language == "en" and self.day.startswith("{d:02}/")

    def timed(self, hour: int, minute: int) -> str:
        return self.clock.format(
            h=hour, m=minute, h12=(hour + 11) % 12 + 1, half="pm" if hour >= 12 else "am"
        )

    def figure(self, number: str, *, grouped: bool = True) -> str:
        """A decimal number with this document's marks."""
        whole, _, rest = number.partition(".")
        if grouped and len(self.marks) == 2 and len(whole.lstrip("-")) > 3:
            whole = f"{int(whole):,}".replace(",", self.marks[0])
        return f"{whole}{self.marks[-1]}{rest}" if rest else whole


def drawn_manner(rng: random.Random, *, held_back: bool) -> Manner:
    """By lot; the part that is held back has other forms of dates, amounts and numbers."""
    language = "en" if rng.random() > _OTHERS else rng.choice(LANGUAGES[1:])
    money = _MONEY_HELD_BACK if held_back else _MONEY[language]
    currency, symbol, form = rng.choice(money)
    yes, no = rng.choice(words()[language]["flags"])
    return Manner(
        language=language,
        is_held_back=held_back,
        day=rng.choice((_DAYS_HELD_BACK if held_back else _DAYS)[language]),
        clock=rng.choice(_CLOCKS_HELD_BACK if held_back else _CLOCKS[language]),
        marks=rng.choice(("'.", " ,") if held_back else _MARKS[language]),
        currency=currency,
        symbol=symbol,
        money=form,
        phone=rng.choice(_PHONES_HELD_BACK if held_back else _PHONES[language]),
        flags=(yes, no),
        is_upper=rng.random() < 0.08,
    )
