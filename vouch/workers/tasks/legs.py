"""The four legs with their stores: load what the leg before left, run, leave it for the next."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

from vouch.schemas.errors import JobNotFound
from vouch.schemas.job import LEGS, Job, Leg, Stage
from vouch.schemas.perception import Perception
from vouch.schemas.value import Value
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import page_key
from vouch.workers import pipeline
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage
from vouch.workers.progress import Progress
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import IngestLimits
from vouch.workers.tasks.budget import PixelBudget
from vouch.workers.wire import Depicted, Interpreted, Perceived, from_png, to_png

_Left = TypeVar("_Left", bound=Value)


@dataclass(frozen=True, slots=True)
class Workplace:
    """All that the legs of one process work with. Queues without a model leave theirs None."""

    jobs: AttemptStore
    blobs: BlobStore
    limits: IngestLimits
    engines: Engines | None = None
    vision: VisionModel | None = None
    second_looks: int = 0
    """Fields that the VLM may be asked about twice."""
    budget: PixelBudget = field(default_factory=PixelBudget)
    """Of all pages that the VLM is being shown."""


def run_leg(leg: Leg, place: Workplace, job: Job) -> None:
    """Do one leg of a job, unless it has been done before."""
    if leg == "conclude":
        _conclude(place, job)
    elif leg not in job.hand_overs:
        left = _RUN[leg](place, job)
        key = place.blobs.put_content(job.id, leg, left.model_dump_json().encode())
        place.jobs.hand_over(job.id, job.attempt, leg, key)


def next_leg(leg: Leg) -> Leg | None:
    """What follows; None after the last."""
    following = LEGS.index(leg) + 1
    return LEGS[following] if following < len(LEGS) else None


def _depict(place: Workplace, job: Job) -> Depicted:
    progress = _progress(place, job)
    content = _blob(place, job.upload)
    source, pages = pipeline.depict(content, job.filename, place.limits, progress)
    for seen in pages:
        place.blobs.put(page_key(job.id, seen.page.number), to_png(seen.image))
    return Depicted(
        source=source,
        pages=tuple(seen.page for seen in pages),
        qualities=tuple(seen.quality for seen in pages),
        timings=progress.timings,
    )


def _perceive(place: Workplace, job: Job) -> Perceived:
    if place.engines is None:
        raise RuntimeError("this worker was started without the engines of its queue")
    depicted = _left(place, job, "depict", Depicted)
    progress = _progress(place, job, depicted.timings)
    perception = Perception(
        source=depicted.source,
        pages=depicted.pages,
        qualities=depicted.qualities,
        layouts=pipeline.perceive(_pages(place, job, depicted), place.engines, progress),
        identities=place.engines.identities(depicted.pages[0]),
    )
    return Perceived(perception=perception, timings=progress.timings)


def _interpret(place: Workplace, job: Job) -> Interpreted:
    perceived = _left(place, job, "perceive", Perceived)
    seen = perceived.perception
    progress = _progress(place, job, perceived.timings)
    # without a model nobody looks at the pixels, and decoding them is most of the leg
    is_asked = place.vision is not None and job.options.readers != "rules"
    pixels = sum(page.width * page.height for page in seen.pages)
    with place.budget.of(pixels) if is_asked else nullcontext():
        pages = _pages(place, job, seen) if is_asked else []
        interpretation = pipeline.interpret(
            pages, seen.layouts, job.options, place.vision, progress, place.second_looks
        )
    return Interpreted(
        interpretation=interpretation,
        vlm=None if place.vision is None else place.vision.identity,
        timings=progress.timings,
    )


def _conclude(place: Workplace, job: Job) -> None:
    perception = _left(place, job, "perceive", Perceived).perception
    interpreted = _left(place, job, "interpret", Interpreted)
    progress = _progress(place, job, interpreted.timings)
    identities = perception.identities.model_copy(update={"vlm": interpreted.vlm})
    record = pipeline.conclude(
        perception.model_copy(update={"identities": identities}),
        interpreted.interpretation,
        job.options,
        progress,
        job.id,
    )
    place.jobs.succeed(job.id, job.attempt, record)


_RUN: dict[Leg, Callable[[Workplace, Job], Value]] = {
    "depict": _depict,
    "perceive": _perceive,
    "interpret": _interpret,
}


def _progress(place: Workplace, job: Job, timings: dict[str, float] | None = None) -> Progress:
    """Tells the job store of every stage that begins; StaleAttempt there stops the leg."""

    def enter(stage: Stage) -> None:
        place.jobs.enter(job.id, job.attempt, stage)

    return Progress(enter, dict(timings or {}))


def _left(place: Workplace, job: Job, leg: Leg, kind: type[_Left]) -> _Left:
    """What an earlier leg left."""
    return kind.model_validate_json(_blob(place, job.hand_overs[leg]))


def _pages(place: Workplace, job: Job, seen: Depicted | Perception) -> list[AssessedPage]:
    return [
        AssessedPage(page, from_png(_blob(place, page_key(job.id, page.number))), quality)
        for page, quality in zip(seen.pages, seen.qualities, strict=True)
    ]


def _blob(place: Workplace, key: str) -> bytes:
    """A blob of a job that exists: when it is gone, the job has been purged meanwhile."""
    content = place.blobs.get(key)
    if content is None:
        raise JobNotFound("the job's blobs have been purged")
    return content
