"""The four legs with their stores: load what the leg before left, run, leave it for the next."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from vouch.schemas.errors import VouchError
from vouch.schemas.job import Job, Leg, Stage, Ticket
from vouch.schemas.partial import PagePart, PartLine
from vouch.schemas.perception import Perception
from vouch.schemas.record import Record
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import page_key, part_key
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.workers import pipeline
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage
from vouch.workers.progress import Progress
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.assess import assess_text
from vouch.workers.tasks.budget import Budget
from vouch.workers.tasks.counting import leg_counts, record_counts
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.wire import Depicted, Interpreted, Perceived, from_png, to_png

_Left = TypeVar("_Left", bound=Value)
Ending = Callable[[], tuple[Ticket, ...]]
"""The write that ends a leg. It may be tried again: said twice, it is done once."""


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
    pixels: Budget = field(default_factory=Budget)
    """Of all pages that the VLM is being shown."""
    seats: Budget = field(default_factory=lambda: Budget(1))
    """Legs that may be under way at the same time."""
    tracer: Tracer = NO_TRACER


def run_leg(leg: Leg, place: Workplace, hold: Hold) -> Ending:
    """Do one leg of a job. What remains is to write that it is done."""
    job, started = hold.job, time.perf_counter()
    if leg == "conclude":
        record = _conclude(place, hold)
        place.tracer.note({"vouch.outcome": record.decision.outcome})
        seconds = _since(started)
        counts = record_counts(job, record, seconds, datetime.now(UTC))
        return partial(place.jobs.succeed, job.id, job.attempt, record, seconds, counts)
    left = _RUN[leg](place, hold)
    key = place.blobs.put_content(job.id, leg, left.model_dump_json().encode())
    seconds = _since(started)
    counts = leg_counts(leg, seconds, left.timings)
    return partial(place.jobs.hand_over, job.id, job.attempt, leg, key, seconds, counts)


def _depict(place: Workplace, hold: Hold) -> Depicted:
    job, progress = hold.job, _progress(place, hold)
    content = _blob(place, hold, job.upload)
    source, pages = pipeline.depict(content, job.filename, place.limits, progress)
    hold.tell(partial(place.jobs.pages_read, job.id, job.attempt, 0, len(pages)))
    place.tracer.note({"vouch.pages": len(pages)})
    for seen in pages:
        progress.checkpoint()
        place.blobs.put(page_key(job.id, seen.page.number), to_png(seen.image))
    return Depicted(
        source=source,
        pages=tuple(seen.page for seen in pages),
        qualities=tuple(seen.quality for seen in pages),
        timings=progress.timings,
    )


def _perceive(place: Workplace, hold: Hold) -> Perceived:
    if place.engines is None:
        raise RuntimeError("this worker was started without the engines of its queue")
    depicted = _left(place, hold, "depict", Depicted)
    progress = _progress(place, hold, depicted.timings)

    def leave(layout: PageLayout) -> None:
        hold.tell(lambda: _leave_part(place, hold.job, depicted, layout))

    pages = _pages(place, hold, depicted)
    perception = Perception(
        source=depicted.source,
        pages=depicted.pages,
        qualities=depicted.qualities,
        layouts=pipeline.perceive(pages, place.engines, progress, leave),
        identities=place.engines.identities(depicted.pages[0]),
    )
    return Perceived(perception=perception, timings=progress.timings)


def _leave_part(place: Workplace, job: Job, depicted: Depicted, layout: PageLayout) -> None:
    """Let those who watch the job see a page before the others are read."""
    quality = assess_text(depicted.qualities[layout.page - 1], layout.tokens)
    part = PagePart(
        number=layout.page,
        width=depicted.pages[layout.page - 1].width,
        height=depicted.pages[layout.page - 1].height,
        issues=quality.issues,
        lines=tuple(
            PartLine(text=line.text, polygon=layout.tokens.transform.polygon(line.bbox.polygon))
            for line in layout.lines
        ),
    )
    place.blobs.put(part_key(job.id, part.number), part.model_dump_json().encode())
    place.jobs.pages_read(job.id, job.attempt, part.number, len(depicted.pages))


def _interpret(place: Workplace, hold: Hold) -> Interpreted:
    job = hold.job
    perceived = _left(place, hold, "perceive", Perceived)
    seen = perceived.perception
    progress = _progress(place, hold, perceived.timings)
    # without a model nobody looks at the pixels, and decoding them is most of the leg
    is_asked = place.vision is not None and job.options.readers != "rules"
    pixels = sum(page.width * page.height for page in seen.pages)
    with place.pixels.of(pixels) if is_asked else nullcontext():
        pages = list(_pages(place, hold, seen)) if is_asked else []
        interpretation = pipeline.interpret(
            pages, seen.layouts, job.options, place.vision, progress, place.second_looks
        )
    return Interpreted(
        interpretation=interpretation,
        vlm=None if place.vision is None else place.vision.identity,
        timings=progress.timings,
    )


def _conclude(place: Workplace, hold: Hold) -> Record:
    perception = _left(place, hold, "perceive", Perceived).perception
    interpreted = _left(place, hold, "interpret", Interpreted)
    identities = perception.identities.model_copy(update={"vlm": interpreted.vlm})
    return pipeline.conclude(
        perception.model_copy(update={"identities": identities}),
        interpreted.interpretation,
        hold.job.options,
        _progress(place, hold, interpreted.timings),
        hold.job.id,
    )


_RUN: dict[Leg, Callable[[Workplace, Hold], Depicted | Perceived | Interpreted]] = {
    "depict": _depict,
    "perceive": _perceive,
    "interpret": _interpret,
}


def _progress(place: Workplace, hold: Hold, timings: dict[str, float] | None = None) -> Progress:
    """Tells the job store of every stage that begins; stops when the leg is lost."""

    def enter(stage: Stage) -> None:
        hold.tell(partial(place.jobs.enter, hold.job.id, hold.job.attempt, stage))

    def span(stage: Stage) -> AbstractContextManager[None]:
        return place.tracer.span(f"stage {stage}")

    return Progress(enter, dict(timings or {}), hold.why_lost, span)


def _left(place: Workplace, hold: Hold, leg: Leg, kind: type[_Left]) -> _Left:
    """What an earlier leg left."""
    return kind.model_validate_json(_blob(place, hold, hold.job.hand_overs[leg]))


def _pages(place: Workplace, hold: Hold, seen: Depicted | Perception) -> Iterator[AssessedPage]:
    """One by one, as a page's pixels take much room."""
    for page, quality in zip(seen.pages, seen.qualities, strict=True):
        picture = _blob(place, hold, page_key(hold.job.id, page.number))
        yield AssessedPage(page, from_png(picture), quality)


def _blob(place: Workplace, hold: Hold, key: str) -> bytes:
    """A blob of a job. JobNotFound, StaleAttempt when it is gone because the job is."""
    content = place.blobs.get(key)
    if content is None:
        place.jobs.beat(hold.job.id, hold.job.attempt)
        raise VouchError("a blob of the job is not in the store any more")
    return content


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)
