"""What opens doors: tokens that services give out, keys, passwords."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from vouch.schemas.redaction import SecretKind
from vouch.workers.stages.redacting.spans import SIGNS, Span, goes_on, is_random
from vouch.workers.stages.redacting.vocabulary import alike, any_of, words

_PEM = re.compile(
    r"[-–— ]*BEGIN[A-Z ]*PRIVATE ?KEY[-–— ]*(?:.*?END[A-Z ]*PRIVATE ?KEY[-–— ]*"
    r"|(?:\n[A-Za-z0-9+/=| ]{16,})*)",
    re.S,
)
_IN_URL = re.compile(r"://[^\s:/@]{1,64}:([^\s@/]{3,})@")
_SIGN = r"[^\s\"'`,;<>(){}]"
_VALUE = rf"({_SIGN}{{4,}})"
_BEGINNING = rf"{_SIGN}{{1,3}}(?= {_SIGN}{{16,}})"
"""What OCR may split off a key: few signs before many."""
_REST = re.compile(rf" {_VALUE}")
_HIDDEN = re.compile(r"[•●*.xX·_\-]+")


@cache
def _families() -> tuple[tuple[re.Pattern[str], int, bool], ...]:
    """Prefix, characters after it, whether it goes on beyond them."""
    return tuple(
        (
            re.compile(rf"(?<![A-Za-z0-9]){alike(one['prefix'])}(?=[{SIGNS}])"),
            one["least"],
            one.get("more", False),
        )
        for one in words("token")["families"]
    )


@cache
def _labelled(kind: SecretKind) -> re.Pattern[str]:
    """A label, what joins it to its value, and the value's first piece."""
    labels = any_of(words(kind)["labels"])
    return re.compile(
        rf"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z]))(?i:{labels})(?:[ _\-]?(?:id|no|value))?[\"']?\)?"
        rf"(\s{{0,2}}(?:[:=]|=>|->|\bis\b|\bBearer\b)+[>\s]{{0,2}}|\s{{1,2}})[\"'`]?"
        rf"({_SIGN}{{4,}}|{_BEGINNING})"
    )


def tokens(text: str) -> Iterator[Span]:
    for prefix, least, more in _families():
        end = 0
        for found in prefix.finditer(text):
            if found.start() < end:  # a part of the token before it that begins like one
                continue
            end = goes_on(text, found.end(), least, more=more)
            if end - found.end() >= 0.6 * min(least, 24) and _is_no_word(text[found.end() : end]):
                yield Span("token", found.start(), end, "pattern")
    yield from _after_labels(text, "token", _is_given_out)


def keys(text: str) -> Iterator[Span]:
    for found in _PEM.finditer(text):
        yield Span("key", found.start(), found.end(), "pattern")
    yield from _after_labels(text, "key", _is_given_out)


def passwords(text: str) -> Iterator[Span]:
    for found in _IN_URL.finditer(text):
        yield Span("password", found.start(1), found.end(1), "pattern")
    yield from _after_labels(text, "password", _is_chosen)


def _after_labels(
    text: str, kind: SecretKind, is_one: Callable[[str, bool], bool]
) -> Iterator[Span]:
    """Values after a label; `is_one` is told whether a sign joins the two."""
    labelled, start = _labelled(kind), 0
    while (found := labelled.search(text, start)) is not None:
        start = found.start(1)  # a label may itself be taken for a value: "secret access key: ..."
        value, is_joined = found[2].rstrip("."), not found[1].isspace()
        rest = _REST.match(text, found.end(2))
        if is_one(value, is_joined):
            end = goes_on(text, found.start(2), 0, more=True)
            if rest is not None and _is_after_a_mark(value, rest[1]):
                end = rest.end()
            yield Span(kind, found.start(2), max(end, found.start(2) + len(value)), "label")
        elif rest is not None and _are_one(value, rest[1], is_one, is_joined):
            yield Span(kind, found.start(2), rest.end(), "label")


def _are_one(
    value: str,
    rest: str,
    is_one: Callable[[str, bool], bool],
    is_joined: bool,  # noqa: FBT001  a rule's two facts
) -> bool:
    """Whether a space that OCR put in parts a secret: behind a mere space both look like parts.

    So do few signs that are no word like "of" or "for".
    """
    is_beginning = len(value) < 4 and not value.islower()
    return is_one(rest, False) and (is_joined or is_beginning or is_random(value))


def _is_after_a_mark(value: str, rest: str) -> bool:
    """Whether the space is OCR's: it sees one behind a mark such as * or &, and figures go on."""
    return not value[-1].isalnum() and rest[0].isdigit()


def _is_given_out(value: str, is_joined: bool) -> bool:  # noqa: FBT001  a rule's two facts
    return is_random(value) and (is_joined or len(value) >= 12)


def _is_chosen(value: str, is_joined: bool) -> bool:  # noqa: FBT001
    """Whether somebody may have chosen it as a password: no word, and no sign of a hidden one."""
    if _HIDDEN.fullmatch(value):
        return False
    signs = (
        any(char.islower() for char in value),
        any(char.isupper() for char in value[1:]) or (value[:1].isupper() and not value.istitle()),
        any(char.isdigit() for char in value),
        any(not char.isalnum() for char in value.rstrip(".:!?")),
    )
    return sum(signs) >= (2 if is_joined else 3) or (not is_joined and is_random(value))


def _is_no_word(text: str) -> bool:
    return any(char.isdigit() for char in text) or bool(re.search("[a-z][A-Z]", text))
