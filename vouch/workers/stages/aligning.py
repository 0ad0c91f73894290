"""Where words stand among a document's tokens: exact, normalised or fuzzy."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from vouch.schemas.draft import TokenRef
from vouch.schemas.record import Match
from vouch.schemas.text import PageLayout, PageTokens

FUZZY_RATIO = 85.0
"""Least similarity, 0 to 100, of a fuzzy match: about one misread character in seven."""
BORDER = 0.1
"""Share of a word's height: a word this near to a side of the page may go on beyond it."""
FUZZY_LENGTH = 5
"""Shorter words resemble too much to be matched fuzzily."""


def squeezed(text: str) -> str:
    """Text without white space, for the strictest comparison that ignores how words were split."""
    return "".join(text.split())


def normalised(text: str) -> str:
    """Case-folded letters and digits only, compatibility forms unified (design: "Comparison")."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


@dataclass(frozen=True, slots=True)
class Alignment:
    """The tokens that print a text, and how well they do."""

    tokens: tuple[TokenRef, ...]
    match: Match


NOWHERE = Alignment((), "none")


@dataclass(frozen=True, slots=True)
class _Haystack:
    """One page's normalised text in reading order, and the token that each character is from."""

    text: str
    owners: tuple[int, ...]

    def starts_word(self, position: int) -> bool:
        """Whether a word, or its digits after letters ("RM" in "RM12.00"), begins here."""
        return position == 0 or self._edge(position - 1, position)

    def ends_word(self, position: int) -> bool:
        return position == len(self.text) or self._edge(position - 1, position)

    def _edge(self, before: int, after: int) -> bool:
        if self.owners[before] != self.owners[after]:
            return True
        return self.text[before].isdigit() != self.text[after].isdigit()


class DocumentText:
    """A document's tokens, indexed once for many look-ups."""

    def __init__(self, layouts: Sequence[PageLayout]) -> None:
        self._layouts = {layout.page: layout for layout in layouts}
        self._haystacks = {layout.page: _haystack(layout) for layout in layouts}

    def text_of(self, tokens: Sequence[TokenRef]) -> str:
        """The words as OCR read them, joined by blanks."""
        return " ".join(self._layouts[ref.page].tokens.tokens[ref.index].text for ref in tokens)

    def scores_of(self, tokens: Sequence[TokenRef]) -> list[float]:
        """OCR's own score of each word."""
        return [self._layouts[ref.page].tokens.tokens[ref.index].score for ref in tokens]

    def is_cut(self, tokens: Sequence[TokenRef]) -> bool:
        """Whether one of these words reaches a side of its page: letters may be missing beyond.

        Words that the upper or lower border cuts keep all their letters, and OCR's score tells.
        """
        return any(_reaches_side(self._layouts[ref.page].tokens, ref.index) for ref in tokens)

    def knows(self, tokens: Sequence[TokenRef]) -> bool:
        """Whether all of these tokens exist."""
        return all(
            ref.page in self._layouts
            and 0 <= ref.index < len(self._layouts[ref.page].tokens.tokens)
            for ref in tokens
        )

    def align(self, text: str, claimed: Sequence[TokenRef] = ()) -> Alignment:
        """Where `text` is printed: at the claimed tokens if they hold it, else anywhere."""
        if self.prints(text, claimed):
            return Alignment(tuple(claimed), match_of(text, self.text_of(claimed)))
        return self._find(text)

    def prints(self, text: str, claimed: Sequence[TokenRef]) -> bool:
        """Whether these tokens exist and hold `text`."""
        return (
            bool(claimed)
            and self.knows(claimed)
            and match_of(text, self.text_of(claimed)) != "none"
        )

    def _find(self, text: str) -> Alignment:
        needle = normalised(text)
        if not needle:
            return NOWHERE
        for search in (_find_words, _find_similar):
            for page, haystack in self._haystacks.items():
                span = search(needle, haystack)
                if span is not None:
                    owners = dict.fromkeys(haystack.owners[slice(*span)])
                    tokens = tuple(TokenRef(page=page, index=index) for index in owners)
                    return Alignment(tokens, match_of(text, self.text_of(tokens)))
        return NOWHERE


def match_of(claimed: str, printed: str) -> Match:
    """How well printed words bear out a claimed text."""
    if squeezed(claimed) and squeezed(claimed) in squeezed(printed):
        return "exact"
    needle, haystack = normalised(claimed), normalised(printed)
    if needle and needle in haystack:
        return "normalised"
    if len(needle) >= FUZZY_LENGTH and fuzz.ratio(needle, haystack) >= FUZZY_RATIO:
        return "fuzzy"
    return "none"


def _reaches_side(page: PageTokens, index: int) -> bool:
    box = page.tokens[index].bbox
    near = BORDER * box.height
    return box.left <= near or box.right >= page.width - near


def _haystack(layout: PageLayout) -> _Haystack:
    pieces: list[str] = []
    owners: list[int] = []
    for line in layout.lines:
        for index in line.tokens:
            piece = normalised(layout.tokens.tokens[index].text)
            pieces.append(piece)
            owners.extend([index] * len(piece))
    return _Haystack("".join(pieces), tuple(owners))


def _find_words(needle: str, haystack: _Haystack) -> tuple[int, int] | None:
    start = haystack.text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if haystack.starts_word(start) and haystack.ends_word(end):
            return start, end
        start = haystack.text.find(needle, start + 1)
    return None


def _find_similar(needle: str, haystack: _Haystack) -> tuple[int, int] | None:
    if len(needle) < FUZZY_LENGTH or not haystack.text:
        return None
    found = fuzz.partial_ratio_alignment(needle, haystack.text, score_cutoff=FUZZY_RATIO)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return found.dest_start, found.dest_end
