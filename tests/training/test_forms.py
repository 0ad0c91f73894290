"""Drawn forms: what is labelled is printed, right under its schema, and never the same words."""

import json
import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from training.forms.asking import asking
from training.forms.vocabulary import Kind, Vocabulary, vocabulary
from training.forms.write import drawn_form
from vouch.evals.labels import LabelledDocument
from vouch.grammar.lint import lint
from vouch.schemas.pointers import pattern_of
from vouch.schemas.shape import leaves, shape_of

KINDS = [
    pytest.param(kind, part, id=kind.name)
    for part in (vocabulary(held_back=False), vocabulary(held_back=True))
    for kind in part.kinds
]


def test_a_seed_draws_the_same_document_again() -> None:
    for kind in vocabulary(held_back=False).kinds[:4]:
        one, other = (drawn_form(kind, "3 1", held_back=False) for _ in range(2))
        assert (one.picture == other.picture).all()
        assert one.labels == other.labels


def words_of(part: Vocabulary) -> frozenset[str]:
    columns = [column for kind in part.kinds for table in kind.tables for column in table.columns]
    concepts = (*part.concepts, *part.heads, *columns)
    return frozenset(word for concept in concepts for word in concept.all_words)


def test_held_back_fields_share_no_word_with_those_that_teach() -> None:
    teaching, held_back = vocabulary(held_back=False), vocabulary(held_back=True)
    assert len(teaching.concepts) >= 120
    assert len(held_back.concepts) >= 40
    assert not words_of(teaching) & words_of(held_back)


@pytest.mark.parametrize(("kind", "part"), KINDS)
def test_what_is_labelled_is_right_under_its_schema(kind: Kind, part: Vocabulary) -> None:
    for seed in range(3):
        labels = drawn_form(kind, f"{seed} 5", held_back=part.is_held_back).labels
        assert fits(labels), labels
        assert LabelledDocument.model_validate({"file": "a.jpg", **labels}).regions.keys() == {
            pointer for pointer, value in labels["expected"].items() if value is not None
        }


def fits(labels: Any) -> bool:
    """Whether every value is allowed where the schema has it."""
    shapes = dict(leaves(shape_of(labels["json_schema"])))
    for pointer, value in labels["expected"].items():
        if value is None:
            continue
        leaf = shapes[pattern_of(pointer)]
        read = leaf.read(json.dumps(value) if isinstance(value, bool) else value)
        if not Draft202012Validator(leaf.json_schema).is_valid(read):
            return False
    return True


@pytest.mark.parametrize(("kind", "part"), KINDS)
def test_answers_are_printed_where_they_are_said_to_be(kind: Kind, part: Vocabulary) -> None:
    labels = drawn_form(kind, "1 7", held_back=part.is_held_back).labels
    printed = " ".join(line["text"] for line in labels["lines"])
    for asked in labels["questions"]:
        if asked["kind"] == "reading" and asked["answer"]:
            assert all(word in printed for word in asked["answer"].split())
            assert asked["region"] is not None
    for sought in labels["locate"]:
        assert (sought["label"] is None) == (sought["region"] is None)
        assert all(word in printed for word in (sought["label"] or "").split())
    assert all(word in printed for raw in labels["raw"].values() for word in raw.split())


def test_schemas_are_accepted() -> None:
    for number, kind in enumerate(vocabulary(held_back=False).kinds[::4]):
        assert lint(drawn_form(kind, f"2 {number}", held_back=False).labels["json_schema"]).accepted


def test_a_third_of_questions_has_no_answer() -> None:
    kinds = vocabulary(held_back=False).kinds
    asked = [
        question["answer"]
        for number, kind in enumerate(kinds * 3)
        for question in drawn_form(kind, f"4 {number}", held_back=False).labels["questions"]
    ]
    assert 0.25 < asked.count(None) / len(asked) < 0.45


PLACE = [[1.0, 1.0], [9.0, 1.0], [9.0, 5.0], [1.0, 5.0]]
RECEIPT = {
    "schema": "receipt",
    "expected": {
        "/merchant/name": {"any": ["Corner Shop", "The Corner Shop"]},
        "/date": "2024-03-01", "/total": "9.00", "/tip": None, "/time": "14:30",
        "/items/0/description": "Tea", "/items/0/price": "4.00",
        "/items/1/description": "Cake", "/items/1/price": "5.00",
    },
    "raw": {"/date": "01.03.24", "/total": "9,00"},
    "regions": {"/total": [PLACE]},
}  # fmt: skip


def test_receipts_are_asked_for_what_their_labels_know() -> None:
    seen: dict[str, Any] = {}
    for seed in range(80):
        asked = asking(RECEIPT, random.Random(seed))
        assert fits(asked)
        assert asked["regions"].items() <= {key: [PLACE] for key in asked["expected"]}.items()
        seen |= {question["question"]: question for question in asked["questions"]}
    assert seen["What is the total?"]["answer"] == "9,00"
    assert seen["What is the total?"]["region"] == PLACE
    assert seen["Which shop is this from?"]["answer"] == "Corner Shop"
    assert seen["How much was the tip?"]["answer"] is None
    assert "At what time was it bought?" not in seen, "nobody knows how it is printed"
    assert not any("address" in question for question in seen)
