"""The stage `redact` on pages written by hand: what becomes of the record and of the picture."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.evals.records import record
from tests.workers.stages.documents import page_of, quality, upload_of
from vouch.schemas.document import Issue, Quality
from vouch.schemas.errors import InvalidRequest, RedactionFailed
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.perception import Identities, Interpretation, Perception
from vouch.schemas.record import Engine, Evidence, Field, FieldCandidate, Record
from vouch.schemas.redaction import ALL_KINDS, Redaction, SecretKind, kinds_in
from vouch.schemas.text import PageLayout
from vouch.workers.conclusion import conclude
from vouch.workers.images import RgbImage
from vouch.workers.pipeline import interpret
from vouch.workers.progress import Progress
from vouch.workers.stages.redact import Shown, masked_layouts, redact
from vouch.workers.stages.redacting.painting import MASK, shown_of

ANY: dict[str, Any] = {"type": "object"}
CARD = "4111 1111 1111 1111"


def evidence(layout: PageLayout, *tokens: int) -> tuple[Evidence, ...]:
    words = [layout.tokens.tokens[index] for index in tokens]
    polygon = Bbox.union(word.bbox for word in words).polygon
    text = " ".join(word.text for word in words)
    return (Evidence(page=1, polygon=polygon, polygon_norm=polygon, text=text, match="exact"),)


def field(value: object, raw: str | None, seen: tuple[Evidence, ...] = (), **more: Any) -> Field:
    status = more.pop("status", "grounded")
    return Field(value=value, raw=raw, status=status, confidence=0.9, evidence=seen, **more)


def made(
    layout: PageLayout,
    fields: dict[str, Field],
    data: object = None,
    kinds: tuple[SecretKind, ...] = ALL_KINDS,
    schema: dict[str, Any] = ANY,
    picture: RgbImage | None = None,
    seen: Quality | None = None,
) -> Record:
    before = record(fields).model_copy(
        update={"data": data or {pointer[1:]: one.value for pointer, one in fields.items()}}
    )
    upload = upload_of(layout)
    image = blank(layout) if picture is None else picture
    shown = Shown([upload], [layout], {1: seen or quality()}, lambda _: image)
    return redact(before, shown, kinds, schema)


def blank(layout: PageLayout) -> RgbImage:
    upload = upload_of(layout)
    return np.full((upload.height, upload.width, 3), 255, np.uint8)


def places(after: Record) -> tuple[Redaction, ...]:
    assert after.redactions is not None
    return after.redactions.places


def test_a_secret_leaves_value_raw_readings_and_evidence() -> None:
    layout = page_of("write to bob@example.com now")
    seen = evidence(layout, 0, 1, 2, 3)
    said = "write to bob@example.com now"
    rival = FieldCandidate(reader="rules", value="bob@example.com", evidence=evidence(layout, 2))
    after = made(layout, {"/message": field(said, said, seen, candidates=(rival,))})
    assert after.data == {"message": "write to [email] now"}
    assert "bob" not in after.model_dump_json()
    (place,) = places(after)
    assert (place.kind, place.status, place.pointers) == ("email", "masked", ("/message",))


def test_what_was_derived_from_a_secret_goes_with_it() -> None:
    layout = page_of(f"Card {CARD}", "Tel 030 1234567")
    after = made(
        layout,
        {
            "/card": field("4111111111111111", CARD, evidence(layout, 1, 2, 3, 4)),
            "/tail": field("1111", "1111", evidence(layout, 4)),
            "/phone": field("+49301234567", "030 1234567", evidence(layout, 6, 7)),
            "/count": field(1111, "1111", evidence(layout, 4)),
        },
    )
    assert after.data == {
        "card": "[card_number]",
        "tail": "[card_number]",
        "phone": "[phone]",
        "count": None,
    }
    assert "1111" not in after.model_dump_json(include={"data", "fields"})


def test_what_was_concluded_from_words_around_a_secret_stays() -> None:
    layout = page_of("connection to 203.0.113.7 refused")
    said = "connection to 203.0.113.7 refused"
    category = field("network", said, evidence(layout, 0, 1, 2, 3), status="computed")
    after = made(layout, {"/category": category})
    assert after.data == {"category": "network"}
    assert after.fields["/category"].raw == "connection to [ip_address] refused"


def test_the_schema_holds_after_masking_too() -> None:
    layout = page_of("bob@example.com")
    schema = {"properties": {"mail": {"type": ["string", "null"], "format": "email"}}}
    fields = {"/mail": field("bob@example.com", "bob@example.com", evidence(layout, 0))}
    assert made(layout, fields, schema=schema).data == {"mail": None}
    schema = {"properties": {"mail": {"type": "string", "format": "email"}}}
    with pytest.raises(RedactionFailed):
        made(layout, fields, schema=schema)


def test_a_secret_of_one_place_is_one_everywhere() -> None:
    layout = page_of("Password: Tr0ub4dor&3", "login Tr0ub4dor&3 failed", "/home/ines/x", "hi ines")
    (masked,) = masked_layouts([layout], ALL_KINDS)
    assert [line.text for line in masked.lines] == [
        "Password: [password]",
        "login [password] failed",
        "/home/[user_folder]/x",
        "hi [user_folder]",
    ]


def test_the_account_says_what_was_looked_for_and_not_found() -> None:
    after = made(page_of("bob@example.com"), {}, kinds=("email", "phone"))
    assert after.redactions is not None
    assert after.redactions.looked_for == ("email", "phone")
    assert after.redactions.not_found == ("phone",)
    assert after.decision.outcome == "accept"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_every_pixel_of_a_secret_is_of_one_colour(turn: int) -> None:
    layout = page_of("call bob@example.com today", turn=turn)
    picture = np.random.default_rng(1).integers(0, 255, blank(layout).shape, np.uint8)
    after = made(layout, {}, picture=picture)
    shown = shown_of(picture, after, 1)
    token = layout.tokens.tokens[1]
    box = Bbox.around(layout.tokens.transform.polygon(token.polygon))
    inside = shown[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    assert (inside == MASK).all()
    far = Bbox.around(layout.tokens.transform.polygon(layout.tokens.tokens[2].polygon))
    x, y = (int(middle) for middle in far.centre)
    assert (shown[y, x] == picture[y, x]).all()


def test_of_a_path_the_name_alone_goes() -> None:
    layout = page_of("C:\\Users\\maria\\Documents\\report.pdf")
    picture = blank(layout)
    picture[:] = 200
    shown = shown_of(picture, made(layout, {}, picture=picture), 1)
    masked = (shown[30] == MASK).all(1)
    columns = masked.nonzero()[0]
    name = range(20 + 9 * 10, 20 + 14 * 10)
    assert masked[name.start : name.stop].all()
    assert columns.min() > 20 + 4 * 10
    assert columns.max() < 20 + 20 * 10


def test_what_cannot_be_judged_is_said_and_wants_a_person() -> None:
    layout = page_of("Totaql zu8hg", score=0.3)
    blurred = quality(issues=(Issue(code="blurred", severity=0.9),))
    after = made(layout, {}, seen=blurred)
    assert {(place.status, place.why) for place in places(after)} == {
        ("unsure", "low_score"),
        ("unsure", "poor_page"),
    }
    assert after.decision.outcome == "review"
    assert after.decision.reasons[-1].code == "redaction_unsure"


def test_a_page_on_which_nothing_was_read_is_not_called_clean() -> None:
    after = made(page_of(), {})
    assert [place.why for place in places(after)] == ["unread_page"]
    assert after.decision.outcome == "review"


@pytest.mark.parametrize(
    ("says", "kind", "status"),
    [("mailto:bob@example.com", "email", "masked"), ("see you there", None, None)],
)
def test_a_qr_code_is_read_too(says: str, kind: str | None, status: str | None) -> None:
    layout = page_of("scan me")
    picture = blank(layout)
    code = cv2.QRCodeEncoder.create().encode(says)
    code = cv2.resize(code, None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
    picture[200 : 200 + code.shape[0], 100 : 100 + code.shape[1]] = code[:, :, None]
    after = made(layout, {}, picture=picture)
    assert [(place.kind, place.status) for place in places(after)] == (
        [(kind, status)] if kind else []
    )
    if kind:
        shown = shown_of(picture, after, 1)
        dark = picture[200:400, 100:350] < 128
        assert not (shown[200:400, 100:350][dark.any(axis=2)] < 100).any()


def test_a_chain_that_cannot_see_the_pages_gives_no_record() -> None:
    layout, engine = page_of("bob@example.com"), Engine(name="test", digest="0")
    perception = Perception(
        source=record({}).source,
        pages=(upload_of(layout),),
        qualities=(quality(),),
        layouts=(layout,),
        identities=Identities(ocr=engine, layout=engine),
    )
    told = Interpretation(schema_name="receipt", draft=None, degraded=None)
    with pytest.raises(RedactionFailed):
        conclude(perception, told, Options(redact=ALL_KINDS), Progress(), "r1")


def test_each_document_of_a_file_is_masked_and_doubted_by_itself() -> None:
    layouts = [
        page_of("Corner Cafe", "bob@example.com", "12/03/2024 10:15", "TOTAL 9.50", "CASH"),
        page_of("Book Barn", "amy@example.org", "14/03/2024 16:40", "TOTAL 23.00", number=2),
    ]
    engine, options = Engine(name="test", digest="0"), Options(redact=("email",))
    poor = quality(issues=(Issue(code="blurred", severity=0.9),))
    perception = Perception(
        source=record({}).source,
        pages=tuple(upload_of(layout) for layout in layouts),
        qualities=(quality(), poor),
        layouts=tuple(layouts),
        identities=Identities(ocr=engine, layout=engine),
    )
    told = interpret((), layouts, options, None, Progress())
    pictures = {1: blank(layouts[0]), 2: blank(layouts[1])}
    after = conclude(
        perception, told, options, Progress(), "r1", pictures=lambda number: pictures[number]
    )
    assert [one.data["total"] for one in after.documents] == ["9.50", "23.00"]
    assert "example" not in after.model_dump_json()
    unsure = [
        [reason.page for reason in one.decision.reasons if reason.code == "redaction_unsure"]
        for one in after.documents
    ]
    assert unsure == [[], [2]]


def test_wishes() -> None:
    assert kinds_in("all") == ALL_KINDS
    assert kinds_in(" email, phone,email") == ("email", "phone")
    for wrong in ("", "e-mail", "email,"):
        with pytest.raises(InvalidRequest):
            kinds_in(wrong)
