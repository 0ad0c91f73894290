"""Markdown: a document's blocks and tables in reading order, or a record's fields."""

import re
from collections.abc import Iterator, Sequence

from vouch.exports.csv_rows import FIELD_HEADER, field_rows, table_rows
from vouch.exports.several import documents_of
from vouch.schemas.draft import Pointer
from vouch.schemas.generic import Block, Generic
from vouch.schemas.geometry import Bbox
from vouch.schemas.record import Record, RecordDocument

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_LIST_MARK = re.compile(r"^\s*[•‣◦▪●○■□–\-·]\s+")
_ORDERED = re.compile(r"^\s*[(]?(\d{1,9})[.)]\s+")
_LIST_LIKE = re.compile(r"^(\d{0,9})([.)+-])(?=\s|$)")
_Place = tuple[int, float]
"""Page, and the upper edge there in pixels."""


def generic_markdown(record: Record, found: Generic) -> str:
    """Blocks and tables as they follow one another; then the pairs, as one table."""
    parts = list(_parts(record, found))
    if found.pairs:
        rows = [[pair.key or "", pair.value or ""] for pair in found.pairs]
        parts += ["---", _table([["Label", "Value"], *rows])]
    return "\n\n".join(parts) + "\n"


def field_markdown(record: Record) -> str:
    """The fields that have a value, as a table; of several documents, each under its heading."""
    documents = documents_of(record)
    parts = [f"# {record.schema_.name}"]
    for number, document in enumerate(documents, start=1):
        if len(documents) > 1:
            parts.append(_heading(document, number, len(documents)))
        shown = [row for row in field_rows(document.fields) if row[1]]
        parts.append(_table([FIELD_HEADER, *shown]))
    return "\n\n".join(parts) + "\n"


def _heading(document: RecordDocument, number: int, count: int) -> str:
    pages = ", ".join(map(str, document.pages))
    return f"## Document {number} of {count}, page {pages}: {document.decision.outcome}"


def _parts(record: Record, found: Generic) -> Iterator[str]:
    """In the blocks' order, each table before the first block of its page that stands below it."""
    waiting = [
        (_place(record, f"/tables/{number}/page"), _table(table_rows(table)))
        for number, table in enumerate(found.tables)
    ]
    for number, block in enumerate(found.blocks):
        page, top = _place(record, f"/blocks/{number}/kind")
        while waiting and waiting[0][0] < (page, top):
            yield waiting.pop(0)[1]
        yield _block(block)
    yield from (text for _, text in waiting)


def _place(record: Record, pointer: Pointer) -> _Place:
    field = record.fields.get(pointer)
    if field is None or not field.evidence:
        return (0, 0.0)
    seen = field.evidence[0]
    return seen.page, Bbox.around(seen.polygon).top


def _block(block: Block) -> str:
    text = block.text or ""
    match block.kind:
        case "title":
            return f"# {_escaped(text)}"
        case "heading":
            return f"## {_escaped(text)}"
        case "list_item":
            return _item(text)
        case "caption":
            return f"*{_escaped(text)}*"
    return _paragraph(text)


def _item(text: str) -> str:
    ordered = _ORDERED.match(text)
    if ordered is not None:
        return f"{ordered[1]}. {_escaped(text[ordered.end() :])}"
    return f"- {_escaped(_LIST_MARK.sub('', text))}"


def _paragraph(text: str) -> str:
    """Text that begins like an item of a list but is none keeps its dot and its dash."""
    return _LIST_LIKE.sub(r"\1\\\2", _escaped(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _table(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    header, *body = [[_escaped(cell) for cell in row] for row in rows]
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
