"""What many legs hold between them, such as pixels: real threads."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vouch.schemas.job import Job
from vouch.schemas.perception import Drafted
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_vlm import FakeVlm
from vouch.workers.protocols import Question
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.budget import Budget
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.tasks.legs import run_leg
from vouch.workers.tasks.workplace import Workplace

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt.jpg"

TOO_LONG = 30.0
"""Seconds that no thread of a correct budget waits."""


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def hold(budget: Budget, pixels: int, entered: threading.Event) -> float:
    """All pixels that were held when these were."""
    with budget.of(pixels):
        entered.set()
        return budget.held


def test_what_has_no_room_waits_for_it(threads: ThreadPoolExecutor) -> None:
    budget, entered = Budget(100), threading.Event()
    with budget.of(60):
        late = threads.submit(hold, budget, 60, entered)
        assert not entered.wait(0.1)
    assert late.result(TOO_LONG) == 60
    assert budget.held == 0


def test_as_many_as_have_room_go_together(threads: ThreadPoolExecutor) -> None:
    """Fifteen legs in threes, each of which goes on only when it has company."""
    budget, company = Budget(100), threading.Barrier(3, timeout=TOO_LONG)

    def leg() -> float:
        with budget.of(33):
            company.wait()
            return budget.held

    legs = [threads.submit(leg) for _ in range(15)]
    assert max(each.result(TOO_LONG) for each in legs) <= 99


def test_more_than_everything_is_held_alone_and_not_forgotten(threads: ThreadPoolExecutor) -> None:
    budget, large, small = Budget(100), threading.Event(), threading.Event()
    with budget.of(10):
        alone = threads.submit(hold, budget, 500, large)
        assert not large.wait(0.1)
        after = threads.submit(hold, budget, 10, small)
        assert not small.wait(0.1)  # there is room, but it is not its turn
    assert alone.result(TOO_LONG) == 500
    assert after.result(TOO_LONG) == 10
    assert budget.held == 0


def test_a_leg_that_fails_gives_its_pixels_back() -> None:
    budget = Budget(100)
    with pytest.raises(RuntimeError), budget.of(60):
        raise RuntimeError
    assert budget.held == 0


@dataclass(frozen=True, slots=True)
class Witness(FakeVlm):
    """Notes the pixels that it is shown, and those that are held meanwhile."""

    budget: Budget
    seen: list[tuple[int, float]] = field(default_factory=list)

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        shown = sum(image[..., 0].size for asked in questions for image in asked.images)
        self.seen.append((shown, self.budget.held))
        return FakeVlm.draft(self, questions)


async def test_a_leg_holds_the_pixels_of_its_pages_while_the_model_looks(
    jobs: JobStore, attempts: AttemptStore, blobs: BlobStore, job: Job
) -> None:
    budget = Budget(1)
    witness = Witness(budget)
    engines = build_engines(WorkerSettings(ocr="fake"))
    place = Workplace(attempts, blobs, IngestLimits(), engines, witness, pixels=budget)
    key = blobs.put_content(job.id, "upload", SAMPLE.read_bytes())
    await jobs.submit(job.model_copy(update={"upload": key}))
    for leg in ("depict", "perceive", "interpret"):
        run_leg(leg, place, Hold(attempts.claim(job.id, job.attempt, leg)))()
    ((shown, held),) = witness.seen
    assert held == shown > 1
    assert budget.held == 0
