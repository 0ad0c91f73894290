"""Line items against labels that hold whole printed columns ("/items/*/price": ["5,00", …])."""

from vouch.evals.compare import is_right, kind_of, token_f1
from vouch.evals.judge import Verdict, match_rows
from vouch.evals.labels import LabelledDocument
from vouch.schemas.draft import Pointer
from vouch.schemas.pointers import pattern_of
from vouch.schemas.record import Record


def judge_columns(labels: LabelledDocument, record: Record | None) -> tuple[Verdict, ...]:
    """A verdict for each entry of each labelled column; rows are not tied to each other."""
    columns = {
        pointer: texts
        for pointer, texts in labels.raw.items()
        if "*" in pointer and isinstance(texts, tuple)
    }
    return tuple(
        verdict
        for pointer, texts in columns.items()
        for verdict in _judge_column(pointer, texts, _given(pointer, record))
    )


def _given(column: Pointer, record: Record | None) -> list[str]:
    fields = {} if record is None else record.fields
    return [
        str(field.value)
        for pointer, field in fields.items()
        if pattern_of(pointer) == column and field.value is not None
    ]


def _judge_column(pointer: Pointer, texts: tuple[str, ...], given: list[str]) -> list[Verdict]:
    likeness = [[_likeness(pointer, text, value) for value in given] for text in texts]
    pairs = match_rows(likeness)
    matched = [
        Verdict(
            pointer=pointer,
            expected=(text,),
            given=given[pairs[index]] if index in pairs else None,
            right=index in pairs and is_right(pointer, text, given[pairs[index]]),
        )
        for index, text in enumerate(texts)
    ]
    surplus = [value for index, value in enumerate(given) if index not in pairs.values()]
    return matched + [
        Verdict(pointer=pointer, expected=(), given=value, right=False) for value in surplus
    ]


def _likeness(pointer: Pointer, text: str, value: str) -> float:
    shared = token_f1(text, value) if kind_of(pointer) == "text" else 0.0
    return is_right(pointer, text, value) + shared / 2
