"""The one line, from bytes to record, in four legs: one a Celery task each, or all in this process.

depict      ingest → assess           bytes → assessed pages
perceive    read → segment            pages → tokens, lines, regions
interpret   route → extract           the VLM's draft, or why there is none
conclude    read_rules → ground → check → score → decide → Record
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from vouch.schemas.builtin import wanted_schema
from vouch.schemas.document import Page, Quality
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options, Stage
from vouch.schemas.page_range import page_ranges
from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.record import Record
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines
from vouch.workers.conclusion import conclude, rules_draft
from vouch.workers.images import AssessedPage, Lazy, RgbImage, Spool
from vouch.workers.judgements import judgement_for
from vouch.workers.progress import Progress
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.apart import alone, around
from vouch.workers.stages.asking import completed
from vouch.workers.stages.assess import assess
from vouch.workers.stages.elements.detect import detect_elements
from vouch.workers.stages.elements.wanting import wants_elements
from vouch.workers.stages.extract import extract, look_again, question
from vouch.workers.stages.ingest import ingest, source_of
from vouch.workers.stages.marks import marks_of, wants_marks
from vouch.workers.stages.read import read
from vouch.workers.stages.route import route, routed
from vouch.workers.stages.routing.glance import glanced
from vouch.workers.stages.routing.look import look_of
from vouch.workers.stages.ruling import rules_of, wants_rules
from vouch.workers.stages.second_look import in_doubt
from vouch.workers.stages.segment import segment
from vouch.workers.stages.split import Extent, documents_in


def depict(
    content: bytes, limits: IngestLimits, progress: Progress, wanted: str | None = None
) -> Iterator[AssessedPage]:
    """Bytes → upright pages with their quality, each when it is asked for.

    InputError when the bytes cannot be a document. `wanted` says which pages, as in "1-3,7".
    """
    ranges = None if wanted is None else page_ranges(wanted)
    pages = ingest(content, limits, ranges, progress.checkpoint)
    while True:
        with progress.stage("ingest"):
            seen = next(pages, None)
        if seen is None:
            return
        with progress.stage("assess"):
            shown = AssessedPage(seen.page, seen.image, assess(seen.image))
        yield shown


def perceive(
    pages: Iterable[AssessedPage], engines: Engines, progress: Progress, options: Options
) -> tuple[PageLayout, ...]:
    """Pages → what is printed on them and where."""
    return tuple(perceive_page(seen, engines, progress, options) for seen in pages)


def perceive_page(
    seen: AssessedPage, engines: Engines, progress: Progress, options: Options
) -> PageLayout:
    """One page → what is printed on it and where; the elements of a screen, if they are wanted."""
    with progress.stage("read"):
        text = read(seen.page, seen.image, engines.ocr, progress.checkpoint)
    with progress.stage("segment"):
        image = upright(seen.image, text.turn)
        layout = segment(text, seen.page, image, engines.layout_for(seen.page))
        look = glanced(look_of(seen.page, image), image, engines.clip)
        elements = (
            detect_elements(image, text, layout.lines, engines.elements)
            if wants_elements(options, seen.page, look)
            else ()
        )
        marks = marks_of(image, text.tokens) if wants_marks(options, seen.page) else ()
        rules = rules_of(image, text.tokens) if wants_rules(options) else ()
        seen_too = {"look": look, "elements": elements, "marks": marks, "rules": rules}
        return layout.model_copy(update=seen_too)


def interpret(
    pages: Sequence[AssessedPage],
    layouts: Sequence[PageLayout],
    options: Options,
    vision: VisionModel | None,
    progress: Progress,
    second_looks: int = 0,
) -> Interpretation:
    """Layouts → the VLM reader's draft. `pages` may be empty when there is no model to look.

    The model is asked once more about at most `second_looks` decisive fields that are in doubt.
    """
    with progress.stage("route"):
        routing = route(layouts, options)
        options = routed(options, routing)
        documents = documents_in(layouts, options)
    told = [
        _told(
            _shown(pages, layouts, document) if pages else (),
            document.of(layouts),
            options,
            vision,
            progress,
            second_looks,
        )
        for document in documents
    ]
    parts = tuple(
        one.model_copy(
            update={
                "pages": tuple(layouts[place].page for place in document.places),
                "words": document.words,
            }
        )
        for one, document in zip(told, documents, strict=True)
    )
    several = {"parts": parts if len(parts) > 1 else (), "routing": routing}
    return told[0].model_copy(update=several)


def _shown(
    pages: Sequence[AssessedPage], layouts: Sequence[PageLayout], document: Extent
) -> Sequence[AssessedPage]:
    """The pages of a document; of a page that it shares with others, only where it stands."""
    own = pages[document.places.start : document.places.stop]
    if not document.words:
        return own
    layout = layouts[document.places.start]
    area = layout.tokens.transform.polygon(around(layout, document.words).polygon)
    return Lazy(1, lambda _: replace(own[0], image=alone(own[0].image, Bbox.around(area))))


def _told(
    pages: Sequence[AssessedPage],
    layouts: Sequence[PageLayout],
    options: Options,
    vision: VisionModel | None,
    progress: Progress,
    second_looks: int,
) -> Interpretation:
    """What the model says, under a schema that is known."""
    schema = wanted_schema(options)
    with progress.stage("extract"):
        if options.readers == "rules":
            return Interpretation(schema_name=schema.name, draft=None, degraded=None)
        images = Lazy(
            len(pages), lambda place: upright(pages[place].image, layouts[place].tokens.turn)
        )
        asked = question(layouts, images, schema, options, progress.is_wanted)
        first = completed(extract(asked, vision), layouts, options)
        progress.checkpoint()
        asked_once = options.task in ("ask", "locate")  # the caller's own question
        if first.draft is None or vision is None or asked_once or vision.wording == "terse":
            return first
        rules = rules_draft(layouts, options)
        decisive = judgement_for(schema).policy.decisive
        doubted = in_doubt(rules, first.draft, decisive, second_looks)
        if not doubted:
            return first
        second = look_again(first, asked, (rules, first.draft), doubted, vision)
    progress.checkpoint()
    return second


def see(
    pages: Iterable[AssessedPage],
    content: bytes,
    filename: str | None,
    engines: Engines,
    progress: Progress,
    options: Options,
) -> Perception:
    """The legs that need OCR: all that is printed on a document's pages, one after the other."""
    seen: list[tuple[Page, Quality, PageLayout]] = []
    for shown in pages:
        layout = perceive_page(shown, engines, progress, options)
        seen.append((shown.page, shown.quality, layout))
    depicted, qualities, layouts = zip(*seen, strict=True)
    return Perception(
        source=source_of(content, filename, len(seen)),
        pages=depicted,
        qualities=qualities,
        layouts=layouts,
        identities=engines.identities(depicted[0]),
    )


def run(
    content: bytes,
    options: Options,
    engines: Engines,
    limits: IngestLimits,
    filename: str | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    on_seen: Callable[[Perception], None] | None = None,
) -> Record:
    """The whole line in this process: what `vouch extract --local` and most tests call.

    `on_seen` is told all that is printed on the pages, before anybody asks what it means.
    """
    progress = Progress(on_stage)
    with Spool() as spool:
        pages = depict(content, limits, progress, options.pages)
        if engines.vision is not None or options.redact is not None:
            pages = spool.passing(pages)  # they will be looked at once more
        perception = see(pages, content, filename, engines, progress, options)
        if on_seen is not None:
            on_seen(perception)
        interpretation = interpret(
            spool.pages, perception.layouts, options, engines.vision, progress, engines.second_looks
        )
        return conclude(
            perception,
            interpretation,
            options,
            progress,
            uuid.uuid4().hex,
            pictures=spool.picture,
        )


def upright(image: RgbImage, turn: int) -> RgbImage:
    """The page's pixels turned counter-clockwise by a multiple of 90 degrees."""
    return image if turn == 0 else np.ascontiguousarray(np.rot90(image, turn // 90))
