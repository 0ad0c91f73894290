"""Records as a person reads them: files that hold several documents."""

from io import StringIO

from rich.console import Console

from tests.evals.records import field, record
from vouch.cli.printing import readable
from vouch.drawing.overlay import marks_of
from vouch.schemas.record import Record, RecordDocument


def _two() -> Record:
    whole = record({"/total": field("9.50", at=(10, 10, 40, 20))}, "review")
    other = field("23.00", at=(10, 10, 40, 20))
    moved = other.model_copy(
        update={"evidence": tuple(at.model_copy(update={"page": 2}) for at in other.evidence)}
    )
    documents = tuple(
        RecordDocument(
            pages=(number,),
            decision=whole.decision,
            confidence=0.9,
            data={},
            fields={"/total": one},
        )
        for number, one in ((1, whole.fields["/total"]), (2, moved))
    )
    pages = (whole.pages[0], whole.pages[0].model_copy(update={"number": 2}))
    return whole.model_copy(update={"documents": documents, "pages": pages})


def test_each_document_of_a_file_is_printed() -> None:
    shown = StringIO()
    Console(file=shown, width=120).print(readable(_two()))
    text = shown.getvalue()
    assert "document 1 of 2, page 1" in text
    assert "document 2 of 2, page 2" in text
    assert text.count("9.50") == 2  # the value, and what is printed
    assert text.count("23.00") == 2


def test_each_page_shows_the_fields_of_its_own_document() -> None:
    both = _two()
    assert [mark.field.value for mark in marks_of(both, 1)] == ["9.50"]
    assert [mark.field.value for mark in marks_of(both, 2)] == ["23.00"]
