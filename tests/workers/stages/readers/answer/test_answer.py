import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.printed_page import RECEIPT
from tests.workers.stages.readers.screens import Seen, screen
from vouch.schemas.draft import Candidate, Draft
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.ground import ground
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen as Document

FORM = screen(
    (
        ((50, "Account"),),
        ((50, "Customer name:"), (300, "Anna Schmidt")),
        ((50, "Status: Active"),),
        ((50, "Member since"), (400, "Plan")),
        ((50, "2021-03-04"), (400, "Premium")),
        ((90, "Send me the newsletter"),),
        ((90, "Share my data"),),
        ((50, "[x] Remember me"),),
        ((50, "[ ] Dark mode"),),
        ((50, "Cancel"), (250, "Save changes"), (600, "Delete")),
        ((600, "Delete"),),
    ),
    (
        Seen("checkbox", "Send me the newsletter", 0, (50, 345, 320, 375), "checked"),
        Seen("checkbox", "Share my data", 0, (50, 405, 320, 435), "unchecked"),
        Seen("button", "Cancel"),
        Seen("button", "Save changes", state="disabled"),
        Seen("button", "Delete"),
        Seen("button", "Delete", 1),
    ),
)
SHOP = screen(RECEIPT)


def draft(question: str, *layouts: PageLayout) -> Draft:
    options = Options(task="ask", schema_name="answer", question=question)
    return read_rules(Document(layouts, options))


def answer(question: str, layout: PageLayout = FORM) -> str | None:
    """The best answer, whose evidence is real."""
    said = draft(question, layout)
    (fields,) = [
        [field for field in ground(said, (layout,)) if field.pointer == "/answer"],
    ]
    if not fields:
        return None
    best = fields[0].best
    assert best.status in ("grounded", "computed")
    assert best.tokens or best.place
    return best.value


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the customer's name?", "Anna Schmidt"),
        ("Wer ist der Kunde?", "Anna Schmidt"),
        ("What is the status?", "Active"),
        ("What is the plan?", "Premium"),
        ("Is the newsletter checked?", "yes"),
        ("Is 'Share my data' ticked?", "no"),
        ("Is Remember me checked?", "yes"),
        ("Is dark mode switched on?", "no"),
        ("Is the Save changes button disabled?", "yes"),
        ("Is there a Delete button?", "yes"),
        ("Is there a Logout button?", "no"),
        ("Gibt es einen Abmelden-Knopf?", "no"),
        ("Is the status Active?", "yes"),
        ("Is the status Cancelled?", "no"),
        ("How many buttons are there?", "4"),
        ("How many checkboxes are checked?", "1"),
        ("How many times does Delete appear?", "2"),
        ("How many pages are there?", "1"),
        ("Where is the Save changes button?", "top centre (310, 600)"),
    ],
)
def test_what_the_screen_says_is_answered(question: str, expected: str) -> None:
    assert answer(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the invoice number?",
        "What is the total?",
        "Who is the president?",
        "Is the Upgrade checkbox checked?",
        "Is the Delete button greyed out?",
        "Where is the search field?",
        "Is Delete dangerous?",
        "Why was it cancelled?",
        "How many apples are there?",
        "When is it due?",
    ],
)
def test_what_the_screen_does_not_say_has_no_answer(question: str) -> None:
    assert answer(question) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the total?", "9.00"),
        ("How much is it?", "9.00"),
        ("Wie hoch ist die Summe?", "9.00"),
        ("What is the subtotal?", "9.00"),
        ("How much was paid in cash?", "10.00"),
        ("When was it?", "25/12/2018"),
        ("Is the total 9.00?", "yes"),
        ("Is the total 8.00?", "no"),
        ("What is the tip?", None),
        ("What is the IBAN?", None),
    ],
)
def test_a_receipt_answers(question: str, expected: str | None) -> None:
    assert answer(question, SHOP) == expected


def test_what_nobody_looked_for_is_not_counted() -> None:
    assert answer("How many buttons are there?", SHOP) is None


def test_a_kind_has_no_evidence_and_claims_none() -> None:
    (kind,) = draft("What is the plan?", FORM).candidates["/kind"]
    assert (kind.value, kind.raw, kind.tokens) == ("reading", "", ())
    assert kind.signals["inferred"] == 1.0


@pytest.mark.parametrize("question", ["", "  "])
def test_without_a_question_there_is_no_answer(question: str) -> None:
    assert draft(question, FORM).candidates == {}


def test_two_that_fit_alike_have_no_margin() -> None:
    offered: tuple[Candidate, ...] = draft("Where is Delete?", FORM).candidates["/answer"]
    assert len(offered) > 1
    assert offered[0].signals["margin"] == 0.0


@given(st.text(max_size=60))
def test_any_question_has_a_draft_that_can_be_grounded(question: str) -> None:
    for field in ground(draft(question, FORM), (FORM,)):
        assert field.best.status != "ungrounded"
