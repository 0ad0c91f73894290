from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.workers.stages.documents import (
    candidate,
    certain,
    page_of,
    quality,
    rules,
    upload_of,
    vlm,
)
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.document import Source
from vouch.schemas.draft import Candidate, Draft, Print, TokenRef
from vouch.schemas.errors import SchemaUnmet, VisionUnavailable
from vouch.schemas.geometry import Bbox
from vouch.schemas.grounding import ScoredField
from vouch.schemas.record import Decision, Engine, Field, Provenance, Reason, Record
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.stages.assemble import Understanding, assemble
from vouch.workers.stages.evidence import EvidenceFinder
from vouch.workers.stages.fuse import fuse
from vouch.workers.stages.ground import ground

ENGINE = Engine(name="test", digest="0")
SOURCE = Source(
    sha256="0",
    media_type="image/png",
    bytes=1,
    pages=1,
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)


ACCEPT = Decision(outcome="accept", target_precision=0.9)
RECEIPT = builtin_schema("receipt")


def record_of(
    layout: PageLayout,
    draft: Draft,
    confidence: float = 0.95,
    decision: Decision = ACCEPT,
    schema: WantedSchema = RECEIPT,
    degraded: str | None = None,
) -> Record:
    scored = [
        ScoredField(field=field, confidence=confidence, checks=None, quality=1.0)
        for field in ground(draft, [layout])
    ]
    return record_from(scored, layout, decision, schema, degraded)


def record_from(
    scored: Sequence[ScoredField],
    layout: PageLayout,
    decision: Decision = ACCEPT,
    schema: WantedSchema = RECEIPT,
    degraded: str | None = None,
) -> Record:
    understanding = Understanding(
        source=SOURCE,
        pages=[upload_of(layout)],
        qualities={1: quality()},
        layouts=[layout],
        scored=scored,
        decision=decision,
    )
    provenance = Provenance(
        ocr=ENGINE, layout=ENGINE, calibration=ENGINE, policy=ENGINE, schema_=ENGINE
    )
    return assemble(understanding, "r1", "extract", schema, provenance, degraded, {"read": 1.0})


def test_data_follows_the_schema_and_fields_name_every_leaf() -> None:
    layout = page_of("TOTAL 12.00", "TEA 12.00")
    draft = rules(
        total=[candidate("12.00", at=[1])],
        items__0__description=[candidate("TEA", at=[2])],
        items__0__price=[candidate("12.00", at=[3])],
    )
    record = record_of(layout, draft)
    assert record.data["total"] == "12.00"
    assert record.data["items"] == [
        {"description": "TEA", "quantity": None, "unit_price": None, "price": "12.00"}
    ]
    assert record.fields["/date"].status == "absent"
    assert record.fields["/items/0/price"].accepted
    assert record.confidence == pytest.approx(0.95**3, abs=1e-4)


def test_record_round_trips_as_json() -> None:
    record = record_of(page_of("TOTAL 12.00"), rules(total=[candidate("12.00", at=[1])]))
    assert Record.model_validate_json(record.model_dump_json()) == record
    assert "schema" in record.model_dump(mode="json")


def test_rivals_are_shown_with_their_evidence() -> None:
    draft = rules(total=[candidate("12.00", at=[1]), candidate("20.00", at=[3], score=0.4)])
    field = record_of(page_of("TOTAL 12.00", "CASH 20.00"), draft).fields["/total"]
    assert [rival.value for rival in field.candidates] == ["12.00", "20.00"]
    assert all(rival.evidence for rival in field.candidates)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_evidence_lies_inside_the_upload_whatever_its_turn(turn: int) -> None:
    layout = page_of("TOTAL 12.00", turn=turn)
    upload = upload_of(layout)
    finder = EvidenceFinder([layout], [upload])
    (piece,) = finder.evidence([TokenRef(page=1, index=1)], "exact", "12.00")
    assert all(0 <= x <= upload.width and 0 <= y <= upload.height for x, y in piece.polygon)
    expected = layout.tokens.transform.polygon(layout.tokens.tokens[1].polygon)
    assert Bbox.around(piece.polygon).iou(Bbox.around(expected)) > 0.99
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in piece.polygon_norm)


def test_a_value_over_two_lines_has_two_pieces_of_evidence() -> None:
    layout = page_of("12 SECOND STREET", "10110 TOWN")
    pieces = EvidenceFinder([layout], [upload_of(layout)]).evidence(
        [TokenRef(page=1, index=index) for index in range(5)],
        "exact",
        "12 SECOND STREET 10110 TOWN",
    )
    assert [piece.text for piece in pieces] == ["12 SECOND STREET", "10110 TOWN"]


def test_evidence_is_the_part_of_a_word_that_prints_the_value() -> None:
    layout = page_of("TOTAL:12.00")
    finder = EvidenceFinder([layout], [upload_of(layout)])
    (piece,) = finder.evidence([TokenRef(page=1, index=0)], "exact", "12.00")
    assert piece.text == "12.00"
    assert piece.polygon == ((80, 20), (130, 20), (130, 40), (80, 40))


