"""Blocks of print that introduce a party: its name, its address, its numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet
from vouch.workers.stages.readers.invoice.words import heads, opens_with
from vouch.workers.stages.rules.lexicon import Found
from vouch.workers.stages.rules.rows import Span, tidy

_POSTCODE = re.compile(
    r"(?<![\w.,/])(?:[A-Z]{1,2}[- ])?"
    r"(?:\d{4,5}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}\s?[A-Z]{2}|\d{3} \d{2})"
    r"(?:,?\s+(?=[^\W\d_]{2})|(?=[^\W\d_]{3}))"
    r"|(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}(?!\w)"
    r"|(?<!\w)[A-Z]\d[\dW]\s(?=[A-Z]{0,3}\d)[A-Z\d]{4}$"
    r"|(?<!\w)[A-Z]{2}\.?,?\s\d{5}(?:-\d{4})?$"
)
"""Digits before a town; British; Irish; a US state with its ZIP code."""
_STREET = re.compile(
    r"[^\W\d_]{3,}.*\s\d{1,4}(?:[/-]\d{1,4})?\s?[a-z]?$|^\d{1,4}\s?[a-z]?,?\s+[^\W\d_]{2,}",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"\s*[●•·|∙⋅■▪]\s*|\s+[-–]\s+")
_COMMAS = re.compile(r"\s*,\s+")
_NUMBER_NEXT = re.compile(r"(?:^|,)\s*\d{1,4}\s?[a-z]?$", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"\d{1,4}(?:[/-]\d+)?\s?[a-z]?(?:,|$)", re.IGNORECASE)
"""A house number alone between commas."""
_MOST = 9
"""Lines of a block."""
_REACH, _WHITE = 4.0, 2.4
"""White below a word for a party, and between lines of a block, at most, in heights of a line."""
_GROWTH = 1.7
"""By how much white grows between a block and what follows it."""
CONTACT = re.compile(r"@|www\.|https?://|\+\d{2}|(?<!\d)0\d+[ /-]\d", re.IGNORECASE)
"""Mail, web, telephone."""


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
                # "Unit 4, North Park": the line before a town that holds a number.
                starts += [n for n in range(max(number - 1, 1), number) if _numbered(self.lines[n])]
                return self.lines[(starts[0] if starts else number) : number + 1]
        return ()


def is_postcode(text: str) -> bool:
    return bool(_POSTCODE.search(text))


def is_street(text: str) -> bool:
    return bool(_STREET.search(text)) and not is_postcode(text)


def _numbered(line: Span) -> bool:
    return any(map(str.isdigit, line.text))


def party_word(cell: Cell) -> Found | None:
    """The word for a party that heads a block: alone, before a colon, or beside another such word.

    "Lieferant GmbH" is a name.
    """
    found = opens_with("parties", cell.text)
    # Read with a wrong letter, "Invoice no" would be "Invoice to".
    is_sure = found is not None and found.strength == 1.0 and len(cell.words) <= 8
    if found is None or not is_sure or found.kind not in {"seller", "buyer", "other"}:
        return None
    rest = cell.text[found.end :]
    behind = rest.strip(" :-/.")
    is_alone = not any(map(str.isalnum, behind))
    names = rest.lstrip().startswith(":") and sum(map(str.isalpha, behind)) >= 3
    more = opens_with("parties", behind) if len(cell.words) <= 5 else None
    heads_more = more is not None and more.kind != "detail"
    return found if is_alone or names or heads_more else None


def labelled(sheet: Sheet) -> Iterator[tuple[str, Cell, Party | None]]:
    """Every block under, or behind, a word for a party: its side, the word's cell, the block."""
    for cell in sheet.cells:
        if found := _indented(sheet, cell):
            name = tidy(Span(cell, found.end, len(cell.text)))
            yield found.kind, cell, party(sheet, found.kind, 0.9, hanging(sheet, cell)[1:], [name])
        elif found := party_word(cell):
            rest = tidy(Span(cell, found.end, len(cell.text)))
            is_name = cell.text[found.end :].lstrip().startswith(":")
            nothing = Span(cell, len(cell.text), len(cell.text))
            yield found.kind, cell, _under(sheet, cell, found.kind, rest if is_name else nothing)


def _indented(sheet: Sheet, cell: Cell) -> Found | None:
    """A word for a party with the name behind it, over lines that begin where the name does."""
    found = opens_with("parties", cell.text)
    if found is None or found.strength < 1.0 or found.kind not in {"seller", "buyer", "other"}:
        return None
    rest, under = tidy(Span(cell, found.end, len(cell.text))), sheet.below(cell)
    if under is None or sum(map(str.isalpha, rest.text)) < 3:
        return None
    left = under.bbox.left
    is_level = abs(rest.box.left - left) < 0.7 * sheet.body
    return found if is_level and left - cell.bbox.left > 1.5 * sheet.body else None


def _under(sheet: Sheet, cell: Cell, side: str, rest: Span) -> Party | None:
    form = list(_going_down(sheet, cell))
    under = form if any(map(_is_entry, form)) else hanging(sheet, cell, _REACH)[1:]
    if any(map(str.isalpha, rest.text)):
        return party(sheet, side, 0.95, under, [rest])
    beside = sheet.right(cell)[:1]
    if beside and _is_beside(sheet, cell, beside[0], under):
        return party(sheet, side, 0.95, hanging(sheet, beside[0]))
    return party(sheet, side, 0.95, under)


