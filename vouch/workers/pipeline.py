"""The one line, from bytes to record, in four legs: one a Celery task each, or all in this process.

depict      ingest → assess           bytes → assessed pages
perceive    read → segment            pages → tokens, lines, regions
interpret   route → extract           the VLM's draft, or why there is none
conclude    read_rules → ground → check → score → decide → Record
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from vouch.schemas.builtin import wanted_schema
from vouch.schemas.document import Page, Quality
from vouch.schemas.draft import Draft
from vouch.schemas.errors import RedactionFailed
from vouch.schemas.grounding import Check, GroundedField, ScoredField
from vouch.schemas.job import Options, Stage
from vouch.schemas.page_range import page_ranges
from vouch.schemas.perception import Identities, Interpretation, Perception
from vouch.schemas.record import Engine, Provenance, Record, SchemaRef
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage, Lazy, RgbImage, Spool
from vouch.workers.judgements import Judgement, judgement_for
from vouch.workers.progress import Progress
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.assemble import Understanding, assemble
from vouch.workers.stages.assess import assess, assess_text
from vouch.workers.stages.check import check
from vouch.workers.stages.decide import decide
from vouch.workers.stages.extract import extract, look_again, question
from vouch.workers.stages.fuse import fuse
from vouch.workers.stages.ground import ground
from vouch.workers.stages.ingest import ingest, source_of
from vouch.workers.stages.read import read
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.redact import Pictures, Shown, redact
from vouch.workers.stages.route import route, routed
from vouch.workers.stages.routing.look import look_of
from vouch.workers.stages.routing.model import released
from vouch.workers.stages.routing.ruling import under
from vouch.workers.stages.score import alone, score
from vouch.workers.stages.second_look import in_doubt, settled
from vouch.workers.stages.segment import segment

UNMEASURED = 0.5
"""A VLM that nobody measured leads only where the rules are likelier wrong than right."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The fields after grounding, checking and scoring."""

    grounded: tuple[GroundedField, ...]
    checks: tuple[Check, ...]
    scored: tuple[ScoredField, ...]


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
    pages: Iterable[AssessedPage], engines: Engines, progress: Progress
) -> tuple[PageLayout, ...]:
    """Pages → what is printed on them and where."""
    return tuple(perceive_page(seen, engines, progress) for seen in pages)


def perceive_page(seen: AssessedPage, engines: Engines, progress: Progress) -> PageLayout:
    """One page → what is printed on it and where."""
    with progress.stage("read"):
        text = read(seen.page, seen.image, engines.ocr, progress.checkpoint)
    with progress.stage("segment"):
        image = upright(seen.image, text.turn)
        layout = segment(text, seen.page, image, engines.layout_for(seen.page))
        return layout.model_copy(update={"look": look_of(seen.page, image)})


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
    told = _told(pages, layouts, options, vision, progress, second_looks)
    return told.model_copy(update={"routing": routing})


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
        asked = question(layouts, images, schema, progress.is_wanted)
        first = extract(asked, vision)
        progress.checkpoint()
        if first.draft is None or vision is None:
            return first
        rules = rules_draft(layouts, options)
        decisive = judgement_for(schema).policy.decisive
        doubted = in_doubt(rules, first.draft, decisive, second_looks)
        if not doubted:
            return first
        second = look_again(first, asked, (rules, first.draft), doubted, vision)
    progress.checkpoint()
    return second


def conclude(
    perception: Perception,
    interpretation: Interpretation,
    options: Options,
    progress: Progress,
    record_id: str,
    ruling: Judgement | None = None,
    pictures: Pictures | None = None,
) -> Record:
    """Everything that was read → one decided record; by default by the schema's released ruling.

    With `options.redact` the record is masked, and `pictures`, a page's pixels by its number, are
    looked at: RedactionFailed without them.
    """
    routing = interpretation.routing
    options = routed(options, routing)
    schema = wanted_schema(options)
    ruling = ruling or judgement_for(schema)
    qualities = final_qualities(perception)
    judged = judge(perception, interpretation, qualities, options, ruling, progress)
    with progress.stage("decide"):
        decision = decide(
            judged.scored,
            judged.checks,
            perception.pages,
            qualities,
            ruling.policy,
            options.target_precision,
        )
        decision = under(decision, routing)
    understanding = Understanding(
        perception.source, perception.pages, qualities, perception.layouts, judged.scored, decision
    )
    record = assemble(
        understanding,
        record_id,
        options.task,
        schema,
        _provenance(perception.identities, interpretation, options, schema.ref, ruling),
        None if options.readers == "rules" else interpretation.degraded,
        progress.timings,
        routing,
    )
    if options.redact is None:
        return record
    if pictures is None:
        raise RedactionFailed("what is to be masked cannot be looked for without the pages' pixels")
    with progress.stage("decide"):
        shown = Shown(perception.pages, perception.layouts, qualities, pictures)
        return redact(record, shown, options.redact, schema.json_schema)


