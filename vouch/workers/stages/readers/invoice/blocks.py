"""Blocks of print that introduce a party: its name, its address, its numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet
from vouch.workers.stages.readers.invoice.words import opens_with
from vouch.workers.stages.rules.rows import Span, tidy

_POSTCODE = re.compile(
    r"(?<![\w.,/])(?:[A-Z]{1,2}[- ])?(?:\d{4,5}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}\s?[A-Z]{2}|\d{3} \d{2})"
    r"(?:\s+(?=[^\W\d_])|(?=[^\W\d_]{3})|$)|(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}(?!\w)"
)
_STREET = re.compile(
    r"[^\W\d_]{3,}.*\s\d{1,4}\s?[a-z]?$|^\d{1,4}\s?[a-z]?,?\s+[^\W\d_]{2,}", re.IGNORECASE
)
_BULLETS = re.compile(r"\s*[●•·|∙⋅■▪]\s*|\s+[-–]\s+|\s*,\s+")
_MOST = 9
"""Lines of a block."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who stands in a block. `strength`: how surely it is this side's, 0 to 1."""

    side: str
    """"seller" or "buyer"."""
    strength: float
    lines: tuple[Span, ...]
    """From the name on: no labels, no numbers."""
    cells: tuple[Cell, ...]
    """All that the block prints."""

    @property
    def name(self) -> Span:
        return self.lines[0]

    @property
    def address(self) -> tuple[Span, ...]:
        """The lines after the name that make an address, up to the postcode's."""
        for number, line in enumerate(self.lines[1:], start=1):
            if is_postcode(line.text):
                starts = [n for n in range(1, number) if is_street(self.lines[n].text)]
                return self.lines[(starts[0] if starts else number) : number + 1]
        return ()


def is_postcode(text: str) -> bool:
    return bool(_POSTCODE.search(text))


def is_street(text: str) -> bool:
    return bool(_STREET.search(text)) and not is_postcode(text)


def labelled(sheet: Sheet) -> Iterator[tuple[str, Cell, Party | None]]:
    """Every block under, or behind, a word for a party: its side, the word's cell, the block."""
    for cell in sheet.cells:
        found = opens_with("parties", cell.text)
        if not found or found.kind not in {"seller", "buyer", "other"} or len(cell.words) > 5:
            continue
        rest = Span(cell, found.end, len(cell.text))
        behind = rest.text.strip(" :-/")
        if any(map(str.isalpha, behind)) and ":" not in cell.text[found.start : found.end + 2]:
            if opens_with("parties", behind) is None:
                continue
            rest = Span(cell, len(cell.text), len(cell.text))
        yield found.kind, cell, _under(sheet, cell, found.kind, tidy(rest))


def _under(sheet: Sheet, cell: Cell, side: str, rest: Span) -> Party | None:
    cells = list(_going_down(sheet, cell))
    if not any(map(str.isalpha, rest.text)):
        beside = sheet.right(cell)[:1]
        if beside and _is_beside(sheet, cell, beside[0], cells):
            cells = [*beside, *_going_down(sheet, beside[0])]
        return party(sheet, side, 0.95, cells)
    return party(sheet, side, 0.95, cells, [rest])


def _is_beside(sheet: Sheet, cell: Cell, other: Cell, under: Sequence[Cell]) -> bool:
    """Whether the block stands right of its word rather than under it."""
    is_label = opens_with("parties", other.text) is not None
    return not is_label and not under and other.bbox.left - cell.bbox.right < 12 * sheet.body


def _going_down(sheet: Sheet, cell: Cell) -> Iterator[Cell]:
    """The cells of the block under a cell, until a wide white or the next party."""
    for under in sheet.column(cell, 2.7)[:_MOST]:
        found = opens_with("parties", under.text)
        if found and found.kind in {"seller", "buyer", "other"} and len(under.words) <= 5:
            return
        yield under


def party(
    sheet: Sheet, side: str, strength: float, cells: Sequence[Cell], first: Sequence[Span] = ()
) -> Party | None:
    """The lines of the cells that name somebody; values of "Name:" and "Address:" in their place."""
    lines = [*first]
    for cell in cells:
        found = opens_with("parties", cell.text)
        kind = found.kind if found and _is_label(cell, found.end) else None
        if kind in {"name", "address"} and found:
            value = tidy(Span(cell, found.end, len(cell.text)))
            spans = [value] if value.text else [_whole(one) for one in sheet.right(cell)[:1]]
            lines = [*(lines if kind == "address" else []), *spans]
        elif kind != "detail" and not _is_salutation(cell) and _names(cell.text):
            lines.append(_whole(cell))
    return Party(side, strength, tuple(lines), tuple(cells)) if lines else None


def _is_label(cell: Cell, end: int) -> bool:
    rest = cell.text[end:].lstrip()
    return not rest or rest[0] in ":.-#/" or rest[0].isdigit()


def _is_salutation(cell: Cell) -> bool:
    found = opens_with("parties", cell.text)
    return bool(found and found.kind == "salutation" and not cell.text[found.end :].strip(" :.,"))


def _names(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= 3 and "@" not in text and "://" not in text and not text.startswith("www")


def _whole(cell: Cell) -> Span:
    return tidy(Span(cell, 0, len(cell.text)))


def senders(sheet: Sheet) -> Iterator[tuple[Party, Band]]:
    """Small lines that hold a whole address, as over the window of an envelope."""
    for band in sheet.bands:
        spans = _pieces(band)
        if len(spans) >= 2 and any(is_postcode(span.text) for span in spans[1:]):
            if found := Party("seller", 0.75, tuple(spans), band.cells):
                yield found, band


def _pieces(band: Band) -> list[Span]:
    """The parts of a line between bullets or white, in one half of the page."""
    spans: list[Span] = []
    for cell in band.cells:
        start = 0
        for match in (*_BULLETS.finditer(cell.text), None):
            end = match.start() if match else len(cell.text)
            if any(map(str.isalnum, cell.text[start:end])):
                spans.append(tidy(Span(cell, start, end)))
            start = match.end() if match else end
    return spans


def windows(sheet: Sheet) -> Iterator[Party]:
    """Blocks of three to seven lines with a postcode, in the upper half of the first page."""
    height = sheet.sizes.get(1, (1, 1))[1]
    taken: set[int] = set()
    for cell in sheet.cells:
        if cell.page != 1 or cell.bbox.top > 0.45 * height or cell.index in taken:
            continue
        cells = [cell, *_going_down(sheet, cell)]
        last = next((n for n, one in enumerate(cells) if n and is_postcode(one.text)), None)
        if last is None or last > 6:
            continue
        taken.update(one.index for one in cells[: last + 1])
        if found := party(sheet, "buyer", 0.5, cells[: last + 2]):
            yield found
