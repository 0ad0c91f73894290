"""What a caller wants masked, and the account of what was: it never contains what it is about."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.geometry import Polygon
from vouch.schemas.value import Value

SecretKind = Literal[
    "email", "phone", "card_number", "iban", "ip_address", "token", "key", "password", "user_folder"
]
"""token: what a service gives out to be recognised by. key: private keys, and what stands after a
word like it. user_folder: the name in the path of somebody's home folder."""
ALL_KINDS: tuple[SecretKind, ...] = get_args(SecretKind)
Cause = Literal[
    "pattern", "checksum", "label", "echo", "code",
    "low_score", "tiny_print", "poor_page", "unread_code", "unread_page",
]  # fmt: skip
"""What gave it away: its form, its check digits, a word beside it, the same secret elsewhere, a QR
or bar code that says it. Why it cannot be judged: OCR is unsure, or the print is tiny, there; the
page is hard to read there; a code cannot be decoded; nothing could be read on the page."""


def kinds_of(wish: object) -> object:
    """A wish as callers write it, `all` or a comma list, as kinds; other things as they are."""
    if isinstance(wish, str):
        wish = [word.strip() for word in wish.split(",")]
    if not isinstance(wish, list | tuple) or not all(isinstance(word, str) for word in wish):
        return wish
    return ALL_KINDS if "all" in wish else tuple(dict.fromkeys(wish))


Kinds = Annotated[tuple[SecretKind, ...], BeforeValidator(kinds_of), Field(min_length=1)]


def kinds_in(wish: str) -> tuple[SecretKind, ...]:
    """The kinds that a wish names. InvalidRequest for one that there is not."""
    try:
        return TypeAdapter(Kinds).validate_python(wish)
    except ValidationError:
        raise InvalidRequest(
            f"what can be masked is all, or some of {', '.join(ALL_KINDS)}"
        ) from None


class Redaction(Value):
    """One place that is masked, or that may hold what should be."""

    kind: SecretKind | None
    """None where it cannot be judged."""
    page: int
    polygon: Polygon
    """Pixels of the uploaded page. Where it is masked, they are of one colour on every picture."""
    pointers: tuple[str, ...] = ()
    """Fields of the record that lost something with it."""
    status: Literal["masked", "unsure"]
    """unsure: nothing was masked here. A person has to look."""
    why: Cause


class Redactions(Value):
    """What masking has done to a record and its pages."""

    looked_for: tuple[SecretKind, ...]
    not_found: tuple[SecretKind, ...]
    """Kinds that were looked for, and that nothing of was found where text can be read."""
    places: tuple[Redaction, ...]
    """One for each printed line of each secret, page by page."""