def final_qualities(perception: Perception) -> dict[int, Quality]:
    """Each page's quality, completed by what only OCR can tell, by page number."""
    return {
        layout.page: assess_text(quality, layout.tokens)
        for quality, layout in zip(perception.qualities, perception.layouts, strict=True)
    }


def judge(
    perception: Perception,
    interpretation: Interpretation,
    qualities: dict[int, Quality],
    options: Options,
    ruling: Judgement,
    progress: Progress,
) -> Judged:
    """Drafts of the readers → fields with confidence; calibration is fitted on these."""
    with progress.stage("read_rules"):
        rules = rules_draft(perception.layouts, options, perception.source.received_at.date())
    vlm = vlm_draft(interpretation, options, rules)

    def credible(field: GroundedField, said: Sequence[GroundedField]) -> float:
        by_rules = field.best.reader == "rules"
        sums = check(said, (rules if by_rules else vlm,))
        likely = alone(field, sums, qualities, ruling.calibrations)
        return likely if by_rules or ruling.knows_vlm else min(likely, UNMEASURED)

    with progress.stage("ground"):
        grounded = fuse(
            ground(rules, perception.layouts),
            ground(vlm, perception.layouts),
            perception.layouts,
            credible,
        )
    with progress.stage("check"):
        checks = check(grounded, (rules, vlm))
    with progress.stage("score"):
        scored = score(grounded, checks, qualities, ruling.calibrations)
    return Judged(grounded, checks, scored)


def rules_draft(
    layouts: Sequence[PageLayout], options: Options, today: date | None = None
) -> Draft:
    """What the rules read; nothing where none are wanted, or a schema is unknown to them."""
    if options.readers == "vlm":
        return Draft(reader="rules", candidates={})
    return read_rules(Seen(layouts, options, today))


def vlm_draft(interpretation: Interpretation, options: Options, rules: Draft) -> Draft:
    """What the model read after its second look; nothing where it was not asked or not wanted."""
    if options.readers == "rules" or interpretation.draft is None:
        return Draft(reader="vlm", candidates={})
    return settled(interpretation.draft, interpretation.second, rules)


def see(
    pages: Iterable[AssessedPage],
    content: bytes,
    filename: str | None,
    engines: Engines,
    progress: Progress,
) -> Perception:
    """The legs that need OCR: all that is printed on a document's pages, one after the other."""
    seen: list[tuple[Page, Quality, PageLayout]] = []
    for shown in pages:
        layout = perceive_page(shown, engines, progress)
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
) -> Record:
    """The whole line in this process: what `vouch extract --local` and most tests call."""
    progress = Progress(on_stage)
    with Spool() as spool:
        pages = depict(content, limits, progress, options.pages)
        if engines.vision is not None or options.redact is not None:
            pages = spool.passing(pages)  # they will be looked at once more
        perception = see(pages, content, filename, engines, progress)
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


def _provenance(
    identities: Identities,
    interpretation: Interpretation,
    options: Options,
    schema: SchemaRef,
    ruling: Judgement,
) -> Provenance:
    had_a_say = options.readers != "rules" and interpretation.draft is not None
    return Provenance(
        ocr=identities.ocr,
        layout=identities.layout,
        vlm=None if options.readers == "rules" else identities.vlm,
        prompt=None if options.readers == "rules" else interpretation.prompt,
        router=None if interpretation.routing is None else released()[1],
        calibration=ruling.calibration_of(with_vlm=had_a_say),
        policy=ruling.policy_identity,
        schema_=Engine(name=f"{schema.name}-{schema.version}", digest=schema.digest),
    )
