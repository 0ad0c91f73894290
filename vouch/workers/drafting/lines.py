"""The lines of a document by number: what a model cites, and where what it copied is printed."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from vouch.grammar.wording import chunks
from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, PageLayout, RegionKind
from vouch.schemas.value import Value

Span = tuple[int, int]
"""First character and the one after the last."""


class NumberedLine(Value):
    """One printed line, as a model may cite it."""

    number: int
    """Counts from 1 over the whole document."""
    page: int
    id: str
    text: str
    bbox: Bbox
    region: RegionKind | None = None
    """What kind of region it stands in; None outside of all."""
    tokens: tuple[TokenRef, ...]
    """In reading order."""
    spans: tuple[Span, ...]
    """Where each token stands in `text`."""


class NumberedLines(Value):
    """All lines of a document in reading order; lines of one region stay together."""

    lines: tuple[NumberedLine, ...]

    @classmethod
    def of(cls, layouts: Sequence[PageLayout]) -> "NumberedLines":
        """Number every line that prints anything, page by page."""
        found = [
            (layout, line, kind)
            for layout in layouts
            for line, kind in _in_reading_order(layout)
            if line.text.strip()
        ]
        return cls(
            lines=tuple(
                _numbered(number, layout, line, kind)
                for number, (layout, line, kind) in enumerate(found, start=1)
            )
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as printed; the line of number n is the (n - 1)th."""
        return tuple(line.text for line in self.lines)

    def tokens_of(self, raw: str, numbers: Collection[int]) -> tuple[TokenRef, ...]:
        """The tokens that print `raw`, which is a run of words of `texts` joined by one space.

        A place within the cited lines is best, then one that begins or ends in a cited line, then
        one on the next line to a cited one: a model that is one line off still read it there. Any
        other place counts only if it is the only one, so that evidence is never a guess among
        equals. Of several places on the same line, one of whole tokens comes first. Empty when
        `raw` is not printed, or nobody can say where.
        """
        found = map(self._place, self._occurrences(raw))
        places = [place for place in found if place.tokens]
        cited = set(numbers)
        near = {number + step for number in cited for step in (-1, 0, 1)}
        for allowed in (
            [place for place in places if place.lines <= cited],
            [place for place in places if place.lines & cited],
            [place for place in places if place.lines <= near],
            places if len(places) == 1 else [],
        ):
            if allowed:
                return min(allowed, key=lambda place: place.cuts).tokens
        return ()

    def sole_lines(self, raw: str) -> tuple[int, ...]:
        """The numbers of the lines that print `raw`; none where several places do, or nobody."""
        places = [self._place(span) for span in islice(self._occurrences(raw), 2)]
        return tuple(sorted(places[0].lines)) if len(places) == 1 else ()

    @cached_property
    def _whole(self) -> str:
        return " ".join(self.texts)

    @cached_property
    def _cuts(self) -> frozenset[int]:
        """Where in the whole text a copy may begin or end: between the grammar's chunks."""
        return frozenset(accumulate(map(len, chunks(self.texts)), initial=0))

    @cached_property
    def _words(self) -> tuple["_Word", ...]:
        """Where each token stands in the whole text."""
        starts = accumulate((len(line.text) + 1 for line in self.lines), initial=0)
        return tuple(
            _Word(start + first, start + end, token, line.number)
            for start, line in zip(starts, self.lines, strict=False)
            for token, (first, end) in zip(line.tokens, line.spans, strict=True)
        )

    def _occurrences(self, raw: str) -> Iterator[Span]:
        """Where `raw` stands without cutting a word or a number at either end."""
        start = self._whole.find(raw) if raw.strip() else -1
        while start >= 0:
            span = (start, start + len(raw))
            if self._cuts.issuperset(span):
                yield span
            start = self._whole.find(raw, start + 1)

    def _place(self, span: Span) -> "_Place":
        first = bisect_right(self._words, span[0], key=lambda word: word.end)
        beyond = bisect_left(self._words, span[1], key=lambda word: word.start)
        words = self._words[first:beyond]
        return _Place(
            tokens=tuple(word.token for word in words),
            lines=frozenset(word.line for word in words),
            cuts=sum(word.start < span[0] or span[1] < word.end for word in words),
        )


class _Word(NamedTuple):
    start: int
    end: int
    token: TokenRef
    line: int


class _Place(NamedTuple):
    tokens: tuple[TokenRef, ...]
    lines: frozenset[int]
    cuts: int
    """Tokens that are only partly covered."""


def _in_reading_order(layout: PageLayout) -> list[tuple[Line, RegionKind | None]]:
    """Regions come where their first line stands; each line counts for the first that names it."""
    homes = {
        name: (index, region.kind)
        for index, region in reversed(list(enumerate(layout.regions)))
        for name in region.lines
    }
    first: dict[int, int] = {}
    keyed: list[tuple[int, int, Line, RegionKind | None]] = []
    for position, line in enumerate(layout.lines):
        index, kind = homes.get(line.id, (None, None))
        start = position if index is None else first.setdefault(index, position)
        keyed.append((start, position, line, kind))
    return [(line, kind) for _, _, line, kind in sorted(keyed, key=lambda entry: entry[:2])]


def _numbered(number: int, layout: PageLayout, line: Line, kind: RegionKind | None) -> NumberedLine:
    spans: list[Span] = []
    refs: list[TokenRef] = []
    end = 0
    for index in line.tokens:
        text = layout.tokens.tokens[index].text
        start = line.text.find(text, end)
        if text and start >= 0:
            end = start + len(text)
            spans.append((start, end))
            refs.append(TokenRef(page=layout.page, index=index))
    return NumberedLine(
        number=number,
        page=layout.page,
        id=line.id,
        text=line.text,
        bbox=line.bbox,
        region=kind,
        tokens=tuple(refs),
        spans=tuple(spans),
    )
