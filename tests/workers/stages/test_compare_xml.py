"""What is printed beside what the invoice data inside the file say."""

import pytest

from tests.workers.stages.printed_page import print_page
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.document import Page, Quality
from vouch.schemas.draft import Candidate, Draft, TokenRef
from vouch.schemas.grounding import ScoredField
from vouch.schemas.job import Options
from vouch.schemas.policy import Policy
from vouch.schemas.record import Decision
from vouch.schemas.shape import leaves
from vouch.schemas.text import PageLayout
from vouch.workers.stages.compare_xml import compared, xml_draft
from vouch.workers.stages.decide import decide, is_accepted
from vouch.workers.stages.evidence import EvidenceFinder
from vouch.workers.stages.ground import ground
from vouch.workers.stages.rivals import rivals
from vouch.workers.stages.segment import group_lines

INVOICE = Options(schema_name="invoice")
POLICY = Policy(name="test", target_precision=0.9, decisive=("/total",))


@pytest.fixture
def layout() -> PageLayout:
    tokens = print_page([((50, "Total 119.00"),), ((50, "Mill Sons Ltd"),)])
    return PageLayout(tokens=tokens, lines=group_lines(tokens), regions=())


def page(**stated: str) -> Page:
    values = {f"/{name.replace('_of_', '/')}": value for name, value in stated.items()}
    return Page(number=1, width=800, height=2000, e_invoice=values)


def printed() -> Draft:
    def one(value: str, *tokens: int) -> tuple[Candidate, ...]:
        refs = tuple(TokenRef(page=1, index=index) for index in tokens)
        return (Candidate(value=value, raw=value, tokens=refs, score=0.9),)

    return Draft(
        reader="rules",
        candidates={"/total": one("119.00", 1), "/seller/name": one("Mill Sons Ltd", 2, 3, 4)},
    )


def decided(
    layout: PageLayout, shown: Page, quality: Quality
) -> tuple[Decision, list[ScoredField]]:
    fields, checks = compared(ground(printed(), [layout]), xml_draft([shown], INVOICE), [layout])
    scored = [ScoredField(field=one, confidence=0.99, checks=None, quality=1) for one in fields]
    return decide(scored, checks, [shown], {1: quality}, POLICY), scored


@pytest.fixture
def quality() -> Quality:
    return Quality(
        sharpness=1, sharpness_lowest_tile=1, exposure=0.9, contrast=0.8, glare=0, skew=0, cropped=0
    )


def test_agreement_passes_a_check(layout: PageLayout, quality: Quality) -> None:
    draft = xml_draft([page(total="119.0", seller_of_name="Mill Sons")], INVOICE)
    fields, checks = compared(ground(printed(), [layout]), draft, [layout])
    assert {made.pointers[0]: made.passed for made in checks} == {
        "/total": True,
        "/seller/name": True,
    }
    assert all(len(field.candidates) == 1 for field in fields)
    decision, _ = decided(layout, page(total="119.0"), quality)
    assert decision.outcome == "accept"


def test_a_difference_is_a_reason_for_review(layout: PageLayout, quality: Quality) -> None:
    decision, scored = decided(layout, page(total="119.50"), quality)
    assert decision.outcome == "review"
    assert [(reason.code, reason.pointer) for reason in decision.reasons] == [
        ("differs_from_xml", "/total")
    ]
    assert [one.reader for one in scored[0].field.candidates] == ["rules", "xml"]
    assert [is_accepted(one, 0.9) for one in scored] == [False, True]


def test_what_only_the_xml_says_is_never_accepted(layout: PageLayout, quality: Quality) -> None:
    stated = page(number="R-17", amount_due="119.00")
    decision, scored = decided(layout, stated, quality)
    alone = {one.field.pointer: one for one in scored if one.field.best.reader == "xml"}
    assert set(alone) == {"/number", "/amount_due"}
    assert not any(is_accepted(one, 0.0) for one in alone.values())
    assert decision.outcome == "accept"


@pytest.mark.parametrize(
    "options",
    [
        INVOICE.model_copy(update={"ignore_embedded": True}),
        Options(schema_name="receipt"),
        Options(schema_name="invoice", json_schema={"type": "object"}),
    ],
)
def test_it_can_be_left_alone_and_is_for_invoices_only(options: Options) -> None:
    assert xml_draft([page(total="119.50")], options).candidates == {}


def test_a_value_of_the_xml_alone_is_shown_as_its_candidate(
    layout: PageLayout, quality: Quality
) -> None:
    shown = page(number="R-17")
    _, scored = decided(layout, shown, quality)
    (alone,) = (one.field for one in scored if one.field.pointer == "/number")
    leaf = builtin_schema("invoice").shape
    (found,) = rivals(
        alone.candidates, dict(leaves(leaf))["/number"], EvidenceFinder([layout], [shown])
    )
    assert (found.reader, found.value, found.evidence) == ("xml", "R-17", ())
