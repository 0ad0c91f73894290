"""A page as one text, with the way back from its characters to tokens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vouch.schemas.text import Line, PageLayout
from vouch.workers.stages.redacting.spans import Span
from vouch.workers.stages.segment import join_words


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a page: which line it stands on, and where in which token."""

    line: int
    token: int
    index: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [first, last) of one token."""

    token: int
    first: int
    last: int


class PageText:
    """The lines of a page, in reading order, one below the other."""

    def __init__(self, layout: PageLayout) -> None:
        self.layout = layout
        signs = list(_signs(layout))
        self.text = "".join(sign for sign, _ in signs)
        self._letters = [letter for _, letter in signs]

    def pieces(self, span: Span) -> Iterator[tuple[Piece, ...]]:
        """The parts of tokens that print a span, one group for each line."""
        letters = [letter for letter in self._letters[span.start : span.end] if letter is not None]
        for _, on_line in groupby(letters, key=lambda letter: letter.line):
            yield tuple(_pieces(on_line))

    def masked(self, spans: Sequence[Span]) -> PageLayout:
        """The layout with a mark in place of each span; spans in order, none overlapping."""
        texts = self._masked_tokens(spans)
        tokens = tuple(
            token.model_copy(update={"text": text})
            for token, text in zip(self.layout.tokens.tokens, texts, strict=True)
        )
        lines = tuple(_said_again(line, texts) for line in self.layout.lines)
        read = self.layout.tokens.model_copy(update={"tokens": tokens})
        return self.layout.model_copy(update={"tokens": read, "lines": lines})

    def _masked_tokens(self, spans: Sequence[Span]) -> list[str]:
        """Tokens with a mark for the first piece of each secret, and nothing for further ones."""
        texts = [token.text for token in self.layout.tokens.tokens]
        for span in reversed(spans):  # from behind: what is before stays where it is
            pieces = [piece for line in self.pieces(span) for piece in line]
            for number, piece in reversed(list(enumerate(pieces))):
                shown = "" if number else f"[{span.kind}]"
                text = texts[piece.token]
                texts[piece.token] = text[: piece.first] + shown + text[piece.last :]
        return texts


def _signs(layout: PageLayout) -> Iterator[tuple[str, Letter | None]]:
    for row, line in enumerate(layout.lines):
        for place, token in enumerate(line.tokens):
            if place:
                yield " ", None
            for index, char in enumerate(layout.tokens.tokens[token].text):
                yield char, Letter(row, token, index)
        yield "\n", None


def _pieces(letters: Iterable[Letter]) -> Iterator[Piece]:
    for token, of_token in groupby(letters, key=lambda letter: letter.token):
        places = [letter.index for letter in of_token]
        yield Piece(token, min(places), max(places) + 1)


def _said_again(line: Line, texts: Sequence[str]) -> Line:
    words = [texts[index] for index in line.tokens if texts[index]]
    return line.model_copy(update={"text": join_words(words)})
