"""Phrases are found through case, accents, lost spaces and misread letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.rules.lexicon import Meaning, Phrases, fold, lexicon_file

WORDS = Phrases(
    [
        ("total", Meaning("total", 1.0)),
        ("total saving", Meaning("discount", 1.0)),
        ("rounding", Meaning("rounding", 1.0)),
        ("zu zahlen", Meaning("total", 1.0)),
        ("合计", Meaning("total", 1.0)),
        ("s b", Meaning("legal", 1.0)),
        ("bakery", Meaning("trade", 1.0)),
    ]
)


def kinds(text: str) -> list[str]:
    return [found.kind for found in WORDS.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TOTAL 9.00", ["total"]),
        ("T0TAL", ["total"]),
        ("TotaI", ["total"]),
        ("TotalRM", ["total"]),
        ("Total9.00", ["total"]),
        ("TOTAL SAVING: 3.00", ["discount"]),
        ("TotalSaving", ["discount"]),
        ("Roundlng", ["rounding"]),
        ("Roundng", ["rounding"]),
        ("Zu zählen", ["total"]),
        ("合计：15.90", ["total"]),
        ("LAVENDER BAKERY S/B", ["trade", "legal"]),
        ("totally", []),
        ("grounding x", ["rounding"]),
        ("", []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_found_says_where() -> None:
    (found,) = WORDS.find("** Total Saving **")
    assert (found.start, found.end) == (3, 15)


def test_a_misread_phrase_counts_less() -> None:
    (exact,) = WORDS.find("rounding")
    (misread,) = WORDS.find("roundng")
    assert misread.strength < exact.strength


@pytest.mark.parametrize("name", ["lexicon", "header", "payment", "receipt_number", "calendar"])
def test_no_word_of_the_lexicon_folds_to_nothing(name: str) -> None:
    def leaves(node: object) -> list[str]:
        if isinstance(node, dict):
            return [leaf for child in node.values() for leaf in leaves(child)]
        return [str(leaf) for leaf in node] if isinstance(node, list) else []

    words = leaves(lexicon_file(name))
    assert words
    assert all(fold(word) for word in words)


@given(st.text(max_size=100))
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=100))
def test_phrases_do_not_overlap(text: str) -> None:
    ends = [0]
    for found in WORDS.find(text):
        assert ends[-1] <= found.start < found.end <= len(text)
        ends.append(found.end)
