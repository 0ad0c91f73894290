"""One record against one document's labels: a verdict for every judged pointer."""

from collections.abc import Iterable, Iterator, Mapping

from vouch.evals.compare import Given, is_free_text, is_right, token_f1
from vouch.evals.labels import Expected, LabelledDocument, alternatives
from vouch.evals.overlap import points_at
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Polygon
from vouch.schemas.pointers import pattern_of
from vouch.schemas.record import Field, Record
from vouch.schemas.value import Value

Row = dict[str, Pointer]
"""One entry of a list: what follows its index ("/price"; "" for a plain value) → its pointer."""


class Verdict(Value):
    """What was expected at one pointer, what the record gives, and whether it is right."""

    pointer: Pointer
    """With list indices as stars."""
    expected: tuple[str, ...]
    """Any of them is right; none: the field is not on the document."""
    given: str | None
    right: bool
    """A given value that is expected. Rightly giving nothing is neither right nor wrong."""
    attributed: bool | None = None
    """Right, and its evidence points at a labelled region; None where no region is labelled."""
    confidence: float | None = None
    accepted: bool = False
    token_f1: float | None = None
    """Of free text that is on the document."""

    @property
    def wrong(self) -> bool:
        """A value that should not have been given."""
        return self.given is not None and not self.right

    @property
    def missed(self) -> bool:
        """A value of the document that was not given."""
        return bool(self.expected) and not self.right


def judge(labels: LabelledDocument, record: Record | None) -> tuple[Verdict, ...]:
    """Every judged pointer; None stands for a document that gave no record, so no value."""
    fields = {} if record is None else record.fields
    labels = spread(labels)
    rows, scalars = _split(labels.expected)
    verdicts = [_verdict(labels, pointer, fields.get(pointer), pointer) for pointer in scalars]
    for prefix, wanted in rows.items():
        verdicts += _judge_list(labels, prefix, wanted, fields)
    return tuple(verdicts)


def spread(labels: LabelledDocument) -> LabelledDocument:
    """The labels with whole lists ("/buttons": […]) as one pointer an entry."""
    lists = {p: value for p, value in labels.expected.items() if isinstance(value, tuple)}
    entries: dict[Pointer, Expected] = {
        f"{pointer}/{index}": text
        for pointer, texts in lists.items()
        for index, text in enumerate(texts)
    }
    # An empty list is judged too: each entry of it in a record is a false positive.
    empty: dict[Pointer, Expected] = {f"{pointer}/-": None for pointer in lists}
    rest = {p: value for p, value in labels.expected.items() if p not in lists}
    return labels.model_copy(update={"expected": rest | entries | empty})


def _split(pointers: Iterable[Pointer]) -> tuple[dict[str, dict[str, Row]], list[Pointer]]:
    """List pointers as {list: {index: row}}, and the pointers outside lists."""
    rows: dict[str, dict[str, Row]] = {}
    scalars: list[Pointer] = []
    for pointer in pointers:
        parts = pointer.split("/")
        at = next((i for i, part in enumerate(parts) if part.isdigit() or part == "-"), None)
        if at is None:
            scalars.append(pointer)
            continue
        rest = "".join(f"/{part}" for part in parts[at + 1 :])
        rows.setdefault("/".join(parts[:at]), {}).setdefault(parts[at], {})[rest] = pointer
    return rows, scalars


def _judge_list(
    labels: LabelledDocument, prefix: str, wanted: dict[str, Row], fields: Mapping[Pointer, Field]
) -> Iterator[Verdict]:
    columns = {column for row in wanted.values() for column in row}
    given_rows, _ = _split(pointer for pointer, field in fields.items() if field.value is not None)
    given = list(given_rows.get(prefix, {}).values())
    expected = [row for index, row in wanted.items() if index != "-"]
    pairs = match_rows(
        [[_likeness(labels, row, other, fields) for other in given] for row in expected]
    )
    for index, row in enumerate(expected):
        other = given[pairs[index]] if index in pairs else {}
        for column, pointer in row.items():
            yield _verdict(labels, pointer, fields.get(other.get(column, "")), pattern_of(pointer))
    for index, other in enumerate(given):
        if index not in pairs.values():
            for column in columns & other.keys():
                yield _surplus(fields[other[column]], pattern_of(other[column]))


def _likeness(
    labels: LabelledDocument, row: Row, other: Row, fields: Mapping[Pointer, Field]
) -> float:
    """How many leaves of two rows agree; words in common count for less than a right leaf."""
    likeness = 0.0
    for column, pointer in row.items():
        given = fields[other[column]].value if column in other else None
        if given is None:
            continue
        expected = labels.expected[pointer]
        likeness += is_right(pointer, expected, given)
        likeness += 0.5 * max(
            (token_f1(text, str(given)) for text in alternatives(expected)), default=0
        )
    return likeness


def match_rows(likeness: list[list[float]]) -> dict[int, int]:
    """Pairs the most alike rows first, each once; rows with nothing in common stay alone."""
    ranked = sorted(
        (-score, abs(one - two), one, two)
        for one, row in enumerate(likeness)
        for two, score in enumerate(row)
        if score > 0
    )
    pairs: dict[int, int] = {}
    for _, _, one, two in ranked:
        if one not in pairs and two not in pairs.values():
            pairs[one] = two
    return pairs


def _verdict(
    labels: LabelledDocument, pointer: Pointer, field: Field | None, name: Pointer
) -> Verdict:
    expected = labels.expected[pointer]
    given = None if field is None else field.value
    if field is None or given is None:
        return _missing(labels, pointer, name)
    right = is_right(pointer, expected, given)
    return Verdict(
        pointer=name,
        expected=alternatives(expected),
        given=_text(given),
        right=right,
        attributed=right and _points_at_any(field, labels.regions[pointer])
        if expected is not None and labels.regions.get(pointer)
        else None,
        confidence=field.confidence,
        accepted=field.accepted,
        token_f1=max(
            (token_f1(text, _text(given)) for text in alternatives(expected)), default=None
        )
        if is_free_text(pointer)
        else None,
    )


def _missing(labels: LabelledDocument, pointer: Pointer, name: Pointer) -> Verdict:
    expected = alternatives(labels.expected[pointer])
    return Verdict(
        pointer=name,
        expected=expected,
        given=None,
        right=False,
        attributed=False if expected and labels.regions.get(pointer) else None,
        token_f1=0.0 if expected and is_free_text(pointer) else None,
    )


def _surplus(field: Field, name: Pointer) -> Verdict:
    return Verdict(
        pointer=name,
        expected=(),
        given=None if field.value is None else _text(field.value),
        right=False,
        confidence=field.confidence,
        accepted=field.accepted,
    )


def _text(given: Given) -> str:
    return str(given).lower() if isinstance(given, bool) else given


def _points_at_any(field: Field, regions: tuple[Polygon, ...]) -> bool:
    return any(
        points_at(evidence.polygon, region) for evidence in field.evidence for region in regions
    )
