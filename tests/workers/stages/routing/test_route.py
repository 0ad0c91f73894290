"""What pictures show, on pages written out here: words, looks, and what both mean for a record."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import page_of
from vouch.schemas.document import Page
from vouch.schemas.job import Options
from vouch.schemas.record import Decision
from vouch.schemas.routing import AUTO, KINDS, SCHEMA_OF, Kind, KindScore, Routing
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.stages.route import route, routed
from vouch.workers.stages.routing.look import look_of
from vouch.workers.stages.routing.model import released
from vouch.workers.stages.routing.ruling import under
from vouch.workers.stages.routing.words import spoken

ASKED = Options(schema_name=AUTO)
RNG = np.random.default_rng(7)


def screen(width: int = 480, height: int = 180) -> RgbImage:
    image = np.full((height, width, 3), 240, np.uint8)
    cv2.rectangle(image, (0, 0), (width, 30), (200, 205, 215), -1)
    cv2.rectangle(image, (330, 130), (430, 160), (0, 120, 215), -1)
    return image


def photo(width: int = 900, height: int = 700) -> RgbImage:
    coarse = RNG.integers(0, 255, (12, 16, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float64)
    return np.asarray(np.clip(smooth + RNG.normal(0, 6, smooth.shape), 0, 255), np.uint8)


def paper(width: int = 1240, height: int = 1754) -> RgbImage:
    return np.full((height, width, 3), 255, np.uint8)


def shown(image: RgbImage, *rows: str, dpi: float | None = None) -> PageLayout:
    page = Page(number=1, width=image.shape[1], height=image.shape[0], dpi=dpi)
    layout = page_of(*rows) if rows else page_of("x")
    empty = {} if rows else {"lines": (), "tokens": layout.tokens.model_copy(update={"tokens": ()})}
    return layout.model_copy(update={"look": look_of(page, image), **empty})


def judged(layout: PageLayout) -> Routing:
    found = route([layout], ASKED)
    assert found is not None
    return found


def test_a_dialog_about_a_failure_is_an_error_message() -> None:
    found = judged(
        shown(
            screen(),
            "Update Service",
            "The package could not be installed. Access denied.",
            "Error code 0x80070005",
            "OK Cancel",
        )
    )
    assert found.kind == "error_screenshot"
    assert found.schema_name == "error_screenshot"
    assert {sign.text.casefold() for sign in found.signs} >= {"access denied", "error code"}


def test_a_page_with_an_invoice_number_and_a_due_date_is_an_invoice() -> None:
    found = judged(
        shown(
            paper(),
            "Rechnung",
            "Rechnungsnummer 4711   Rechnungsdatum 12.03.2024",
            "Kundennummer 815   Lieferdatum 10.03.2024",
            "Menge Bezeichnung Einzelpreis Gesamtpreis",
            "2 Schrauben 10,00 20,00",
            "Nettobetrag 20,00 EUR",
            "Umsatzsteuer 19% 3,80 EUR",
            "Rechnungsbetrag 23,80 EUR",
            "zahlbar bis 26.03.2024 IBAN DE00 1234 5678",
            dpi=200.0,
        )
    )
    assert found.kind == "invoice"
    assert found.signs


def test_a_picture_without_text_is_no_document() -> None:
    assert judged(shown(photo())).kind in {"photo", "no_document"}
    assert judged(shown(np.full((900, 700, 3), 255, np.uint8))).kind == "no_document"


def test_probabilities_are_a_distribution_over_all_kinds() -> None:
    found = judged(shown(screen(), "File Edit View Help", "Search", "Save Cancel"))
    others = [one.confidence for one in found.runners_up]
    assert others == sorted(others, reverse=True)
    assert {found.kind, *(one.kind for one in found.runners_up)} == set(KINDS)
    assert found.confidence + sum(others) == pytest.approx(1.0, abs=1e-3)
    assert found.confidence >= others[0]


@given(st.dictionaries(st.sampled_from(sorted(released()[0].means)), st.floats(-1e6, 1e6)))
def test_any_measures_give_probabilities_below_the_ceiling(measured: dict[str, float]) -> None:
    model, _ = released()
    likely = model.probabilities(measured)
    assert sum(likely.values()) == pytest.approx(1.0)
    assert min(likely.values()) >= 0
    assert max(likely.values()) <= model.ceiling + 1e-9


def test_who_names_a_schema_is_not_second_guessed() -> None:
    layout = shown(screen(), "Error")
    assert route([layout], Options(schema_name="receipt")) is None
    assert route([layout], Options(schema_name=AUTO, json_schema={"type": "object"})) is None
    assert routed(Options(schema_name="receipt"), None).schema_name == "receipt"


def routing(kind: Kind, confidence: float) -> Routing:
    others = tuple(
        KindScore(kind=one, confidence=(1 - confidence) / 6) for one in KINDS if one != kind
    )
    return Routing(kind=kind, schema_name=SCHEMA_OF[kind], confidence=confidence, runners_up=others)


ACCEPT = Decision(outcome="accept", target_precision=0.9)


def test_a_kind_that_is_unsure_is_never_accepted_unseen() -> None:
    assert under(ACCEPT, routing("receipt", 0.95)) == ACCEPT
    doubted = under(ACCEPT, routing("receipt", 0.6))
    assert doubted.outcome == "review"
    assert doubted.reasons[0].code == "kind_uncertain"


@pytest.mark.parametrize("kind", ["photo", "no_document"])
def test_where_nothing_can_be_read_another_picture_is_asked_for(kind: Kind) -> None:
    ruled = under(ACCEPT, routing(kind, 0.97))
    assert ruled.outcome == "reupload"
    assert ruled.reasons[0].code == kind


def test_a_word_that_only_looks_like_one_of_trouble_speaks_for_nothing() -> None:
    assert not list(spoken([page_of("Filled")]))
    assert {one.word_list for one in spoken([page_of("Failed")])} == {"error"}
