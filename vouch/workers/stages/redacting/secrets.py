"""Everything in a text that must not be shown."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vouch.schemas.redaction import SecretKind
from vouch.workers.stages.redacting.contacts import emails, ip_addresses, phones
from vouch.workers.stages.redacting.credentials import keys, passwords, tokens
from vouch.workers.stages.redacting.folders import user_folders
from vouch.workers.stages.redacting.numbers import card_numbers, ibans
from vouch.workers.stages.redacting.spans import Span, joined
from vouch.workers.stages.rules.rows import row_of

_Detector = Callable[[str], Iterator[Span]]
DETECTORS: Mapping[SecretKind, _Detector] = {
    "token": tokens,
    "key": keys,
    "password": passwords,
    "email": emails,
    "card_number": card_numbers,
    "iban": ibans,
    "phone": phones,
    "ip_address": ip_addresses,
    "user_folder": user_folders,
}
_LEAST_ECHO = 6
"""A shorter secret stands elsewhere by chance."""
_LEAST_NAME = 3


def secrets_in(text: str, kinds: Sequence[SecretKind]) -> tuple[Span, ...]:
    """Secrets of these kinds, in order; lines of the text are printed one below the other."""
    folded = row_of(text).text
    return joined(span for kind in DETECTORS if kind in kinds for span in DETECTORS[kind](folded))


def echo_of(kind: SecretKind, secret: str) -> re.Pattern[str] | None:
    """Where the same secret stands again, however it is spaced; None for what is too short."""
    if kind == "user_folder":
        name = re.escape(secret)
        return (
            re.compile(rf"(?i)(?<![^\W_]){name}(?![^\W_])") if len(secret) >= _LEAST_NAME else None
        )
    signs = [char for char in secret if char.isalnum()]
    if len(signs) < _LEAST_ECHO:
        return None
    return re.compile(
        r"(?i)(?<![^\W_])" + r"[\W_]{0,3}".join(map(re.escape, signs)) + r"(?![^\W_])"
    )


def echoes_in(text: str, known: Iterable[tuple[SecretKind, re.Pattern[str]]]) -> Iterator[Span]:
    """Secrets that were found elsewhere and stand here again."""
    for kind, pattern in known:
        for found in pattern.finditer(text):
            yield Span(kind, found.start(), found.end(), "echo")
