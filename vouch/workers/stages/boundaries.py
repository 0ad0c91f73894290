"""Where one document of a file ends and the next begins: what each page says of its own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vouch.schemas.draft import Pointer
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.aligning import normalised
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen

TELLING: Mapping[str, Mapping[str, tuple[Pointer, ...]]] = MappingProxyType(
    {
        "receipt": {
            "number": ("/receipt_number",),
            "date": ("/date",),
            "time": ("/time",),
            "total": ("/total",),
            "name": ("/merchant/name",),
            "contact": ("/merchant/phone",),
        },
        "invoice": {
            "number": ("/number",),
            "date": ("/date",),
            "time": ("/due_date",),
            "total": ("/total", "/amount_due"),
            "name": ("/buyer/name", "/seller/name"),
            "contact": ("/seller/tax_id", "/seller/iban"),
        },
    }
)
"""The schemas of which a file may hold several, and what tells two of them apart."""
WEIGHTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "receipt": {
            "bias": -2.3, "number_same": -2.0, "number_other": 1.7, "number_alone": 2.2,
            "date_same": -1.4, "date_other": 2.7, "date_alone": -2.2, "time_other": 1.4,
            "time_alone": 1.2, "total_same": -1.7, "total_other": 1.9, "total_alone": -1.0,
            "contact_other": 2.7, "contact_alone": 2.4, "ended": 1.7, "repeated": -1.5,
            "opens": 2.0,
        },
        "invoice": {
            "bias": -3.7, "number_same": -2.0, "number_other": 1.9, "date_same": -0.5,
            "date_other": 3.4, "date_alone": 0.4, "time_same": -0.1, "time_other": 0.3,
            "time_alone": -1.7, "total_same": -1.0, "total_other": 1.1, "total_alone": -2.2,
            "name_other": 1.6, "contact_other": 0.7, "ended": 1.5, "repeated": -1.5, "opens": 2.0,
        },
    }
)  # fmt: skip
"""Log-odds of a page beginning another document, fitted by `make fit-splitting`. What is the same
never speaks for another document, what differs never against it. `_alone`: only this page says
it."""
_LEAST_SCORE = 0.35
"""A reading that the reader itself hardly believes tells nothing apart."""
_LEAST_DIGITS = 4
"""A shorter number stands anywhere by chance."""
_COUNTED = re.compile(
    r"\b(?:page|seite|pagina|página|pág|blatt|sida|side|strona|strana|sivu|oldal|стр)\.?\s*"
    r"(?P<page>\d{1,3})\s*(?:/|of|von|de|di|van|av|af|z|ze|sur|из)\s*\d{1,3}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a page, or a part of one, has of its own that tells documents apart."""

    said: Mapping[str, frozenset[str]]
    """By what they tell: number, date, time, total, name, contact."""
    counted: int | None
    """What the page says that it is the how-manieth of its document."""
    text: str
    """All that is printed: letters and digits alone."""


def marks_of(layout: PageLayout, options: Options) -> Marks:
    """What the rules read on a page by itself."""
    draft = read_rules(Seen([layout], options.model_copy(update={"readers": "rules"}), None))
    best = {
        pointer: normalised(found[0].value)
        for pointer, found in draft.candidates.items()
        if found and found[0].score >= _LEAST_SCORE
    }
    counted = (_COUNTED.search(line.text) for line in layout.lines)
    return Marks(
        said={
            aspect: frozenset(best[pointer] for pointer in pointers if pointer in best)
            for aspect, pointers in TELLING[options.schema_name].items()
        },
        counted=next((int(found["page"]) for found in counted if found), None),
        text=normalised(" ".join(line.text for line in layout.lines)),
    )


def begins(page: Marks, before: Sequence[Marks], weights: Mapping[str, float]) -> bool:
    """Whether a page is the first of another document than the pages right before it."""
    if page.counted is not None and page.counted > 1:
        return False
    return sum(weights.get(name, 0.0) * is_so for name, is_so in signals(page, before).items()) > 0


def signals(page: Marks, before: Sequence[Marks]) -> dict[str, float]:
    """What speaks for and against a page being the first behind a document of these pages."""
    told = {
        aspect: frozenset[str]().union(*(one.said[aspect] for one in before))
        for aspect in page.said
    }
    return {
        "bias": 1.0,
        **dict(_compared(page, told)),
        "ended": float(bool(told["total"])),
        "repeated": float(any(_prints_number(page, one) for one in before)),
        "opens": float(page.counted == 1),
    }


def _compared(page: Marks, told: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, float]]:
    for aspect, values in page.said.items():
        same = bool(values & told[aspect])
        yield f"{aspect}_same", float(same)
        yield f"{aspect}_other", float(bool(values and told[aspect]) and not same)
        yield f"{aspect}_alone", float(bool(values) and not told[aspect])


def _prints_number(page: Marks, other: Marks) -> bool:
    """Whether one prints the other's number, whatever the reader took for its own."""
    pairs = ((page.said["number"], other.text), (other.said["number"], page.text))
    return any(
        number in text and sum(map(str.isdigit, number)) >= _LEAST_DIGITS
        for numbers, text in pairs
        for number in numbers
    )
