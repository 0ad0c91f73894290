"""How well tables and forms are read: what was found against what was drawn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tests.workers.stages.readers.generic.grids import Cell
from vouch.schemas.generic import Pair, Table

_ALIKE = 0.8
"""Share of its signs that OCR must have got right for a cell's text to be the one drawn."""
_Place = tuple[int, int, int, int]
"""Row, column, and how many of each a cell takes."""
_Cells = dict[_Place, str]


@dataclass(slots=True)
class Tally:
    """Right, drawn and found ones of a kind."""

    right: int = 0
    drawn: int = 0
    found: int = 0

    @property
    def f1(self) -> float | None:
        """None where there was nothing to find, and nothing was."""
        both = self.drawn + self.found
        return round(2 * self.right / both, 4) if both else None

    def add(self, drawn: _Cells, found: _Cells) -> None:
        self.right += sum(
            place in found and _alike(text, found[place]) for place, text in drawn.items()
        )
        self.drawn += len(drawn)
        self.found += len(found)


def tally(
    drawn: Sequence[Iterable[Cell]], found: Sequence[Table], cells: Tally, spans: Tally
) -> None:
    """Count one page: each drawn table goes with the found one that holds most of its cells.

    A cell is right where it was drawn with its text, a span where it also reaches as far.
    """
    left = [_found(table) for table in found]
    for known in map(_drawn, drawn):
        best = max(left, key=lambda one: _common(known, one), default={})
        if best in left:
            left.remove(best)
        cells.add(_placed(known), _placed(best))
        spans.add(_spanning(known), _spanning(best))
    for spare in left:
        cells.add({}, _placed(spare))
        spans.add({}, _spanning(spare))


def tally_pairs(drawn: Sequence[tuple[str, str]], found: Sequence[Pair], pairs: Tally) -> None:
    """Count one form: a pair is right where its label and its value stand as they were drawn."""
    left = [(pair.key or "", pair.value or "") for pair in found]
    pairs.drawn, pairs.found = pairs.drawn + len(drawn), pairs.found + len(left)
    for key, value in drawn:
        match = next((one for one in left if _alike(key, one[0]) and _alike(value, one[1])), None)
        if match:
            left.remove(match)
            pairs.right += 1


def _drawn(cells: Iterable[Cell]) -> _Cells:
    return {(cell.row, cell.column, cell.rows, cell.columns): cell.text for cell in cells}


def _found(table: Table) -> _Cells:
    return dict(_numbered(table))


def _numbered(table: Table) -> Iterator[tuple[_Place, str]]:
    for cell in table.cells:
        if cell.row is not None and cell.column is not None:
            yield (cell.row, cell.column, cell.rows or 1, cell.columns or 1), cell.text or ""


def _placed(cells: _Cells) -> _Cells:
    return {(row, column, 1, 1): text for (row, column, _, _), text in cells.items()}


def _spanning(cells: _Cells) -> _Cells:
    return {place: text for place, text in cells.items() if place[2:] != (1, 1)}


def _common(drawn: _Cells, found: _Cells) -> int:
    return len(set(map(_plain, drawn.values())) & set(map(_plain, found.values())))


def _alike(drawn: str, found: str) -> bool:
    one, other = _plain(drawn), _plain(found)
    return one == other or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
