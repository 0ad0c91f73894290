"""A third reader of invoices: what the XML inside a PDF says, beside what its pages print.

It never leads: what is printed is what a person pays. Where both say the same a check passes; where
they differ it fails, and somebody has to look. What only the XML says is shown, and never accepted.
"""

from collections.abc import Sequence

from vouch.schemas.document import Page
from vouch.schemas.draft import Candidate, Draft, Pointer
from vouch.schemas.grounding import Check, GroundedField
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.aligning import normalised
from vouch.workers.stages.decide import XML_AGREES
from vouch.workers.stages.ground import ground
from vouch.workers.stages.meaning import key_of

_WORDY = frozenset({"/seller/name", "/buyer/name"})
"""Pointers where one may hold more words than the other: a legal form, a department."""


def xml_draft(pages: Sequence[Page], options: Options) -> Draft:
    """What the invoice data inside the document says; nothing under another schema."""
    is_invoice = options.schema_name == "invoice" and options.json_schema is None
    looked_at = pages if is_invoice and not options.ignore_embedded else ()
    stated = {
        pointer: value for page in reversed(looked_at) for pointer, value in page.e_invoice.items()
    }
    return Draft(
        reader="xml",
        candidates={pointer: (_candidate(value),) for pointer, value in stated.items()},
    )


def _candidate(value: str) -> Candidate:
    return Candidate(value=value, raw=value, score=0.5, signals={"inferred": 1.0})


def compared(
    fields: Sequence[GroundedField], draft: Draft, layouts: Sequence[PageLayout]
) -> tuple[tuple[GroundedField, ...], tuple[Check, ...]]:
    """The fields with what the XML says where it differs or is alone, and a check for each."""
    stated = {field.pointer: field for field in ground(draft, layouts)}
    known = {field.pointer for field in fields}
    joined = tuple(_joined(field, stated.get(field.pointer)) for field in fields)
    alone = tuple(field for pointer, field in stated.items() if pointer not in known)
    checks = tuple(
        Check(name=XML_AGREES, pointers=(field.pointer,), passed=_agree(field, said))
        for field in fields
        if (said := stated.get(field.pointer)) is not None
    )
    return (*joined, *alone), checks


def _joined(field: GroundedField, said: GroundedField | None) -> GroundedField:
    if said is None or _agree(field, said):
        return field
    return field.model_copy(update={"candidates": (*field.candidates, *said.candidates)})


def _agree(field: GroundedField, said: GroundedField) -> bool:
    """Whether what is printed means what the XML says."""
    return _mean_the_same(field.pointer, field.best.value, said.best.value)


def _mean_the_same(pointer: Pointer, printed: str, stated: str) -> bool:
    if key_of(printed) == key_of(stated):
        return True
    ours, theirs = normalised(printed), normalised(stated)
    return pointer in _WORDY and bool(ours and theirs) and (ours in theirs or theirs in ours)
