"""`make calibrate`: fits a schema's scoring models and says what they are worth.

Each pointer with enough labelled examples gets a model of its own; a pooled one over the signals
that every pointer has serves the rest. The scoreboards printed are cross-validated: every record is
decided by models that saw no document of its merchant. What each target would accept, on the same
terms, goes to stderr: a policy's target is chosen from it. With VOUCH_VLM set, the VLM reader gets
its own models, and what agreement and disagreement are worth is fitted too. Needs the development
lock (scikit-learn).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from sklearn.model_selection import GroupKFold

from vouch.evals.chain import Bench, judged, perceived
from vouch.evals.compare import is_right, merchant_of
from vouch.evals.fitting import POOLED_VLM, Example, can_fit, fit_all
from vouch.evals.kept import Kept
from vouch.evals.labels import Dataset, Expected, LabelledDocument, load_dataset
from vouch.evals.pairs import Pair, pair_of, worth
from vouch.evals.scoreboard import Judged, scoreboard
from vouch.evals.targets import at_targets
from vouch.schemas.document import Quality
from vouch.schemas.draft import Pointer
from vouch.schemas.grounding import GroundedField, ScoredField
from vouch.schemas.job import Options
from vouch.schemas.pointers import pattern_of
from vouch.schemas.policy import Calibration
from vouch.workers.conclusion import conclude, final_qualities, judge
from vouch.workers.judgements import judgement
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.score import Calibrations, lowest_print, signals_of

FOLDS = 5
"""Who issued a document, by schema."""
IF_UNREAD = 0.1
"""Weight of a field whose right value is taken away, so that a runner-up stands in its place. Few
labelled pictures lack a value that they should have, and many that people send do."""
RELEASED = Path(__file__).parents[1] / "workers" / "judgements"


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled document after perception, with an example for each labelled field."""

    dataset: str
    labels: LabelledDocument
    kept: Kept
    examples: tuple[Example, ...]
    """Of the rules reader by itself."""
    vlm_examples: tuple[Example, ...]
    pairs: tuple[Pair, ...]
    """Fields that both readers read."""

    @property
    def merchant(self) -> str:
        """Documents of one merchant or seller are never split between fitting and judging."""
        return self.labels.group or merchant_of(self.labels) or self.labels.file


def main(
    datasets: Annotated[list[Path], typer.Argument(help="Folders with labels.jsonl.")],
    schema: str = "receipt",
    reuse: Annotated[Path, typer.Option(help="Where perceptions are kept.")] = Path("var/reuse"),
    version: Annotated[str, typer.Option(help="Version of the calibration.")] = "1",
    folder: Annotated[Path, typer.Option("--out", help="Where it is released.")] = RELEASED,
) -> None:
    """Print cross-validated scoreboards as JSON, one a line; fit on everything and release."""
    bench = Bench(WorkerSettings(), reuse)
    loaded = [load_dataset(folder) for folder in datasets]
    cases = [case for dataset in loaded for case in cases_of(dataset, schema, bench)]
    boards = list(cross_validated(cases, schema))
    for dataset in loaded:
        decided = [one for name, one in boards if name == dataset.name]
        typer.echo(scoreboard(dataset.name, decided).model_dump_json())
        for one in at_targets(decided, judgement(schema).policy.decisive):
            typer.echo(f"{dataset.name} {one}", err=True)
    counts = ", ".join(f"{dataset.name} ({len(dataset.documents)})" for dataset in loaded)
    both = fitted(cases, schema, version, counts)
    release(both.rules, folder / f"{schema}.calibration.json")
    if both.vlm.name == f"{schema}-vlm":
        release(both.vlm, folder / f"{schema}.vlm.calibration.json")


def release(calibration: Calibration, path: Path) -> None:
    path.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")


def cases_of(dataset: Dataset, schema: str, bench: Bench) -> Iterator[Case]:
    """The documents of a data set that are labelled for the schema."""
    for labels in dataset.documents:
        if labels.schema_name == schema:
            kept, _ = perceived(dataset.folder / labels.file, Options(schema_name=schema), bench)
            yield Case(
                dataset.name,
                labels,
                kept,
                tuple(
                    _examples(
                        labels,
                        kept,
                        Options(schema_name=schema, readers="rules", ignore_embedded=True),
                    )
                ),
                tuple(
                    _examples(
                        labels,
                        kept,
                        Options(schema_name=schema, readers="vlm", ignore_embedded=True),
                    )
                ),
                tuple(_pairs(labels, kept, Options(schema_name=schema, ignore_embedded=True))),
            )


