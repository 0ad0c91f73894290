"""Printed lines by the regions of the layout: what hOCR and ALTO call areas and blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from vouch.exports.several import number_at
from vouch.schemas.geometry import Bbox
from vouch.schemas.partial import PagePart, PartLine
from vouch.schemas.record import Record

_INSIDE = 0.5
"""Share of a line that lies in its region."""
_Home = tuple[int | None, str | None]
"""Document and region of a line."""


@dataclass(frozen=True, slots=True)
class Area:
    """Lines that belong together, in reading order."""

    lines: tuple[PartLine, ...]
    document: int | None = None
    """Which of several documents they are of, from 1."""

    @property
    def bbox(self) -> Bbox:
        return Bbox.around(point for line in self.lines for point in line.polygon)


def areas_of(record: Record, page: PagePart) -> tuple[Area, ...]:
    """The page's areas in the order of their first lines; lines outside of regions, too."""
    regions = [
        (region.id, Bbox.around(region.polygon))
        for region in record.regions
        if region.page == page.number
    ]
    areas: list[tuple[_Home, list[PartLine]]] = []
    for line in page.lines:
        home = (number_at(record, page.number, line.polygon), _region(line, regions))
        known = [lines for name, lines in areas if name == home and home[1] is not None]
        if known:
            known[0].append(line)
        elif areas and areas[-1][0] == home:
            areas[-1][1].append(line)
        else:
            areas.append((home, [line]))
    return tuple(Area(tuple(lines), document) for (document, _), lines in areas)


def _region(line: PartLine, regions: Sequence[tuple[str, Bbox]]) -> str | None:
    """The region that holds most of a line."""
    box = Bbox.around(line.polygon)
    shares = [(box.containment(region), name) for name, region in regions]
    share, name = max(shares, default=(0.0, ""))
    return name if share >= _INSIDE else None
