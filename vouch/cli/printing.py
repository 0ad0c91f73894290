"""A record as a person reads it."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vouch.schemas.draft import Pointer
from vouch.schemas.record import Decision, Field, Outcome, Record

_COLOURS: dict[Outcome, str] = {"accept": "green", "review": "yellow", "reupload": "red"}
_ADVICE: dict[Outcome, str] = {
    "accept": "nobody has to look",
    "review": "a person should check the marked fields",
    "reupload": "ask for a better picture",
}


def readable(record: Record) -> RenderableType:
    """Decision and reasons, fields, lists, and where the time went.

    Of a file with several documents, each by itself.
    """
    several = [
        part for number in range(len(record.documents)) for part in _document(record, number)
    ]
    return Group(
        _decision(record.decision, record.degraded),
        *_reasons(record.decision),
        "",
        *(several or _values(record.fields)),
        _footer(record),
    )


def _document(record: Record, number: int) -> Iterator[RenderableType]:
    """One of several documents: which it is, its pages, its own decision and values."""
    document = record.documents[number]
    pages = ", ".join(map(str, document.pages))
    yield Text(f"document {number + 1} of {len(record.documents)}, page {pages}", style="bold")
    yield _decision(document.decision, None)
    yield from _reasons(document.decision)
    yield from _values(document.fields)
    yield ""


def _values(fields: Mapping[Pointer, Field]) -> Iterator[RenderableType]:
    yield _fields(fields)
    yield from _lists(fields)
    yield from _missing(fields)


def _decision(decision: Decision, degraded: str | None) -> Text:
    outcome = decision.outcome
    heading = Text(outcome.upper(), style=f"bold {_COLOURS[outcome]}")
    heading.append(f"  {_ADVICE[outcome]}", style="default not bold")
    if degraded:
        heading.append(f"  degraded: {degraded}", style="dim")
    return heading


def _reasons(decision: Decision) -> Iterator[Text]:
    for reason in decision.reasons:
        line = Text(f"  • {reason.hint} ")
        line.append(" ".join(filter(None, (reason.code, reason.pointer))), style="dim")
        yield line


def _fields(fields: Mapping[Pointer, Field]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "Field", "Value", "Confidence", "Status", "Printed"):
        table.add_column(heading, justify="right" if heading == "Confidence" else "left")
    for pointer, field in fields.items():
        if not _in_list(pointer) and field.value is not None:
            table.add_row(
                "✓" if field.accepted else "?",
                pointer,
                _value(field),
                _confidence(field),
                field.status,
                _printed(field),
            )
    return table


def _missing(fields: Mapping[Pointer, Field]) -> Iterator[Text]:
    """The fields without a value, in one line."""
    names = [
        pointer if field.status == "absent" else f"{pointer} ({field.status})"
        for pointer, field in fields.items()
        if field.value is None
    ]
    if names:
        yield Text(f"\nnot found: {', '.join(names)}", style="dim")


def _lists(fields: Mapping[Pointer, Field]) -> Iterator[RenderableType]:
    """One table for each list of the record: entries down, leaves across."""
    lists: dict[str, dict[str, dict[str, Field]]] = {}
    for pointer, field in fields.items():
        if parts := _in_list(pointer):
            prefix, index, leaf = parts
            lists.setdefault(prefix, {}).setdefault(index, {})[leaf] = field
    for prefix, entries in lists.items():
        columns = list(dict.fromkeys(leaf for entry in entries.values() for leaf in entry))
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column(f"{prefix}/N")
        for column in columns:
            table.add_column(column.lstrip("/") or "value")
        table.add_column("Confidence", justify="right")
        for index, entry in entries.items():
            cells = [_value(entry[leaf]) if leaf in entry else Text("") for leaf in columns]
            table.add_row(index, *cells, _lowest(entry))
        yield from ("", table)


def _in_list(pointer: Pointer) -> tuple[str, str, str] | None:
    """List, index and what follows: "/items/0/price" → ("/items", "0", "/price")."""
    parts = pointer.split("/")
    at = next((i for i, part in enumerate(parts) if part.isdigit()), None)
    if at is None:
        return None
    return "/".join(parts[:at]), parts[at], "".join(f"/{part}" for part in parts[at + 1 :])


def _value(field: Field) -> Text:
    if field.value is None:
        return Text("–", style="dim")
    # What is not accepted stands out: a person has to look at it.
    return Text(str(field.value), style="bold" if field.accepted else "yellow")


def _confidence(field: Field) -> str:
    return "" if field.confidence is None else f"{field.confidence:.1%}"


def _lowest(entry: dict[str, Field]) -> str:
    held = [field.confidence for field in entry.values() if field.confidence is not None]
    return f"{min(held):.1%}" if held else ""


def _printed(field: Field) -> Text:
    """The words of the evidence, and the pages they stand on."""
    text = Text(" ".join(seen.text for seen in field.evidence))
    pages = sorted({seen.page for seen in field.evidence})
    if pages:
        text.append(f" p.{','.join(map(str, pages))}", style="dim")
    return text


def _footer(record: Record) -> Text:
    slowest = sorted(record.timings.items(), key=lambda spent: -spent[1])[:3]
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in slowest)
    total = sum(record.timings.values())
    accepted = sum(field.accepted for field in record.fields.values())
    together = (
        f"; all {accepted} accepted values right together: at least {record.confidence:.0%}"
        if record.confidence is not None and not record.documents
        else ""
    )
    return Text(f"{len(record.pages)} page(s) in {total:.2f} s ({stages}){together}", style="dim")
