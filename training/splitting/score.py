"""Places where documents begin: right, wrong and missed, over many files."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """Beginnings behind the first document of each file."""

    files: int = 0
    whole: int = 0
    """Files that were taken apart without a mistake."""
    right: int = 0
    found: int = 0
    there: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.files + other.files,
            self.whole + other.whole,
            self.right + other.right,
            self.found + other.found,
            self.there + other.there,
        )

    def numbers(self) -> dict[str, float]:
        """Precision, recall, F1, and the share of whole files; 0 of nothing."""
        return {
            "files": self.files,
            "precision": round(self.right / max(self.found, 1), 4),
            "recall": round(self.right / max(self.there, 1), 4),
            "f1": round(2 * self.right / max(self.found + self.there, 1), 4),
            "whole": round(self.whole / max(self.files, 1), 4),
        }


def counted(pairs: Iterable[tuple[set[int], set[int]]]) -> Count:
    """Of each file, where documents were found to begin and where they do; the first is given."""
    return sum(
        (
            Count(1, int(found == there), len(found & there), len(found), len(there))
            for found, there in ((found - {0}, there - {0}) for found, there in pairs)
        ),
        Count(),
    )