def _scored(kept: Kept, options: Options) -> Iterator[tuple[ScoredField, dict[int, Quality]]]:
    qualities = final_qualities(kept.perception)
    ruling = judgement(options.schema_name)
    found = judge(kept.perception, kept.interpretation, qualities, options, ruling, Progress())
    yield from ((scored, qualities) for scored in found.scored)


def _examples(labels: LabelledDocument, kept: Kept, options: Options) -> Iterator[Example]:
    for scored, qualities in _scored(kept, options):
        right = _is_right(labels, scored.field.pointer, scored.field.best.value)
        if right is not None:
            signals = signals_of(
                scored.field, scored.checks, scored.quality, lowest_print(qualities)
            )
            yield Example(pattern_of(scored.field.pointer), signals, right)
        if right and (other := _without_best(scored.field)):
            signals = signals_of(other, None, scored.quality, lowest_print(qualities))
            yield Example(pattern_of(other.pointer), signals, right=False, weight=IF_UNREAD)


def _pairs(labels: LabelledDocument, kept: Kept, options: Options) -> Iterator[Pair]:
    for scored, qualities in _scored(kept, options):
        right = _is_right(labels, scored.field.pointer, scored.field.best.value)
        pair = None if right is None else pair_of(scored, qualities, right=right)
        if pair is not None:
            yield pair


def _without_best(field: GroundedField) -> GroundedField | None:
    """The field as it were if its right value could not be read: an example of what is wrong."""
    others = tuple(one for one in field.candidates if one.value != field.best.value)
    return field.model_copy(update={"candidates": others}) if others else None


def _is_right(labels: LabelledDocument, pointer: Pointer, value: str) -> bool | None:
    """None where the labels do not tell. An item's value is right if its column holds it."""
    if pointer in labels.expected:
        return is_right(pointer, labels.expected[pointer], value)
    column: Expected = labels.raw.get(pattern_of(pointer))
    return is_right(pointer, column, value) if isinstance(column, tuple) else None


def cross_validated(cases: Sequence[Case], schema: str) -> Iterator[tuple[str, Judged]]:
    """Each document, with its data set's name, decided by models that never saw its merchant."""
    folds = GroupKFold(n_splits=FOLDS)
    for seen, unseen in folds.split(cases, groups=[case.merchant for case in cases]):
        both = fitted([cases[i] for i in seen], schema, "fold", "other merchants")
        for index in unseen:
            yield cases[index].dataset, _decided(cases[index], schema, both)


def _decided(case: Case, schema: str, both: Calibrations) -> Judged:
    ruling = replace(judgement(schema), calibration=both.rules, vlm_calibration=both.vlm)
    progress = Progress(timings=dict(case.kept.timings))
    identity = case.kept.perception.source.sha256[:32]
    record = conclude(
        case.kept.perception,
        case.kept.interpretation,
        Options(schema_name=schema, ignore_embedded=True),
        progress,
        identity,
        ruling,
    )
    return judged(case.labels, record, reused=True)


def fitted(cases: Sequence[Case], schema: str, version: str, source: str) -> Calibrations:
    """The calibrations that these documents support; for the VLM reader the prior if none is."""
    examples = [example for case in cases for example in case.examples]
    rules = Calibration(
        name=f"{schema}-rules",
        version=version,
        fitted_on=f"{source}; {len(examples)} fields",
        models=fit_all(examples),
    )
    prior = judgement("default").vlm_calibration
    told = [example for case in cases for example in case.vlm_examples]
    if not can_fit(told):
        return Calibrations(rules, prior)
    vlm = Calibration(
        name=f"{schema}-vlm",
        version=version,
        fitted_on=f"{source}; {len(told)} fields",
        models=fit_all(told, POOLED_VLM),
    )
    pairs = [pair for case in cases for pair in case.pairs]
    before = (prior.agreement, prior.disagreement)
    agreement, disagreement = worth(pairs, Calibrations(rules, vlm), before)
    gains = {"agreement": agreement, "disagreement": disagreement}
    return Calibrations(rules, vlm.model_copy(update=gains))


if __name__ == "__main__":
    typer.run(main)
