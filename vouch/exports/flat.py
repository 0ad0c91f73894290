"""Flat JSON: a record on one level of keys, its lists as tables of flat rows."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouch.exports.flat_plan import NUMBERS, SIDES, Column, Kind, Steps, Table, plan_of
from vouch.schemas.flat import FlatHead, Scalar
from vouch.schemas.geometry import Bbox
from vouch.schemas.pointers import pointer_of
from vouch.schemas.record import Field, Record
from vouch.schemas.shape import Shape

Row = dict[str, Scalar]
Place = tuple[str | int, ...]
"""The way to one value or one member of a list."""


def flat(record: Record, shape: Shape) -> dict[str, Scalar | list[Row]]:
    """The record under these keys; which there are follows from the shape of its schema."""
    plan = plan_of(shape)
    return {
        **_head(record).model_dump(mode="json"),
        **_row(record, plan.columns, ()),
        **{table.name: list(_rows(record, table)) for table in plan.tables},
    }


def _head(record: Record) -> FlatHead:
    reasons = record.decision.reasons
    return FlatHead(
        id=record.id,
        file=record.source.filename,
        schema_name=record.schema_.name,
        shows=None if record.routing is None else record.routing.kind,
        decision=record.decision.outcome,
        reasons=", ".join(dict.fromkeys(reason.code for reason in reasons)) or None,
        hints="\n".join(dict.fromkeys(reason.hint for reason in reasons)) or None,
        confidence=record.confidence,
        pages=len(record.pages),
        documents=max(len(record.documents), 1),
        degraded=record.degraded,
    )


def _rows(record: Record, table: Table) -> Iterator[Row]:
    for place in _places(record.data, table.at):
        indices = [step for step in reversed(place) if isinstance(step, int)]
        yield {
            **dict(zip(table.indices, indices, strict=True)),
            **_row(record, table.columns, place),
        }


def _places(value: Any, steps: Steps) -> Iterator[Place]:  # noqa: ANN401  JSON
    """The ways to all members of a list, and of the lists in its members."""
    if not steps:
        yield ()
        return
    step, rest = steps[0], steps[1:]
    members: Iterable[tuple[str | int, Any]]
    if step is not None:
        members = [(step, _at(value, (step,)))]
    else:
        members = enumerate(value) if isinstance(value, list | tuple) else ()
    for own, member in members:
        yield from ((own, *further) for further in _places(member, rest))


def _row(record: Record, columns: Iterable[Column], place: Place) -> Row:
    """The columns of the record itself, or of one row."""
    row: Row = {}
    for column in columns:
        way = (*place, *(step for step in column.leaf if step is not None))
        value, field = _at(record.data, way), record.fields.get(pointer_of(way))
        cells = (*_value(value, column.kind), *_vouching(field, has_box=column.kind in NUMBERS))
        row.update(zip(column.types, cells, strict=True))
    return row


def _at(value: Any, way: Place) -> Any:  # noqa: ANN401  JSON
    """What stands there; None where there is no such place."""
    for step in way:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple) and isinstance(step, int):
            value = value[step]
        else:
            return None
    return value


def _value(value: Any, kind: Kind) -> tuple[Scalar, ...]:  # noqa: ANN401  JSON
    if kind in NUMBERS:
        return tuple(value) if value is not None else (None,) * len(NUMBERS[kind])
    if kind != "json" or value is None:
        return (value,)
    return (json.dumps(value, ensure_ascii=False),)


def _vouching(field: Field | None, *, has_box: bool) -> tuple[Scalar, ...]:
    """Confidence, decision and page; and the sides of where it was read, unless it is a box."""
    if field is None:
        return (None,) * (3 if has_box else 3 + len(SIDES))
    decision = "accept" if field.accepted else None if field.status == "absent" else "review"
    page = field.evidence[0].page if field.evidence else None
    own = (field.confidence, decision, page)
    return own if has_box else (*own, *_sides(field))


def _sides(field: Field) -> tuple[Scalar, ...]:
    """Of all that was read for a value on its first page."""
    if not field.evidence:
        return (None,) * len(SIDES)
    page = field.evidence[0].page
    seen = Bbox.around(point for one in field.evidence if one.page == page for point in one.polygon)
    return tuple(round(side, 1) for side in (seen.left, seen.top, seen.right, seen.bottom))
