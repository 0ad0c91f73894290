"""CSV: a table of the document, its pairs, or the fields of all documents of a file."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from vouch.exports.several import documents_of
from vouch.schemas.draft import Pointer
from vouch.schemas.generic import Generic, Table
from vouch.schemas.record import Field, Record

_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,\s]*\d[\d.,\s]*%?$)")
"""What a spreadsheet would run rather than show; signed numbers it shows."""
FIELD_HEADER = ("pointer", "value", "raw", "status", "accepted", "page", "confidence")


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180), no cell of which is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_tame(cell) for cell in row] for row in rows)
    return out.getvalue()


def _tame(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def table_rows(table: Table) -> list[list[str]]:
    """The grid of a table; a cell that spans several stands in its first."""
    placed = [cell for cell in table.cells if cell.row is not None and cell.column is not None]
    height = 1 + max((cell.row or 0 for cell in placed), default=-1)
    width = max(((cell.column or 0) + (cell.columns or 1) for cell in placed), default=0)
    grid = [[""] * width for _ in range(height)]
    for cell in placed:
        grid[cell.row or 0][cell.column or 0] = cell.text or ""
    return grid


def pair_rows(record: Record, found: Generic) -> list[list[str]]:
    """Label, value, page and confidence of each pair."""
    rows = [["key", "value", "page", "confidence"]]
    for number, pair in enumerate(found.pairs):
        field = record.fields.get(f"/pairs/{number}/value")
        rows.append([pair.key or "", pair.value or "", *_vouched(field)])
    return rows


def document_rows(record: Record) -> list[list[str]]:
    """Every leaf of every document of the file; the first column counts documents from 1.

    It stands there for a single document too: columns do not depend on what a file holds.
    """
    rows = [["document", *FIELD_HEADER]]
    for number, document in enumerate(documents_of(record), start=1):
        rows += [[str(number), *row] for row in field_rows(document.fields)]
    return rows


def field_rows(fields: Mapping[Pointer, Field]) -> list[list[str]]:
    """Every leaf of one document, under `FIELD_HEADER`."""
    rows = []
    for pointer, field in fields.items():
        value = "" if field.value is None else str(field.value)
        accepted = "yes" if field.accepted else "no"
        rows.append([pointer, value, field.raw or "", field.status, accepted, *_vouched(field)])
    return rows


def _vouched(field: Field | None) -> list[str]:
    """The page and the confidence of a value, as far as there are any."""
    if field is None:
        return ["", ""]
    page = str(field.evidence[0].page) if field.evidence else ""
    return [page, "" if field.confidence is None else f"{field.confidence:.4f}"]