def test_places_that_repeat_the_value_follow_its_own() -> None:
    layout = page_of("TOTAL 12.00", "CASH 12.00")
    repeat = Print(raw="12.00", tokens=(TokenRef(page=1, index=3),))
    wrong = Print(raw="12.00", tokens=(TokenRef(page=1, index=2),))
    found = candidate("12.00", at=[1]).model_copy(update={"repeats": (wrong, repeat)})
    evidence = record_of(layout, rules(total=[found])).fields["/total"].evidence
    assert [piece.polygon[0][1] for piece in evidence] == [20, 50]


def test_a_reason_about_a_field_says_where_it_stands() -> None:
    doubt = Reason(code="low_confidence", pointer="/total", hint="compare")
    decision = Decision(outcome="review", target_precision=0.9, reasons=(doubt,))
    draft = rules(total=[candidate("12.00", at=[1])])
    record = record_of(page_of("TOTAL 12.00"), draft, decision=decision)
    (reason,) = record.decision.reasons
    assert (reason.page, reason.polygon) == (1, record.fields["/total"].evidence[0].polygon)


def disputed(ours: Draft, theirs: Draft, layout: PageLayout) -> Field:
    fields = fuse(ground(ours, [layout]), ground(theirs, [layout]), [layout], lambda *_: 0.5)
    scored = [ScoredField(field=one, confidence=0.5, checks=None, quality=1.0) for one in fields]
    return record_from(scored, layout).fields["/total"]


def test_an_agreement_shows_where_each_reader_has_it_from() -> None:
    layout = page_of("TOTAL 12.00", "CASH 12.00")
    theirs = vlm(total=[certain(candidate("12.0", "12.00", at=[3]))])
    field = disputed(rules(total=[candidate("12.00", at=[1])]), theirs, layout)
    assert (field.value, field.parts.agreement, field.candidates) == ("12.00", 1.0, ())
    assert [piece.polygon[0][1] for piece in field.evidence] == [20, 50]
    assert field.parts.vlm is not None


def test_a_dispute_shows_each_reader_with_its_own_place() -> None:
    layout = page_of("TOTAL 12.00", "CASH 20.00", "CARD 20.00")
    ours = rules(total=[candidate("12.00", at=[1]), candidate("20.00", at=[5])])
    theirs = vlm(total=[certain(candidate("20.00", at=[3]))])
    field = disputed(ours, theirs, layout)
    assert field.parts.agreement == 0.0
    shown = [(one.reader, one.value, one.evidence[0].polygon[0][1]) for one in field.candidates]
    assert sorted(shown) == [("rules", "12.00", 20), ("rules", "20.00", 80), ("vlm", "20.00", 50)]


def test_one_reader_alone_neither_agrees_nor_disagrees() -> None:
    layout = page_of("TOTAL 12.00")
    field = disputed(rules(total=[candidate("12.00", at=[1])]), vlm(), layout)
    assert (field.parts.agreement, field.parts.vlm) == (None, None)


def test_values_have_the_type_that_the_schema_gives_them() -> None:
    total = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
    schema = WantedSchema(name="own", version="1", json_schema=total)
    draft = rules(total=[candidate("12.00", at=[1]), candidate("20", at=[3], score=0.4)])
    record = record_of(page_of("TOTAL 12.00", "CASH 20"), draft, schema=schema)
    assert record.data == {"total": 12.0}
    assert record.fields["/total"].value == 12.0
    assert [rival.value for rival in record.fields["/total"].candidates] == [12.0, 20]


def test_what_the_schema_lacks_is_in_no_record() -> None:
    total = {"type": "object", "properties": {"total": {"type": ["string", "null"]}}}
    schema = WantedSchema(name="own", version="1", json_schema=total)
    draft = rules(total=[candidate("12.00", at=[1])], cash=[candidate("20", at=[3])])
    record = record_of(page_of("TOTAL 12.00", "CASH 20"), draft, schema=schema)
    assert (record.data, set(record.fields)) == ({"total": "12.00"}, {"/total"})


@pytest.mark.parametrize("found", [{}, {"total": [candidate("-1", at=[1])]}])
def test_a_record_that_breaks_its_schema_is_never_made(found: dict[str, list[Candidate]]) -> None:
    positive = {"total": {"type": "number", "minimum": 0}}
    wanted = {"type": "object", "properties": positive, "required": ["total"]}
    schema = WantedSchema(name="own", version="1", json_schema=wanted)
    page, draft = page_of("TOTAL -1"), rules(asides=None, **found)
    with pytest.raises(SchemaUnmet, match="'/total'"):
        record_of(page, draft, schema=schema)
    with pytest.raises(VisionUnavailable, match="out_of_memory"):
        record_of(page, draft, schema=schema, degraded="out_of_memory")


def test_a_root_value_has_a_place_of_its_own_and_lends_it_to_no_other_reason() -> None:
    schema = WantedSchema(name="own", version="1", json_schema={"type": "string"})
    reasons = (
        Reason(code="check_failed", hint="compare"),
        Reason(code="low_confidence", pointer="", hint="compare"),
    )
    decision = Decision(outcome="review", target_precision=0.9, reasons=reasons)
    draft = Draft(reader="rules", candidates={"": (candidate("12.00", at=[1]),)})
    record = record_of(page_of("TOTAL 12.00"), draft, decision=decision, schema=schema)
    assert record.data == "12.00"
    assert [reason.page for reason in record.decision.reasons] == [None, 1]
