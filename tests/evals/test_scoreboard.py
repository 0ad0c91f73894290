"""Counts → scores, by hand; and the keys that other programs rely on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evals.records import field, record
from vouch.evals.judge import Verdict, judge
from vouch.evals.labels import LabelledDocument
from vouch.evals.scoreboard import Judged, f1, pointer_score, scoreboard
from vouch.schemas.record import Field, Outcome


def verdict(expected: str | None, given_value: str | None, *, right: bool = False) -> Verdict:
    wanted = () if expected is None else (expected,)
    return Verdict(
        pointer="/total", expected=wanted, given=given_value, right=right, confidence=0.8
    )


RIGHT, WRONG = verdict("9", "9", right=True), verdict("9", "8")
MISSED, INVENTED, ABSENT = verdict("9", None), verdict(None, "8"), verdict(None, None)


def test_scores_by_hand() -> None:
    score = pointer_score([RIGHT, RIGHT, RIGHT, WRONG, MISSED, INVENTED, ABSENT])
    assert score.precision == pytest.approx(3 / 5)
    assert score.recall == pytest.approx(3 / 5)
    # 3 right; false positives: wrong, invented; false negatives: wrong, missed.
    assert score.f1 == pytest.approx(6 / (6 + 4))
    assert score.coverage == pytest.approx(4 / 5)
    assert score.support == 5


def test_nothing_to_count_is_undefined() -> None:
    assert f1([ABSENT]) is None
    assert pointer_score([ABSENT]).precision is None


@given(st.lists(st.sampled_from([RIGHT, WRONG, MISSED, INVENTED, ABSENT]), min_size=1))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(verdicts: list[Verdict]) -> None:
    score = pointer_score(verdicts)
    if score.precision and score.recall:
        harmonic = 2 / (1 / score.precision + 1 / score.recall)
        assert score.f1 == pytest.approx(harmonic)
    elif score.f1 is not None:
        assert score.f1 == 0


def judged(total: Field, outcome: Outcome) -> Judged:
    labels = LabelledDocument.model_validate(
        {"file": "a.jpg", "schema": "receipt", "expected": {"/total": "9.00"}}
    )
    made = record({"/total": total}, outcome)
    return Judged("a.jpg", made, None, reused=False, verdicts=judge(labels, made))


def test_the_board_of_four_documents() -> None:
    failed = LabelledDocument.model_validate(
        {"file": "b.jpg", "schema": "receipt", "expected": {"/total": "1.00"}}
    )
    board = scoreboard(
        "four",
        [
            judged(field("9.00", 0.9), "accept"),
            judged(field("8.00", 0.6), "accept"),
            judged(field("8.00", 0.2, accepted=False), "review"),
            Judged("b.jpg", None, None, reused=False, verdicts=judge(failed, None)),
        ],
    )
    assert board.decisions == {"accept": 2, "review": 1, "reupload": 0}
    assert (board.documents, board.failed) == (4, 1)
    assert board.wrong_and_accepted == 1
    assert board.wrong_total_not_accepted == pytest.approx(2 / 3)
    assert board.micro_f1 == pytest.approx(2 / (2 + 2 + 3))
    assert board.auroc == 1.0
    assert board.coverage_at_precision == {"0.99": pytest.approx(1 / 3)}
    assert board.seconds_per_page == {"read": 2.0, "decide": 0.5}


def test_the_keys_that_other_programs_rely_on() -> None:
    printed = scoreboard("one", [judged(field("9.00"), "accept")]).model_dump(mode="json")
    assert printed.keys() >= {
        "dataset", "documents", "pointers", "micro_f1", "attributed_accuracy", "ece", "auroc",
        "aurc", "accuracy_at_coverage", "coverage_at_precision", "decisions", "wrong_and_accepted",
        "seconds_per_page",
    }  # fmt: skip
    assert printed["pointers"]["/total"].keys() >= {
        "precision",
        "recall",
        "f1",
        "token_f1",
        "support",
    }
    assert printed["accuracy_at_coverage"].keys() == {"0.8", "0.9", "1.0"}
