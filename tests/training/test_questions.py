import random
from collections import Counter

from training.questions.drawing import form, table
from training.questions.measure import Case, cases, summary, verdict
from vouch.schemas.document import Page
from vouch.schemas.text import PageLayout
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.stages.read import read
from vouch.workers.stages.segment import group_lines


def layout(*lines: str) -> PageLayout:
    picture = form(random.Random(1)).pixels
    page = Page(number=1, width=picture.shape[1], height=picture.shape[0])
    tokens = read(page, picture, FakeOcr(lines))
    return PageLayout(tokens=tokens, lines=group_lines(tokens), regions=())


def test_a_seed_draws_the_same_picture_and_asks_the_same() -> None:
    for draw in (form, table):
        one, other = draw(random.Random(3)), draw(random.Random(3))
        assert (one.pixels == other.pixels).all()
        assert list(cases(one, random.Random(5))) == list(cases(other, random.Random(5)))


def test_verdicts_tell_right_from_wrong_withheld_and_invented() -> None:
    page = layout("Phone: +49 30 555 0199", "Plan: Basic")
    asked = "What is the plan?"
    assert verdict(Case(asked, text="Basic"), page) == "right"
    assert verdict(Case(asked, text="Premium"), page) == "wrong"
    assert verdict(Case(asked), page) == "invented"
    assert verdict(Case("What is the phone?", text="+49305550199"), page) == "right"
    assert verdict(Case("What is the IBAN?", text="DE1"), page) == "withheld"
    assert verdict(Case("the Logout button", locates=True), page) == "absent"


def test_the_summary_counts_both_kinds() -> None:
    told = summary(Counter(right=3, wrong=1, absent=1, invented=1))
    assert (told["accuracy_answered"], told["accuracy_absent"]) == (0.75, 0.5)
