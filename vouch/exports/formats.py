"""Which formats there are, and one door to them all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vouch.exports.alto import alto
from vouch.exports.csv_rows import document_rows, pair_rows, table_rows, written
from vouch.exports.flat import flat
from vouch.exports.hocr import hocr
from vouch.exports.markdown import field_markdown, generic_markdown
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import FieldNotFound
from vouch.schemas.generic import Generic
from vouch.schemas.partial import PagePart
from vouch.schemas.record import Record
from vouch.schemas.shape import JsonSchema, Shape, shape_of

Format = Literal["flat", "markdown", "csv", "hocr", "alto"]
MEDIA_TYPES: dict[Format, str] = {
    "flat": "application/json",  # robots take nothing else for JSON
    "markdown": "text/markdown",
    "csv": "text/csv",
    "hocr": "text/vnd.hocr+html",
    "alto": "application/vnd.vouch.alto+json",
}
WORDY: frozenset[Format] = frozenset({"hocr", "alto"})
"""Formats that hold every word of the pages, not only what the record's fields say."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants a record as."""

    form: Format
    table: int | None = None
    """Of CSV: which table, from 0; None: pairs, or fields."""


def exported(
    wanted: Format,
    record: Record,
    pages: Sequence[PagePart],
    table: int | None = None,
    own: JsonSchema | None = None,
) -> str:
    """The record in a format; `pages` are needed by the wordy ones alone.

    `own` is the caller's schema, where the record follows one, and is for the flat format.
    `table` counts from 0 and is for CSV, which holds one table; without it, pairs or fields.
    FieldNotFound when there is no such table.
    """
    match wanted:
        case "flat":
            return json.dumps(flat(record, _shape(record, own)), ensure_ascii=False)
        case "hocr":
            return hocr(record, pages)
        case "alto":
            return json.dumps(alto(record, pages), ensure_ascii=False)
        case "csv":
            return written(_rows(record, table))
        case "markdown":
            found = _generic(record)
            return field_markdown(record) if found is None else generic_markdown(record, found)


def _rows(record: Record, table: int | None) -> list[list[str]]:
    found = _generic(record)
    if table is None:
        return document_rows(record) if found is None else pair_rows(record, found)
    if found is None or table >= len(found.tables):
        raise FieldNotFound("the record has no such table")
    return table_rows(found.tables[table])


def _shape(record: Record, own: JsonSchema | None) -> Shape:
    if own is not None:
        return shape_of(own)
    return builtin_schema(record.schema_.name).shape


def _generic(record: Record) -> Generic | None:
    """The record's data, where they are pairs, tables and blocks."""
    if record.schema_.name != "generic" or record.schema_.version == "inline":
        return None
    return Generic.model_validate(record.data)
