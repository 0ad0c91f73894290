"""Work that nobody wants any more stops at its next checkpoint; pages are told one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.workers.stages.documents import quality
from vouch.schemas.document import Page
from vouch.schemas.errors import JobNotFound, VouchError
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Options, Stage
from vouch.schemas.perception import Drafted
from vouch.schemas.text import Token
from vouch.workers.app import Engines, build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.engines.fake_vlm import FakeVlm
from vouch.workers.images import AssessedPage, RgbImage
from vouch.workers.pipeline import interpret, perceive
from vouch.workers.progress import Progress
from vouch.workers.protocols import Question
from vouch.workers.settings import WorkerSettings

GONE = JobNotFound("deleted meanwhile")


class Wish:
    """What callers may take back."""

    def __init__(self) -> None:
        self.ended: VouchError | None = None

    def end(self) -> None:
        self.ended = GONE


@dataclass(frozen=True, slots=True)
class Fickle(FakeOcr):
    """While it looks for text, its caller loses interest."""

    wish: Wish | None = None

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        if self.wish is not None:
            self.wish.end()
        return FakeOcr.detect(self, image, side)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        raise AssertionError("nobody wants to know")


@dataclass(frozen=True, slots=True)
class Deserted(FakeVlm):
    """While it thinks, its caller loses interest."""

    wish: Wish

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        assert all(question.is_wanted() for question in questions)
        self.wish.end()
        assert not any(question.is_wanted() for question in questions)
        return FakeVlm.draft(self, questions)


@pytest.fixture
def wish() -> Wish:
    return Wish()


@pytest.fixture(scope="module")
def pages() -> tuple[AssessedPage, ...]:
    """Three on which the fake OCR sees a receipt."""
    blank = np.full((900, 600, 3), 255, np.uint8)
    return tuple(
        AssessedPage(Page(number=number, width=600, height=900), blank, quality())
        for number in (1, 2, 3)
    )


@pytest.fixture(scope="module")
def engines() -> Engines:
    return build_engines(WorkerSettings(ocr="fake"))


def test_each_page_is_read_before_the_next_is_looked_at(
    pages: tuple[AssessedPage, ...], engines: Engines
) -> None:
    told: list[str] = []

    def looked_at() -> Iterator[AssessedPage]:
        for page in pages:
            told.append(f"page {page.page.number}")
            yield page

    progress = Progress(told.append)
    layouts = perceive(looked_at(), engines, progress, Options())
    assert told == ["page 1", "read", "segment", "page 2", "page 3"]
    assert [layout.page for layout in layouts] == [1, 2, 3]


def test_seconds_of_all_pages_add_up() -> None:
    progress = Progress(timings={"ingest": 2.0})
    for _ in range(3):
        with progress.stage("ingest"):
            pass
    assert 2.0 <= progress.timings["ingest"] < 3.0


def test_a_stage_does_not_begin_for_nobody(wish: Wish) -> None:
    entered: list[Stage] = []
    progress = Progress(entered.append, ended_by=lambda: wish.ended)
    wish.end()
    with pytest.raises(JobNotFound), progress.stage("read"):
        raise AssertionError("nobody wants to know")
    assert (entered, progress.timings) == ([], {})


def test_ocr_stops_between_finding_text_and_reading_it(
    pages: tuple[AssessedPage, ...], engines: Engines, wish: Wish
) -> None:
    progress = Progress(ended_by=lambda: wish.ended)
    with pytest.raises(JobNotFound):
        perceive(pages, replace(engines, ocr=Fickle(wish=wish)), progress, Options())


def test_an_answer_that_nobody_waited_for_is_dropped(
    pages: tuple[AssessedPage, ...], engines: Engines, wish: Wish
) -> None:
    layouts = perceive(pages, engines, Progress(), Options())
    progress = Progress(ended_by=lambda: wish.ended)
    with pytest.raises(JobNotFound):
        interpret(pages, layouts, Options(), Deserted(wish), progress)
