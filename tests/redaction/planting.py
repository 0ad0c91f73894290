"""Secrets that were made up, and things that look like some and are none."""

import base64
import string
from collections.abc import Callable, Mapping
from random import Random
from uuid import UUID

from vouch.schemas.redaction import SecretKind

_ALNUM = string.ascii_letters + string.digits
_FIRST = (
    "anna",
    "boris",
    "chen",
    "dana",
    "elif",
    "farid",
    "greta",
    "hugo",
    "ines",
    "kavya",
    "noor",
)
_LAST = (
    "abbott",
    "berger",
    "costa",
    "dunn",
    "fischer",
    "hansen",
    "ito",
    "jansen",
    "kumar",
    "lopez",
)
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "falcon", "granite", "harbor", "lantern")
_DOMAINS = (
    "example.com",
    "mail.example.org",
    "acme-tools.io",
    "nordwind.de",
    "clinic.co.uk",
    "univ.edu",
)
_IBANS = {"DE": 18, "NL": 0, "ES": 20, "AT": 16}


def secret(kind: SecretKind, rng: Random) -> str:
    """One secret of a kind."""
    return _MAKERS[kind](rng)


def decoy(rng: Random) -> str:
    """Something that must not be masked."""
    return rng.choice(_DECOYS)(rng)


def name(rng: Random) -> str:
    """Of a person's account."""
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    return rng.choice(
        (first, f"{first}.{last}", f"{first[0]}{last}", f"{first}{rng.randint(1, 99)}")
    )


def _signs(rng: Random, count: int, signs: str = _ALNUM) -> str:
    """Random signs, digits and letters among them."""
    drawn = [rng.choice(signs) for _ in range(count)]
    drawn[rng.randrange(count // 2)] = rng.choice(string.digits)
    drawn[count // 2 + rng.randrange(count // 2)] = rng.choice("bcdfghkmnpqrtvwxyz")
    return "".join(drawn)


def _email(rng: Random) -> str:
    return f"{name(rng)}@{rng.choice(_DOMAINS)}"


def _phone(rng: Random) -> str:
    four = f"{rng.randint(0, 9999):04}"
    return rng.choice(
        (
            f"+1 415 {rng.randint(200, 999)} {four}",
            f"(212) {rng.randint(200, 999)}-{four}",
            f"+44 20 79{rng.randint(10, 99)} {four}",
            f"+49 30 {rng.randint(2000000, 8999999)}",
            f"+33 1 42 {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}",
        )
    )


def _card(rng: Random) -> str:
    figures = rng.choice(("4", "51", "55")) + _signs_of(rng, 15)
    figures = figures[:15]
    figures += next(str(last) for last in range(10) if _luhn(figures + str(last)))
    return rng.choice((figures, " ".join(figures[at : at + 4] for at in range(0, 16, 4))))


def _luhn(figures: str) -> bool:
    doubled = [int(char) * (1 + place % 2) for place, char in enumerate(reversed(figures))]
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0


def _iban(rng: Random) -> str:
    country, count = rng.choice([(code, count) for code, count in _IBANS.items() if count])
    account = _signs_of(rng, count)
    digits = "".join(str(int(char, 36)) for char in f"{account}{country}00")
    plain = f"{country}{98 - int(digits) % 97:02}{account}"
    return rng.choice((plain, " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))))


def _signs_of(rng: Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


def _ip_address(rng: Random) -> str:
    return ".".join(str(rng.randint(low, 220)) for low in (130, 11, 11, 11))


def _token(rng: Random) -> str:
    return rng.choice(
        (
            lambda: f"ghp_{_signs(rng, 36)}",
            lambda: f"sk-proj-{_signs(rng, 48)}",
            lambda: f"AKIA{_signs(rng, 16, string.ascii_uppercase + '234567').upper()}",
            lambda: f"glpat-{_signs(rng, 20)}",
            lambda: f"xoxb-{_signs_of(rng, 12)}-{_signs_of(rng, 12)}-{_signs(rng, 24)}",
            lambda: ".".join(_encoded(rng, count) for count in (27, 45, 32)),
        )
    )()


def _encoded(rng: Random, count: int) -> str:
    return base64.urlsafe_b64encode(b'{"a' + rng.randbytes(count)).rstrip(b"=").decode()


def _key(rng: Random) -> str:
    return rng.choice(
        (lambda: rng.randbytes(16).hex(), lambda: _signs(rng, 32), lambda: _signs(rng, 24))
    )()


def _password(rng: Random) -> str:
    word = rng.choice(_WORDS)
    return f"{word.title()}{rng.choice('!#$%&*')}{rng.randint(10, 9999)}{rng.choice(_WORDS)[:3]}"


_MAKERS: Mapping[SecretKind, Callable[[Random], str]] = {
    "email": _email,
    "phone": _phone,
    "card_number": _card,
    "iban": _iban,
    "ip_address": _ip_address,
    "token": _token,
    "key": _key,
    "password": _password,
    "user_folder": name,
}

_DECOYS: tuple[Callable[[Random], str], ...] = (
    lambda rng: f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
    lambda rng: f"{rng.randint(1, 28)}.{rng.randint(1, 12)}.2026",
    lambda rng: f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
    lambda rng: f"{rng.randint(1, 9)},{rng.randint(100, 999)}.{rng.randint(0, 99):02}",
    lambda rng: f"{rng.randint(1, 99)}.{rng.randint(0, 99):02} EUR",
    lambda rng: f"ORD-{rng.randint(100000, 999999)}",
    lambda rng: f"{rng.randint(10000000, 99999999)}",
    lambda rng: rng.randbytes(4).hex()[:7],
    lambda rng: f"v{rng.randint(1, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 99)}",
    lambda rng: f"0x{rng.randbytes(4).hex().upper()}",
    lambda rng: f"E{rng.randint(1000, 9999)}",
    lambda rng: f"/var/log/{rng.choice(_WORDS)}/{rng.choice(_WORDS)}.log",
    lambda rng: f"C:\\Windows\\System32\\{rng.choice(_WORDS)}.dll",
    lambda rng: f"https://docs.example.com/{rng.choice(_WORDS)}",
    lambda rng: str(UUID(bytes=rng.randbytes(16), version=4)),
    lambda rng: f"INV-2026-{rng.randint(1000, 9999)}",
    lambda rng: f"{rng.choice(_WORDS)}_{rng.choice(_WORDS)}()",
)
