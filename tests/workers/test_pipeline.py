"""The leg `conclude` on a page written by hand: who has a say in the record."""

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
from vouch.schemas.document import Source
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options, Readers
from vouch.schemas.perception import Identities, Interpretation, Perception
from vouch.schemas.record import Engine, Record
from vouch.workers.conclusion import conclude, rules_draft
from vouch.workers.progress import Progress

ENGINE = Engine(name="test", digest="0")
VLM = Engine(name="vlm", digest="1")
PROMPT = Engine(name="extract-v1", digest="2")
PAGE = page_of("CORNER SHOP LTD", "25/12/2018", "TEA 12.00", "TOTAL 12.00", "CASH 20.00")
SURE = vlm(total=[certain(candidate("20.00", at=[8]), 0.9999)])


def concluded(
    draft: Draft | None, readers: Readers = "both", second: Draft | None = None
) -> Record:
    perception = Perception(
        source=Source(
            sha256="0",
            media_type="image/png",
            bytes=1,
            pages=1,
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        pages=(upload_of(PAGE),),
        qualities=(quality(),),
        layouts=(PAGE,),
        identities=Identities(ocr=ENGINE, layout=ENGINE, vlm=VLM),
    )
    told = Interpretation(
        schema_name="receipt", draft=draft, degraded=None, second=second, prompt=PROMPT
    )
    return conclude(perception, told, Options(readers=readers), Progress(), "r1")


def test_an_unmeasured_model_does_not_overrule_rules_that_are_likely_right() -> None:
    total = concluded(SURE).fields["/total"]
    assert (total.value, total.parts.agreement) == ("12.00", 0.0)
    assert [one.value for one in total.candidates if one.reader == "vlm"] == ["20.00"]
    alone = concluded(None).fields["/total"].confidence
    assert total.confidence is not None
    assert alone is not None
    assert total.confidence < alone


def test_a_second_look_that_sides_with_the_rules_ends_the_dispute() -> None:
    total = concluded(SURE, second=vlm(total=[candidate("12.00", at=[6])])).fields["/total"]
    assert (total.value, total.parts.agreement) == ("12.00", 1.0)


def test_rules_only_is_as_if_there_were_no_model() -> None:
    record = concluded(SURE, "rules")
    assert record.fields == concluded(None, "rules").fields
    assert (record.provenance.vlm, record.provenance.prompt) == (None, None)


def test_a_model_alone_is_not_helped_by_the_rules() -> None:
    record = concluded(SURE, "vlm")
    assert record.fields["/total"].value == "20.00"
    assert record.fields["/date"].status == "absent"
    assert not record.fields["/total"].accepted


def test_provenance_names_the_model_its_prompt_and_what_judged_it() -> None:
    provenance = concluded(SURE).provenance
    assert (provenance.vlm, provenance.prompt) == (VLM, PROMPT)
    assert provenance.calibration.name == "receipt-rules-1+uncalibrated-prior-1"
    assert concluded(None).provenance.calibration.name == "receipt-rules-1"


@pytest.mark.parametrize(
    "options",
    [
        Options(readers="vlm"),
        Options(schema_name="shop", json_schema={"type": "object"}),
        Options(schema_name="receipt", json_schema={"type": "object"}),
    ],
)
def test_rules_read_only_the_schema_that_they_know(options: Options) -> None:
    assert rules_draft([PAGE], options) == rules()
