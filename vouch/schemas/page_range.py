"""Which pages of a document a caller wants: "1-3,7", "2-" to its end."""

import re

from vouch.schemas.errors import InvalidRequest

Ranges = tuple[tuple[int, int | None], ...]
"""First and last page of each stretch, both included; None: to the end."""
PAGES = r"^ *[1-9][0-9]{0,5}(-([1-9][0-9]{0,5})?)?( *, *[1-9][0-9]{0,5}(-([1-9][0-9]{0,5})?)?)* *$"
"""How such a text looks, for those who describe interfaces."""
_STRETCH = re.compile(r"(?P<first>[1-9]\d{0,5})(?P<on>-(?P<last>[1-9]\d{0,5})?)?", re.ASCII)


def page_ranges(text: str) -> Ranges:
    """The stretches that a text names. InvalidRequest for anything else."""
    return tuple(_stretch(part.strip()) for part in text.split(","))


def _stretch(text: str) -> tuple[int, int | None]:
    found = _STRETCH.fullmatch(text)
    if found is None:
        raise InvalidRequest('pages are wanted like this: "1-3,7" or "2-"')
    first = int(found["first"])
    last = first if found["on"] is None else int(found["last"]) if found["last"] else None
    if last is not None and last < first:
        raise InvalidRequest("a stretch of pages ends before it begins")
    return first, last
