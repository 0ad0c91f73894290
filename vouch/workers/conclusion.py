"""The leg `conclude`: what all readers say of a document becomes one decided record."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from vouch.schemas.builtin import wanted_schema
from vouch.schemas.document import Quality
from vouch.schemas.draft import Draft, Reader
from vouch.schemas.errors import RedactionFailed
from vouch.schemas.geometry import Polygon
from vouch.schemas.grounding import Check, GroundedField, ScoredField
from vouch.schemas.job import Options
from vouch.schemas.perception import Identities, Interpretation, Perception
from vouch.schemas.record import Engine, Provenance, Record, SchemaRef
from vouch.schemas.text import PageLayout
from vouch.workers.judgements import Judgement, judgement_for
from vouch.workers.progress import Progress
from vouch.workers.stages.apart import around, within
from vouch.workers.stages.assemble import Understanding, assemble
from vouch.workers.stages.assess import assess_text
from vouch.workers.stages.check import check
from vouch.workers.stages.compare_xml import compared, xml_draft
from vouch.workers.stages.decide import decide
from vouch.workers.stages.evidence import on_upload
from vouch.workers.stages.fuse import fuse
from vouch.workers.stages.ground import ground
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.redact import Pictures, Shown, redact
from vouch.workers.stages.route import routed
from vouch.workers.stages.routing.model import released
from vouch.workers.stages.routing.ruling import under
from vouch.workers.stages.score import Passed, alone, score, shares_passed
from vouch.workers.stages.second_look import settled
from vouch.workers.stages.split import gathered

UNMEASURED = 0.5
"""A VLM that nobody measured leads only where the rules are likelier wrong than right."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The fields after grounding, checking and scoring."""

    grounded: tuple[GroundedField, ...]
    checks: tuple[Check, ...]
    scored: tuple[ScoredField, ...]


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
    options = routed(options, interpretation.routing)
    ruling = ruling or judgement_for(wanted_schema(options))
    whole = partial(
        _concluded, options=options, progress=progress, record_id=record_id, ruling=ruling
    )
    if interpretation.parts:
        record = _several(perception, interpretation, whole, progress.timings)
    else:
        record = whole(perception, interpretation)
    if options.redact is None:
        return record
    if pictures is None:
        raise RedactionFailed("what is to be masked cannot be looked for without the pages' pixels")
    with progress.stage("decide"):
        qualities = final_qualities(perception)
        shown = Shown(perception.pages, perception.layouts, qualities, pictures)
        return redact(record, shown, options.redact, wanted_schema(options).json_schema)


def _several(
    perception: Perception,
    interpretation: Interpretation,
    concluded: Callable[[Perception, Interpretation], Record],
    timings: Mapping[str, float],
) -> Record:
    """The record of a file that holds several documents, each concluded by itself."""
    routing = interpretation.routing
    parts = [part.model_copy(update={"routing": routing}) for part in interpretation.parts]
    records = [concluded(_part(perception, part), part) for part in parts]
    areas = [_area(perception, part) for part in parts]
    return gathered(records, areas, perception, timings)


def _area(perception: Perception, part: Interpretation) -> Polygon | None:
    """Where a document stands on a page that it shares with others, in upload pixels."""
    if not part.words:
        return None
    at = next(n for n, page in enumerate(perception.pages) if page.number == part.pages[0])
    layout = perception.layouts[at]
    box = around(layout, part.words)
    return on_upload(box.polygon, layout.tokens.transform, perception.pages[at])


def _part(perception: Perception, part: Interpretation) -> Perception:
    """What is known of one document of the file alone."""
    chosen = [at for at, page in enumerate(perception.pages) if page.number in part.pages]
    return perception.model_copy(
        update={
            "pages": tuple(perception.pages[at] for at in chosen),
            "qualities": tuple(perception.qualities[at] for at in chosen),
            "layouts": tuple(within(perception.layouts[at], part.words) for at in chosen),
        }
    )


def _concluded(
    perception: Perception,
    interpretation: Interpretation,
    options: Options,
    progress: Progress,
    record_id: str,
    ruling: Judgement,
) -> Record:
    """The record of one document."""
    schema, routing = wanted_schema(options), interpretation.routing
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
    return assemble(
        understanding,
        record_id,
        options.task,
        schema,
        _provenance(_looked(perception), interpretation, options, schema.ref, ruling),
        None if options.readers == "rules" else interpretation.degraded,
        progress.timings,
        routing,
    )


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
    embedded = xml_draft(perception.pages, options)

    passed: dict[Reader, Passed] = {}

    def credible(field: GroundedField, said: Sequence[GroundedField]) -> float:
        reader = field.best.reader
        by_rules = reader == "rules"
        if reader not in passed:
            passed[reader] = shares_passed(check(said, (rules if by_rules else vlm,)))
        share = passed[reader].get(field.pointer)
        likely = alone(field, share, qualities, ruling.calibrations)
        return likely if by_rules or ruling.knows_vlm else min(likely, UNMEASURED)

    with progress.stage("ground"):
        grounded = fuse(
            ground(rules, perception.layouts),
            ground(vlm, perception.layouts),
            perception.layouts,
            credible,
        )
    with progress.stage("check"):
        grounded, stated = compared(grounded, embedded, perception.layouts)
        checks = (*check(grounded, (rules, vlm)), *stated)
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
        elements=identities.elements,
        vlm=None if options.readers == "rules" else identities.vlm,
        prompt=None if options.readers == "rules" else interpretation.prompt,
        router=None if interpretation.routing is None else _router(identities),
        calibration=ruling.calibration_of(with_vlm=had_a_say),
        policy=ruling.policy_identity,
        schema_=Engine(name=f"{schema.name}-{schema.version}", digest=schema.digest),
    )


def _looked(perception: Perception) -> Identities:
    """Whoever had a say on these pages: no elements, nobody who told them."""
    if any(layout.elements for layout in perception.layouts):
        return perception.identities
    return perception.identities.model_copy(update={"elements": None})


def _router(identities: Identities) -> Engine:
    """Who judged what the picture shows: our own classifier, and the picture model if any."""
    own, clip = released()[1], identities.clip
    if clip is None:
        return own
    digest = hashlib.sha256(f"{own.digest}{clip.digest}".encode()).hexdigest()
    return Engine(name=f"{own.name}+{clip.name}", digest=digest)
