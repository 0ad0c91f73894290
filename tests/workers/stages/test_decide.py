import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import candidate, page_of, quality, rules, upload_of, vlm
from vouch.schemas.document import Issue, Quality
from vouch.schemas.draft import Draft, Place
from vouch.schemas.geometry import Bbox
from vouch.schemas.grounding import ScoredField
from vouch.schemas.policy import Policy
from vouch.schemas.record import Decision
from vouch.workers.judgements import judgement
from vouch.workers.stages.decide import decide, is_accepted
from vouch.workers.stages.fuse import fuse
from vouch.workers.stages.ground import ground
from vouch.workers.stages.hints import doubt_hint, place_of, spoken

POLICY = Policy(name="test", target_precision=0.9, decisive=("/total",))
PAGE = page_of("TOTAL 12.00")
ORDER = ("reupload", "review", "accept")


def total(confidence: float, value: str = "12.00") -> ScoredField:
    (field,) = ground(rules(total=[candidate(value)]), [PAGE])
    return ScoredField(field=field, confidence=confidence, checks=None, quality=1.0)


def decided(fields: list[ScoredField], page_quality: Quality | None = None) -> Decision:
    return decide(fields, [], [upload_of(PAGE)], {1: page_quality or quality()}, POLICY)


def test_a_confident_grounded_total_is_accepted() -> None:
    assert decided([total(0.95)]).outcome == "accept"


def test_a_doubtful_total_is_reviewed_and_the_reason_points_at_it() -> None:
    decision = decided([total(0.6)])
    assert decision.outcome == "review"
    assert [(reason.code, reason.pointer) for reason in decision.reasons] == [
        ("low_confidence", "/total")
    ]


def test_a_value_without_evidence_is_never_accepted() -> None:
    invented = total(1.0, value="99.99")
    assert not is_accepted(invented, 0.0)
    assert decided([invented]).reasons[0].code == "ungrounded"


def test_a_total_that_the_edge_cuts_asks_for_another_picture() -> None:
    scored = total(0.99)
    cut = scored.field.best.model_copy(update={"status": "illegible"})
    field = scored.field.model_copy(update={"candidates": (cut,)})
    decision = decided([scored.model_copy(update={"field": field})])
    assert decision.outcome == "reupload"
    assert [reason.code for reason in decision.reasons] == ["cut_off"]


@pytest.mark.parametrize("name", ["price", "2024"])
def test_of_a_list_every_member_that_was_found_must_be_accepted(name: str) -> None:
    def price(index: int, confidence: float) -> ScoredField:
        found = {f"/items/{index}/{name}": (candidate("12.00"),)}
        (field,) = ground(Draft(reader="rules", candidates=found), [PAGE])
        return ScoredField(field=field, confidence=confidence, checks=None, quality=1.0)

    policy = Policy(name="test", target_precision=0.9, decisive=(f"/items/*/{name}",))

    def outcome(*fields: ScoredField) -> Decision:
        return decide(fields, [], [upload_of(PAGE)], {1: quality()}, policy)

    assert outcome(price(0, 0.95), price(1, 0.95)).outcome == "accept"
    (doubt,) = outcome(price(0, 0.95), price(1, 0.6)).reasons
    assert (doubt.code, doubt.pointer) == ("low_confidence", f"/items/1/{name}")
    (empty,) = outcome().reasons
    assert (empty.code, empty.hint) == ("missing", doubt_hint("missing", f"/items/*/{name}"))


def test_words_cut_at_the_border_ask_for_another_picture_when_a_value_is_missing() -> None:
    cropped = quality(issues=(Issue(code="cropped", severity=0.2),))
    assert decided([], cropped).outcome == "reupload"
    assert decided([total(0.95)], cropped).outcome == "accept"


def test_an_empty_picture_gives_one_reason() -> None:
    blank = quality(has_text=False, issues=(Issue(code="no_text", severity=1.0),))
    decision = decided([], blank)
    assert (decision.outcome, [reason.code for reason in decision.reasons]) == (
        "reupload",
        ["no_text"],
    )


