"""Where a labelled value stands among the lines that OCR read: what a model is taught to copy."""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from vouch.evals.compare import fold
from vouch.grammar.wording import chunks
from vouch.workers.drafting.lines import NumberedLines

_ALIKE = 0.8
"""Share of letters and digits in common from which on OCR's words are the label, misread."""
_SLACK = 1.25


@dataclass(frozen=True, slots=True)
class Run:
    """A run of printed words that a grammar lets a model copy."""

    raw: str
    lines: tuple[int, ...]
    likeness: float
    """To the label, 0 to 1, letters and digits alone."""


class PrintedWords:
    """The words of a document, to be searched for labels."""

    def __init__(self, numbered: NumberedLines) -> None:
        self._text = " ".join(numbered.texts)
        self._chunks = tuple(chunks(numbered.texts)) if self._text.strip() else ()
        self._starts = tuple(accumulate(map(len, self._chunks), initial=0))
        folded = [fold(chunk) for chunk in self._chunks]
        self._folded = "".join(folded)
        self._folds = tuple(accumulate(map(len, folded), initial=0))
        widths = (len(text) + 1 for text in numbered.texts)
        self._line_starts = tuple(accumulate(widths, initial=0))[:-1]

    def best(self, label: str, *, exact: bool, within: Collection[int] = ()) -> Run | None:
        """The run that prints the label best, in the lines `within` where any are given.

        `exact`: a number or a code, of which every letter and digit counts.
        """
        wanted = fold(label)
        if not wanted:
            return None
        runs = self._runs(wanted, set(within))
        score, first, end = max(runs, default=(0.0, 0, 0), key=lambda run: (run[0], -run[1]))
        if score < (1.0 if exact else _ALIKE):
            return None
        return self._run(label, score, first, end)

    def _runs(self, wanted: str, within: set[int]) -> Iterator[tuple[float, int, int]]:
        least, most = len(wanted) / _SLACK, len(wanted) * _SLACK + 1
        for first in range(len(self._chunks)):
            if self._folds[first] == self._folds[first + 1]:
                continue  # blanks and signs begin no run
            if within and self._line(self._starts[first]) not in within:
                continue
            for end in range(first + 1, len(self._chunks) + 1):
                length = self._folds[end] - self._folds[first]
                if length > most:
                    break
                if length >= least and self._folds[end] > self._folds[end - 1]:
                    there = self._folded[self._folds[first] : self._folds[end]]
                    alike = Levenshtein.normalized_similarity(wanted, there, score_cutoff=_ALIKE)
                    if alike:
                        yield alike, first, end

    def _run(self, label: str, score: float, first: int, end: int) -> Run:
        """With the signs at its ends that the label has too."""
        if label[:1] and not label[0].isalnum() and first and self._chunks[first - 1] == label[0]:
            first -= 1
        if label and not label[-1].isalnum() and self._chunks[end : end + 1] == (label[-1],):
            end += 1
        start, stop = self._starts[first], self._starts[end]
        lines = range(self._line(start), self._line(stop - 1) + 1)
        return Run(self._text[start:stop], tuple(lines), score)

    def _line(self, position: int) -> int:
        """The number of the line that a character stands in."""
        return bisect_right(self._line_starts, position)
