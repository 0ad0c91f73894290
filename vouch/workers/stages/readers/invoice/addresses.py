"""Addresses that no word introduces: whose each is, by its place and by what stands with it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from vouch.workers.stages.readers.invoice.blocks import (
    CONTACT,
    Party,
    hanging,
    is_postcode,
    is_street,
    may_name,
    party,
)
from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet, overlap
from vouch.workers.stages.readers.invoice.words import opens_with
from vouch.workers.stages.rules.lexicon import fold

_HEAD, _WINDOW, _FOOT = 0.12, 0.45, 0.86
"""Shares of a page's height: letterheads end, windows end, footers begin."""
_TO_TOWN = 6
"""After how many lines of a block its town stands at the latest."""
_LARGE = 1.2


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under each other with a town among them, and all that follows without white."""

    party: Party
    odds: float
    """Log-odds that it is the seller's."""

    @property
    def name(self) -> str:
        return fold(self.party.name.text)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the rest of the document says of names."""

    sellers: Collection[str]
    """Folded names that are the seller's elsewhere: of senders, in imprints."""
    domains: Collection[str]
    lines: Sequence[Band]
    """Senders' lines: what stands right below one is the recipient's."""
    bought: bool
    sold: bool
    """Whether words name the buyer, or the seller."""


def addresses(sheet: Sheet, claimed: Collection[int], hints: Hints) -> list[Block]:
    """The blocks of the first page that have no word for a party, surest seller first."""
    found = _found(sheet, set(claimed))
    blocks = [Block(one, _odds(sheet, one, hints)) for one in found]
    return sorted(blocks, key=lambda block: -block.odds)


def _found(sheet: Sheet, taken: set[int]) -> Iterator[Party]:
    height = sheet.sizes.get(1, (1, 1))[1]
    for cell in sheet.cells:
        is_far = _WINDOW * height < cell.bbox.top < _FOOT * height
        if cell.page != 1 or cell.index in taken or is_far or not may_name(cell):
            continue
        hung = hanging(sheet, cell)
        cells = list(takewhile(lambda one: one.index not in taken, hung))
        towns = [n for n, one in enumerate(cells) if 0 < n <= _TO_TOWN and is_postcode(one.text)]
        if not towns or (towns[0] == 1 and is_street(cell.text)):
            continue
        made = party(sheet, "", 0.5, cells[: towns[0] + 1])
        if made is not None:
            taken.update(one.index for one in cells)
            yield Party("", 0.5, made.lines, tuple(cells))


def _odds(sheet: Sheet, found: Party, hints: Hints) -> float:
    """What speaks for the seller, and what for the buyer."""
    top = found.cells[0].bbox.top / sheet.sizes[1][1]
    name = fold(found.name.text)
    others = [one.text for one in found.cells[1:]]
    salutes = any(_is_salutation(one.text) for one in found.cells)
    return (
        -0.5
        + 2.0 * any(CONTACT.search(text) for text in others)
        + 1.5 * agrees(name, hints.domains)
        + 1.0 * (top < _HEAD)
        + 1.0 * (found.cells[0].height > _LARGE)
        + 2.0 * (top > _FOOT)
        + 2.5 * (name in hints.sellers)
        + 2.5 * hints.bought
        - 2.5 * hints.sold
        - 1.5 * salutes
        - 3.0 * any(is_under(found, band.cells) for band in hints.lines)
    )


def agrees(name: str, domains: Collection[str]) -> bool:
    """Whether a web or mail address of the page belongs to the name, folded."""
    return any(len(one) > 3 and (one in name or name[:6] in one) for one in domains)


def _is_salutation(text: str) -> bool:
    found = opens_with("parties", text)
    return found is not None and found.kind == "salutation"


def is_under(window: Party, cells: Sequence[Cell]) -> bool:
    """Whether a block stands right below a line."""
    top, line = window.cells[0].bbox, cells[0].bbox
    return (
        top.top >= line.top and top.top - line.bottom < 6 * line.height and overlap(top, line) > 0
    )


def sides(blocks: Sequence[Block], hints: Hints) -> Iterator[Party]:
    """Each block with its side: the surest is the seller's where nothing else is, and so on."""
    for place, block in enumerate(blocks):
        odds = block.odds
        if place > 0 and odds > 0 and block.name != blocks[0].name:
            odds = min(odds - 2.0, -0.2) if not hints.bought else odds - 2.0
        if place == 0 and len(blocks) > 1 and not hints.sold and not hints.sellers:
            odds = max(odds, 0.4)
        side = "seller" if odds > 0 else "buyer"
        strength = min(0.4 + 0.15 * abs(odds), 0.85)
        yield Party(side, strength, block.party.lines, block.party.cells)
