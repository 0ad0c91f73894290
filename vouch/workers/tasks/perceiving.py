"""The leg `perceive`, page by page: what has been read stays read, whoever is killed."""

import hashlib
from functools import partial

from vouch.schemas.document import Page, Quality
from vouch.schemas.job import Job
from vouch.schemas.text import PageLayout
from vouch.storage.keys import layout_key, part_key
from vouch.workers import pipeline
from vouch.workers.app import Engines
from vouch.workers.progress import Progress
from vouch.workers.stages.redact import masked_layouts
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.tasks.parts import part_of
from vouch.workers.tasks.workplace import Workplace, assessed
from vouch.workers.wire import Depicted


def perceived_pages(
    place: Workplace, hold: Hold, depicted: Depicted, engines: Engines, progress: Progress
) -> tuple[PageLayout, ...]:
    """What is printed on each page. A page that an earlier attempt has read is not read again.

    Long documents take minutes: a worker that is stopped or killed loses the page at hand.
    """
    layouts = []
    pages = len(depicted.pages)
    shown = zip(depicted.pages, depicted.qualities, strict=True)
    for read, (page, quality) in enumerate(shown, start=1):
        progress.checkpoint()
        layouts.append(_perceived(place, hold, page, quality, engines, progress))
        hold.tell(partial(place.jobs.pages_read, hold.job.id, hold.job.attempt, read, pages))
    return tuple(layouts)


def _perceived(
    place: Workplace, hold: Hold, page: Page, quality: Quality, engines: Engines, progress: Progress
) -> PageLayout:
    key = layout_key(hold.job.id, page.number, _digest(engines, page))
    known = place.blobs.get(key)
    if known is not None:
        return PageLayout.model_validate_json(known)
    layout = pipeline.perceive_page(
        assessed(place, hold, page, quality), engines, progress, hold.job.options
    )
    _leave_part(place, hold.job, page, quality, layout)
    place.blobs.put(key, layout.model_dump_json().encode())
    return layout


def _leave_part(
    place: Workplace, job: Job, page: Page, quality: Quality, layout: PageLayout
) -> None:
    """Let those who watch the job see a page before the others are read, masked if they wish so."""
    if job.options.redact is not None:
        (layout,) = masked_layouts([layout], job.options.redact)
    part = part_of(page, quality, layout)
    place.blobs.put(part_key(job.id, part.number), part.model_dump_json().encode())


def _digest(engines: Engines, page: Page) -> str:
    """Of the models that read this page: others would read it in their own way."""
    seen = engines.identities(page)
    models = [one for one in (seen.ocr, seen.layout, seen.elements, seen.clip) if one]
    text = "\n".join(f"{model.name} {model.digest}" for model in models)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