def _going_down(sheet: Sheet, cell: Cell) -> Iterator[Cell]:
    """The cells under a cell, until a wide white or the next party."""
    for under in sheet.column(cell, _REACH)[:_MOST]:
        if party_word(under):
            return
        yield under


def _is_entry(cell: Cell) -> bool:
    """ "Name:", "Address:": a form's white is uneven."""
    found = opens_with("parties", cell.text)
    return bool(found and found.kind in {"name", "address"} and _is_label(cell, found.end))


def _is_beside(sheet: Sheet, cell: Cell, other: Cell, under: Sequence[Cell]) -> bool:
    """Whether the block stands right of its word rather than under it."""
    is_near = other.bbox.left - cell.bbox.right < 12 * sheet.body
    follows = under and under[0].bbox.top - cell.bbox.bottom < _WHITE * sheet.body
    return is_near and party_word(other) is None and not (follows and may_name(under[0]))


def hanging(sheet: Sheet, cell: Cell, reach: float = _WHITE) -> list[Cell]:
    """A line and those under it, as long as the white between them stays the same.

    `reach`: white below the first one, in heights of a line.
    """
    found, usual = [cell], max(reach * sheet.body, 0.8 * cell.bbox.height)
    for number, under in enumerate(sheet.column(cell, _REACH)[:_MOST]):
        # From middle to middle: accents and tails make boxes uneven.
        white = under.bbox.centre[1] - found[-1].bbox.centre[1] - sheet.body
        if party_word(under) or white > usual:
            break
        # A name, or a word for a party, may have more white below it than its lines.
        seen = _GROWTH * max(white, 0.3 * sheet.body) if number else usual
        usual = min(_WHITE * sheet.body, seen, *([usual] if number > 1 else []))
        found.append(under)
    return found


def may_name(cell: Cell) -> bool:
    """Whether a line can begin a block: no title, no label, no number."""
    if sum(map(str.isalpha, cell.text)) < 3 or CONTACT.search(cell.text) or is_postcode(cell.text):
        return False
    labels = (*heads(cell.text)[:1], *filter(None, [opens_with("parties", cell.text)]))
    return not any(_labels(cell, one) for one in labels)


def _labels(cell: Cell, word: Found) -> bool:
    """Whether a text is a label, alone or with its number: "Order no. 17"; not "Bill Smith"."""
    if word.start > 0 or word.strength < 1.0 or word.kind in {"of", "salutation"}:
        return False
    rest = cell.text[word.end :].split(maxsplit=1)[:1]
    return not rest or rest[0][0] in ":.-#/" or any(map(str.isdigit, rest[0]))


def party(
    sheet: Sheet, side: str, strength: float, cells: Sequence[Cell], first: Sequence[Span] = ()
) -> Party | None:
    """The lines of the cells that name somebody; what stands for "Name:" in its place."""
    lines, all_cells = [*first], [*cells]
    for cell in cells:
        found = opens_with("parties", cell.text)
        kind = found.kind if found and _is_label(cell, found.end) else None
        if kind in {"name", "address"} and found:
            value = tidy(Span(cell, found.end, len(cell.text)))
            beside = [] if value.text else list(_form_value(sheet, cell))
            spans = [value] if value.text else [_whole(one) for one in beside]
            lines = [*(lines if kind == "address" else []), *spans]
            all_cells += beside
        elif kind != "detail" and not _is_salutation(cell) and _names(cell.text):
            lines.append(_whole(cell))
    return Party(side, strength, tuple(lines), tuple(all_cells)) if lines else None


def _form_value(sheet: Sheet, label: Cell) -> Iterator[Cell]:
    """What a form prints right of a label, with the lines below that have no label of their own."""
    for value in sheet.right(label)[:1]:
        yield value
        for under in sheet.column(value, _REACH):
            if sheet.left(under) or _is_salutation(under):
                return
            yield under


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
    """Lines that hold a whole address, as over the window of an envelope."""
    for band in sheet.bands:
        spans = _pieces(band)
        if any(is_postcode(span.text) for span in spans[2:]):
            yield Party("seller", 0.75, tuple(spans), band.cells), band


def _pieces(band: Band) -> list[Span]:
    """The parts of a line between bullets or white, in one half of the page."""
    spans: list[Span] = []
    for cell in band.cells:
        start = 0
        for match in (*_bullets(cell.text), None):
            end = match.start() if match else len(cell.text)
            if any(map(str.isalnum, cell.text[start:end])):
                spans.append(tidy(Span(cell, start, end)))
            start = match.end() if match else end
    return spans


def _bullets(text: str) -> Sequence[re.Match[str]]:
    """Commas part a line only where nothing else does, and no house number from its street."""
    plain = list(_BULLETS.finditer(text))
    return plain or [
        one
        for one in _COMMAS.finditer(text)
        if not _NUMBER_NEXT.search(text[: one.start()])
        and not _NUMBER_FIRST.match(text[one.end() :])
    ]
