"""The four legs with their stores: load what the leg before left, run, leave it for the next."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from vouch.schemas.document import Page, Quality
from vouch.schemas.job import Leg, Stage, Ticket
from vouch.schemas.perception import Perception
from vouch.schemas.record import Record
from vouch.schemas.value import Value
from vouch.storage.likeness import packed
from vouch.workers import pipeline
from vouch.workers.conclusion import conclude
from vouch.workers.images import Lazy, to_png
from vouch.workers.progress import Progress
from vouch.workers.stages.extract import WINDOW
from vouch.workers.stages.ingest import source_of
from vouch.workers.tasks.counting import leg_counts, record_counts
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.tasks.masking import masked_conclusion, picture_of
from vouch.workers.tasks.perceiving import perceived_pages
from vouch.workers.tasks.workplace import Workplace, assessed, blob_of, picture_key
from vouch.workers.wire import Depicted, Interpreted, Perceived

_Left = TypeVar("_Left", bound=Value)
Ending = Callable[[], tuple[Ticket, ...]]
"""The write that ends a leg. It may be tried again: said twice, it is done once."""


def run_leg(leg: Leg, place: Workplace, hold: Hold) -> Ending:
    """Do one leg of a job. What remains is to write that it is done."""
    job, started = hold.job, time.perf_counter()
    if leg == "conclude":
        record, embedding = _conclude(place, hold)
        place.tracer.note({"vouch.outcome": record.decision.outcome})
        seconds = _since(started)
        counts = record_counts(job, record, seconds, datetime.now(UTC))
        return partial(place.jobs.succeed, job.id, job.attempt, record, seconds, counts, embedding)
    left = _RUN[leg](place, hold)
    key = place.blobs.put_content(job.id, leg, left.model_dump_json().encode())
    seconds = _since(started)
    counts = leg_counts(leg, seconds, left.timings)
    return partial(place.jobs.hand_over, job.id, job.attempt, leg, key, seconds, counts)


def _depict(place: Workplace, hold: Hold) -> Depicted:
    job, progress = hold.job, _progress(place, hold)
    content = blob_of(place, hold, job.upload)
    pages: list[Page] = []
    qualities: list[Quality] = []
    for seen in pipeline.depict(content, place.limits, progress, job.options.pages):
        progress.checkpoint()
        place.blobs.put(picture_key(job, seen.page.number), to_png(seen.image))
        pages.append(seen.page)
        qualities.append(seen.quality)
    hold.tell(partial(place.jobs.pages_read, job.id, job.attempt, 0, len(pages)))
    place.tracer.note({"vouch.pages": len(pages)})
    return Depicted(
        source=source_of(content, job.filename, len(pages)),
        pages=tuple(pages),
        qualities=tuple(qualities),
        timings=progress.timings,
    )


def _perceive(place: Workplace, hold: Hold) -> Perceived:
    if place.engines is None:
        raise RuntimeError("this worker was started without the engines of its queue")
    depicted = _left(place, hold, "depict", Depicted)
    progress = _progress(place, hold, depicted.timings)
    perception = Perception(
        source=depicted.source,
        pages=depicted.pages,
        qualities=depicted.qualities,
        layouts=perceived_pages(place, hold, depicted, place.engines, progress),
        identities=place.engines.identities(depicted.pages[0]),
    )
    return Perceived(perception=perception, timings=progress.timings)


def _interpret(place: Workplace, hold: Hold) -> Interpreted:
    job = hold.job
    perceived = _left(place, hold, "perceive", Perceived)
    seen = perceived.perception
    progress = _progress(place, hold, perceived.timings)
    # without a model nobody looks at the pixels
    is_asked = place.vision is not None and job.options.readers != "rules"
    pixels = sorted((page.width * page.height for page in seen.pages), reverse=True)
    with place.pixels.of(sum(pixels[:WINDOW])) if is_asked else nullcontext():
        pages = Lazy(
            len(seen.pages) if is_asked else 0,
            lambda at: assessed(place, hold, seen.pages[at], seen.qualities[at]),
        )
        interpretation = pipeline.interpret(
            pages, seen.layouts, job.options, place.vision, progress, place.second_looks
        )
    return Interpreted(
        interpretation=interpretation,
        vlm=None if place.vision is None else place.vision.identity,
        timings=progress.timings,
    )


def _conclude(place: Workplace, hold: Hold) -> tuple[Record, str]:
    """The record, and what a picture model made of the first page; "" where there is none."""
    if hold.job.options.redact is not None:
        # an embedding would tell something of what is masked
        return masked_conclusion(place, hold, partial(_concluded, place, hold)), ""
    record, perception = _concluded(place, hold)
    return record, _embedding(perception)


def _embedding(perception: Perception) -> str:
    look, model = perception.layouts[0].look, perception.identities.clip
    if model is None or look is None or not look.embedding:
        return ""
    return packed(model.digest, look.embedding)


def _concluded(place: Workplace, hold: Hold) -> tuple[Record, Perception]:
    """The record, and what it was made of."""
    perception = _left(place, hold, "perceive", Perceived).perception
    interpreted = _left(place, hold, "interpret", Interpreted)
    identities = perception.identities.model_copy(update={"vlm": interpreted.vlm})
    record = conclude(
        perception.model_copy(update={"identities": identities}),
        interpreted.interpretation,
        hold.job.options,
        _progress(place, hold, interpreted.timings),
        hold.job.id,
        pictures=partial(picture_of, place, hold),
    )
    return record, perception


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
    return kind.model_validate_json(blob_of(place, hold, hold.job.hand_overs[leg]))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)
