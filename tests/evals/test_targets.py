"""A higher target accepts fewer documents, and fewer wrong ones."""

from tests.evals.records import field, record
from vouch.evals.judge import Verdict
from vouch.evals.scoreboard import Judged
from vouch.evals.targets import at_targets

BOX = (10.0, 10.0, 50.0, 20.0)


def judged(confidence: float, *, wrong: bool = False, has_place: bool = True) -> Judged:
    found = field("9.00", confidence, at=BOX if has_place else None)
    verdict = Verdict(pointer="/total", expected=("9.00",), given="9.00", right=not wrong)
    made = record({"/total": found}, "review")
    return Judged("a.jpg", made, None, reused=False, verdicts=(verdict,))


def test_what_each_target_accepts_and_how_much_of_it_is_wrong() -> None:
    documents = [
        judged(0.99),
        judged(0.93),
        judged(0.92, wrong=True),
        judged(0.99, has_place=False),
    ]
    found = {one.target: (one.accepted, one.wrong) for one in at_targets(documents, ("/total",))}
    assert found[0.92] == (3, 1)
    assert found[0.925] == (2, 0)
    assert found[0.95] == (1, 0)
    assert found[0.995] == (0, 0)


def test_a_document_without_a_decisive_value_is_not_accepted() -> None:
    found = at_targets([judged(0.99)], ("/total", "/date"))
    assert {one.accepted for one in found} == {0}
