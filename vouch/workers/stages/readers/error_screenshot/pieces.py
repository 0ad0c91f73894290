"""A screen's text in pieces: fragments that stand together in a row, and paragraphs of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, Mark, PageLayout, Token
from vouch.workers.stages.lines import printed_rows
from vouch.workers.stages.rules.rows import Row, Span, Word, document_rows
from vouch.workers.stages.segment import join_words

_GAP = 1.3
"""Text heights between two words of a row that belong to different things."""
_GAP_OF_RUNS = 0.75
"""The same where OCR, too, read them as two."""
_LEADING = 0.85
"""Most white between two lines of one paragraph, in text heights."""
_SAME_SIZE = 1.35
_ICON = re.compile(r"[^\w\s$]+|[xX×✕✖_]|(?!\$)[\W_]*")
"""What OCR makes of icons, bullets and window buttons."""
_SHELL = re.compile(r"\$ ?[a-z./~]")
_LETTERS = 2
"""Most letters that OCR makes of a sign."""
_ENDS = re.compile(r"[.:;,!?。！？：、，…)]$")
_FIELD = re.compile(r"\w[\w ]{0,24} ?[:：](?:\s|$)")
"""A name and its value, a line of its own."""
_PATH = re.compile(r"\W?(?:\w: ?[\\/]|[\\/]|\w+://)")
_SHOUT = re.compile(r"((?:[A-Z][A-Z'’-]+[:!]? ?){1,5})(?=[A-Z][a-z'’]|[A-Z] [a-z])")


@dataclass(frozen=True)
class Fragment:
    """Words of one row without a wide gap between them."""

    span: Span

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return self.span.row.words_in(self.span.start, self.span.end)

    @cached_property
    def box(self) -> Bbox:
        return Bbox.union(word.bbox for word in self.words)

    @cached_property
    def height(self) -> float:
        """Of its text, in pixels."""
        return median(word.bbox.height for word in self.words)

    @cached_property
    def text(self) -> str:
        """As printed."""
        return self.span.row.printed[self.span.start : self.span.end]

    @property
    def page(self) -> int:
        return self.span.row.page


@dataclass(frozen=True)
class Paragraph:
    """Lines of one text, top to bottom."""

    fragments: tuple[Fragment, ...]

    @cached_property
    def text(self) -> str:
        """As printed, lines joined by a space: what offsets count in."""
        return " ".join(fragment.text for fragment in self.fragments)

    @cached_property
    def reading(self) -> str:
        """As one would write it: without spaces between wide characters."""
        return join_words(self.text.split(" "))

    @cached_property
    def box(self) -> Bbox:
        return Bbox.union(fragment.box for fragment in self.fragments)

    @cached_property
    def height(self) -> float:
        return median(fragment.height for fragment in self.fragments)

    @property
    def page(self) -> int:
        return self.fragments[0].page

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(fragment.span for fragment in self.fragments)

    @property
    def refs(self) -> frozenset[TokenRef]:
        return frozenset(ref for span in self.spans for ref in span.refs)

    def spans_of(self, start: int, end: int) -> tuple[Span, ...]:
        """Where the characters [start, end) of the text are printed."""
        found, offset = [], 0
        for fragment in self.fragments:
            first, last = max(start - offset, 0), min(end - offset, len(fragment.text))
            if first < last:
                base = fragment.span.start
                found.append(Span(fragment.span.row, base + first, base + last))
            offset += len(fragment.text) + 1
        return tuple(found)


def fragments_of(layouts: Iterable[PageLayout]) -> tuple[Fragment, ...]:
    """Printed rows cut at wide gaps, and behind words in capitals that head a sentence.

    Columns are not cut beforehand: they are made for running text, and tear short messages.
    """
    rows = document_rows([_across(layout) for layout in layouts])
    return tuple(fragment for row in rows for fragment in _fragments(row))


def _across(layout: PageLayout) -> PageLayout:
    """The page with its printed rows as lines, whatever columns they run through."""
    tokens = layout.tokens.tokens
    lines = tuple(
        Line(
            id=f"p{layout.page}r{number}",
            tokens=tuple(row),
            text=join_words([tokens[index].text for index in row]),
            bbox=Bbox.union(tokens[index].bbox for index in row),
            score=min(tokens[index].score for index in row),
        )
        for number, printed in enumerate(printed_rows(tokens))
        if (row := [index for index in printed if not _is_drawn(tokens[index], layout.marks)])
    )
    return layout.model_copy(update={"lines": lines, "regions": ()})


def _is_drawn(token: Token, marks: Sequence[Mark]) -> bool:
    """Whether OCR took a sign for a letter: a triangle for an A, a disc for an O."""
    return len(token.text) <= _LETTERS and any(
        mark.kind == "sign" and token.bbox.containment(mark.bbox) > 0.5 for mark in marks
    )


def _fragments(row: Row) -> Iterator[Fragment]:
    for words in _cut(row.words):
        printed = [row.printed[word.start : word.end] for word in words]
        icons = next((i for i, text in enumerate(printed) if not _ICON.fullmatch(text)), len(words))
        if icons < len(words):
            start, end = words[icons].start, words[-1].end
            yield from _unshouted(Fragment(Span(row, start, end)))


def _cut(words: Sequence[Word]) -> list[list[Word]]:
    pieces = [[word] for word in words[:1]]
    for before, word in pairwise(words):
        height = min(before.bbox.height, word.bbox.height)
        most = _GAP if before.run == word.run else _GAP_OF_RUNS
        if word.bbox.left - before.bbox.right > most * height:
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _unshouted(fragment: Fragment) -> tuple[Fragment, ...]:
    """ "UPLOAD BLOCKED We could not …" is a heading and a sentence."""
    match = _SHOUT.match(fragment.text)
    if not match or len(match[1].strip()) < 6 or len(fragment.text) - match.end() < 12:
        return (fragment,)
    row, start = fragment.span.row, fragment.span.start
    heading = Span(row, start, start + len(match[1].rstrip()))
    return Fragment(heading), Fragment(Span(row, start + match.end(), fragment.span.end))


def paragraphs_of(fragments: Sequence[Fragment]) -> tuple[Paragraph, ...]:
    """Fragments below one another that read on, top to bottom and left to right."""
    open_ones: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda one: (one.page, one.box.centre[1])):
        homes = [lines for lines in open_ones if _reads_on(lines, fragment)]
        if homes:
            max(homes, key=lambda lines: lines[-1].box.bottom).append(fragment)
        else:
            open_ones.append([fragment])
    paragraphs = [Paragraph(tuple(lines)) for lines in open_ones]
    return tuple(sorted(paragraphs, key=lambda one: (one.page, one.box.top, one.box.left)))


def _reads_on(lines: Sequence[Fragment], below: Fragment) -> bool:
    last, size = lines[-1], median(line.height for line in lines)
    height = min(size, below.height)
    white = below.box.top - last.box.bottom
    if last.page != below.page or not -0.6 * height <= white <= _LEADING * height:
        return False
    if max(size, below.height) > _SAME_SIZE * height or is_field(below.text):
        return False
    return _aligned(lines, below) and not _ended_early(lines, below)


def is_typed(text: str) -> bool:
    """Whether a line is a command behind a shell's prompt."""
    return _SHELL.match(text) is not None


def is_field(text: str) -> bool:
    """Whether a line gives the value of something: "Status: Failed"."""
    return _FIELD.match(text) is not None


def _aligned(lines: Sequence[Fragment], below: Fragment) -> bool:
    """Flush left with a line, or centred under it."""
    last = lines[-1].box
    near = 1.2 * min(lines[-1].height, below.height)
    return (
        abs(last.left - below.box.left) <= near
        or abs(lines[0].box.left - below.box.left) <= near
        or (abs(last.centre[0] - below.box.centre[0]) <= near and last.width > 4 * near)
    )


def _ended_early(lines: Sequence[Fragment], below: Fragment) -> bool:
    """Whether the last line stopped though the next word had room: a heading, a list's entry."""
    last = lines[-1]
    if _ENDS.search(last.text.rstrip()) or not _begins(below.text):
        return False
    room = max(below.box.width, *(line.box.width for line in lines)) - last.box.width
    return room > below.words[0].bbox.width + last.height


def _begins(text: str) -> bool:
    """Whether a line may begin a text: not with a small letter, nor with a path."""
    return unicodedata.category(text[0]) != "Ll" and _PATH.match(text) is None
