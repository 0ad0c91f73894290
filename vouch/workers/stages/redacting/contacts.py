"""How people and machines are reached: e-mail addresses, telephone numbers, IP addresses."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from vouch.workers.stages.redacting.spans import Span
from vouch.workers.stages.redacting.vocabulary import any_of, label_before, words

_AT = "[@©®]|\\(at\\)|\\[at\\]"
_PLAIN_EMAIL = re.compile(
    rf"[\w.+%'\-]+(?:{_AT})[\w\-]+(?:[.,][\w\-]+)*(?:\n[\w\-]*(?:[.,][\w\-]+)*)?[.,][^\W\d_]{{2,24}}(?![^\W_])"
)
_WRAPPED_EMAIL = re.compile(
    rf"[\w.+%'\-]+\n?(?:{_AT})\n?[\w\-]+(?:\n?\.\n?[\w\-]+)*\n?\.\n?[a-z]{{2,24}}\b"
)
_BRACKETED_EMAIL = re.compile(rf"<([\w.+%'\- ]{{1,64}}(?:{_AT})[\w\- ]+[.,][\w.,\- ]+)>")
"""Between angle brackets an address is one, whatever blanks OCR sees in it."""
_PHONE = re.compile(r"(?<![\w.,])(?<!\d:)(?:[+＋]\s?|\()?[\dOoIl][\dOoIl \t().\-/]{5,24}\d(?![\w])")
_SPLIT_CODE = re.compile(r"\((\d+) (\d+)\)")
_DATE = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}\b|\d{1,2}:\d\d|[1-9]\d{0,2}(?:[ .]\d{3})*[.,]\d\d$"
)
_IPV4 = re.compile(r"(?<![\w.])(?:[0-9OlI|]{1,3}[.,] ?){3}[0-9OlI|]{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_DIGITS = str.maketrans("OoIl|", "00111")


@cache
def _spaced_email() -> re.Pattern[str]:
    """An address with the spaces that OCR adds; only under domains that are known."""
    domains = any_of(words("email")["domains"])
    return re.compile(
        rf"(?i)[\w.+%'\-]+(?: ?(?:{_AT}) ?[\w\-]+|(?:{_AT})(?: ?[\w\-]+){{1,3}})"
        rf"(?: ?[.,] ?[\w\-]+(?: [\w\-]+)?)* ?[.,] ?(?:{domains})(?![^\W_])"
    )


@cache
def _labelled_email() -> re.Pattern[str]:
    """After a label an address is one even where its @ was read as a letter."""
    labels, domains = any_of(words("email")["labels"]), any_of(words("email")["domains"])
    return re.compile(
        rf"(?i)(?<![^\W\d_])(?:{labels})\s{{0,2}}[:=]\s{{0,2}}"
        rf"([\w.+%'\-]+[.,] ?(?:{domains}))(?![^\W_])"
    )


def emails(text: str) -> Iterator[Span]:
    for pattern in (_PLAIN_EMAIL, _WRAPPED_EMAIL, _spaced_email()):
        for found in pattern.finditer(text):
            yield Span("email", found.start(), found.end(), "pattern")
    for found in _BRACKETED_EMAIL.finditer(text):
        yield Span("email", found.start(1), found.end(1), "pattern")
    for found in _labelled_email().finditer(text):
        yield Span("email", found.start(1), found.end(1), "label")


def phones(text: str) -> Iterator[Span]:
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0].translate(_DIGITS))
        if not 6 <= len(digits) <= 15:
            continue
        if label_before("phone").search(text[max(found.start() - 40, 0) : found.start()]):
            yield Span("phone", found.start(), found.end(), "label")
        elif not _DATE.match(found[0]) and _is_number(_mended(found[0])):
            yield Span("phone", found.start(), found.end(), "pattern")


def _mended(printed: str) -> str:
    """Letters that OCR read for digits, and spaces that it put into brackets."""
    return _SPLIT_CODE.sub(r"(\1\2)", printed.translate(_DIGITS))


def _is_number(printed: str) -> bool:
    """Whether it is a number of some country, and grouped as one."""
    if printed.startswith(("+", "＋")):
        return _is_valid(printed, None)
    if not re.search(r"\d[ ().\-/]+\d", printed):
        return False
    return any(_is_valid(printed, region) for region in words("phone")["regions"])


def _is_valid(printed: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(printed, region)
    except phonenumbers.NumberParseException:
        return False
    if region is None:
        return bool(phonenumbers.is_possible_number(number))
    if not phonenumbers.is_valid_number_for_region(number, region):
        return False
    usual = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _groups(usual) == _groups(printed)


def _groups(printed: str) -> list[str]:
    return re.findall(r"\d+", printed)


def ip_addresses(text: str) -> Iterator[Span]:
    versions = re.compile(
        rf"(?i)(?<![^\W\d_])(?:{any_of(words('ip_address')['versions'])})[\s.:]*$"
    )
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            before = text[max(found.start() - 16, 0) : found.start()]
            if _is_somebodys(found[0]) and not versions.search(before):
                yield Span("ip_address", found.start(), found.end(), "pattern")


def _is_somebodys(printed: str) -> bool:
    """Whether it is an address, and of a machine that is not simply the one at hand."""
    plain = printed.replace(" ", "")
    if ":" not in plain:
        plain = plain.translate(_DIGITS).replace(",", ".")
        plain = ".".join(part.lstrip("0") or "0" for part in plain.split("."))
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return False
    is_time = address.version == 6 and not re.search("[A-Fa-f]|::", plain)
    return not (address.is_loopback or address.is_unspecified or is_time)