def test_a_missing_total_on_a_good_picture_is_reviewed() -> None:
    decision = decided([])
    assert decision.outcome == "review"
    assert decision.reasons[0].code == "missing"


def test_a_missing_total_on_a_blurred_picture_asks_for_another() -> None:
    bottom = Bbox(left=0, top=420, right=400, bottom=600).polygon
    blurred = quality(issues=(Issue(code="blurred_region", severity=0.8, polygon=bottom),))
    decision = decided([], blurred)
    assert decision.outcome == "reupload"
    assert decision.reasons[0].hint == (
        "The bottom third is out of focus: hold the phone still and take it again, total included."
    )


def test_a_bad_picture_that_was_read_with_confidence_is_accepted() -> None:
    assert decided([total(0.95)], quality(issues=(Issue(code="dark", severity=1.0),))).outcome == (
        "accept"
    )


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_raising_a_confidence_never_worsens_the_decision(
    one: float, other: float, severity: float
) -> None:
    low, high = sorted((one, other))
    page_quality = quality(issues=(Issue(code="blurred", severity=severity),))
    outcomes = [decided([total(c)], page_quality).outcome for c in (low, high)]
    assert ORDER.index(outcomes[0]) <= ORDER.index(outcomes[1])


def test_places_are_named_as_a_person_would() -> None:
    def place(left: float, top: float, right: float, bottom: float) -> str:
        return place_of(Bbox(left=left, top=top, right=right, bottom=bottom).polygon, 100, 100)

    assert place(0, 0, 100, 100) == "The picture"
    assert place(0, 0, 100, 30) == "The top third"
    assert place(70, 0, 100, 100) == "The right third"
    assert place(0, 70, 30, 100) == "The bottom left"
    assert place(40, 40, 60, 60) == "The middle"
    assert place_of(None, 100, 100) == "The picture"


def test_pointers_are_spoken_in_words() -> None:
    assert spoken(["/total", "/date", "/merchant/name"]) == "total, date and merchant name"
    assert spoken(["/items/0/unit_price", "/items/1/unit_price"]) == "items unit price"


def test_a_dispute_is_named_as_one() -> None:
    ours, theirs = rules(total=[candidate("12.00", at=[1])]), vlm(total=[candidate("20.00")])
    page = page_of("TOTAL 12.00", "CASH 20.00")
    (field,) = fuse(ground(ours, [page]), ground(theirs, [page]), [page], lambda *_: 0.5)
    scored = ScoredField(field=field, confidence=0.5, checks=None, quality=1.0)
    decision = decide([scored], [], [upload_of(page)], {1: quality()}, POLICY)
    assert [reason.code for reason in decision.reasons] == ["disputed"]


def test_a_value_that_is_not_printed_is_named_as_one() -> None:
    page = page_of("TOTAL 12.00")
    (field,) = ground(vlm(total=[candidate("120.00", "12.00", at=[1])]), [page])
    scored = ScoredField(field=field, confidence=0.99, checks=None, quality=1.0)
    decision = decide([scored], [], [upload_of(page)], {1: quality()}, POLICY)
    assert [reason.code for reason in decision.reasons] == ["inferred"]


def test_what_is_not_on_a_screen_needs_no_place_to_be_accepted() -> None:
    policy = judgement("location").policy
    whole = Place(page=1, bbox=PAGE.tokens.bbox)

    def claimed(pointer: str, value: str, confidence: float) -> ScoredField:
        made = candidate(value, raw="").model_copy(update={"place": whole})
        (field,) = ground(Draft(reader="rules", candidates={pointer: (made,)}), [PAGE])
        return ScoredField(field=field, confidence=confidence, checks=None, quality=1.0)

    def outcome(*fields: ScoredField) -> str:
        return decide(fields, [], [upload_of(PAGE)], {1: quality()}, policy).outcome

    assert outcome(claimed("/found", "false", 0.95)) == "accept"
    assert outcome(claimed("/found", "false", 0.5)) == "review"
    found, point = claimed("/found", "true", 0.95), "/element/click_point"
    assert outcome(found, claimed(point, "[3, 4]", 0.95)) == "accept"
    assert outcome(found, claimed(point, "[3, 4]", 0.5)) == "review"
