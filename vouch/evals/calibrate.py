"""`make calibrate`: fits a schema's scoring models and says what they are worth.

Each pointer with enough labelled examples gets a model of its own; a pooled one over the signals
that every pointer has serves the rest. The figures printed are out of fold: each confidence comes
from a model that saw no document of that merchant. Needs the development lock (scikit-learn).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vouch.evals.calibration import aurc, auroc, coverage_at_precision, ece
from vouch.evals.chain import Bench, Kept, perceived
from vouch.evals.compare import fold, is_right
from vouch.evals.fitting import FOLDS, Example, fit, out_of_fold, usable_signals
from vouch.evals.labels import Dataset, LabelledDocument, alternatives, load_dataset
from vouch.schemas.job import Options
from vouch.schemas.pointers import pattern_of
from vouch.schemas.policy import Calibration, ScoringModel
from vouch.workers.judgements import judgement
from vouch.workers.pipeline import Progress, final_qualities, judge
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.score import probability, signals_of

OWN_MODEL = 50
"""Examples, with at least `LEAST_WRONG` wrong ones, from which a pointer has a model of its own."""
LEAST_WRONG = 5
COMMON = ("match", "reader_score", "margin", "rivals", "ocr_lowest", "ocr_mean", "quality")
"""Signals that candidates of every pointer have: the pooled model uses only these."""
CHECKED = ("check_passed", "check_failed")
RELEASED = Path(__file__).parents[1] / "workers" / "judgements"


def main(
    datasets: Annotated[list[Path], typer.Argument(help="Folders with labels.jsonl.")],
    schema: str = "receipt",
    reuse: Annotated[Path, typer.Option(help="Where perceptions are kept.")] = Path("var/reuse"),
    version: Annotated[str, typer.Option(help="Version of the calibration.")] = "1",
) -> None:
    """Fit, print the out-of-fold figures as JSON, and release the calibration."""
    bench = Bench(WorkerSettings(), reuse)
    loaded = [load_dataset(folder) for folder in datasets]
    examples = [found for dataset in loaded for found in examples_of(dataset, schema, bench)]
    models, figures = fit_all(examples)
    counts = ", ".join(f"{dataset.name} ({len(dataset.documents)})" for dataset in loaded)
    calibration = Calibration(
        name=f"{schema}-rules",
        version=version,
        fitted_on=f"{counts}; {len(examples)} fields; figures from {FOLDS} folds by merchant",
        models=models,
    )
    path = RELEASED / f"{schema}.calibration.json"
    path.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(figures))


def examples_of(dataset: Dataset, schema: str, bench: Bench) -> Iterator[Example]:
    """Every labelled field that a reader gave a value for."""
    for labels in dataset.documents:
        if labels.schema_name == schema:
            kept, _ = perceived(dataset.folder / labels.file, Options(schema_name=schema), bench)
            yield from _examples(labels, kept, schema)


def _examples(labels: LabelledDocument, kept: Kept, schema: str) -> Iterator[Example]:
    qualities = final_qualities(kept.perception)
    judged = judge(kept.perception, kept.interpretation, qualities, judgement(schema), Progress())
    for scored in judged.scored:
        pointer = scored.field.pointer
        if pointer in labels.expected:
            yield Example(
                pattern=pattern_of(pointer),
                group=_group(labels),
                signals=signals_of(scored.field, scored.checks, scored.quality, qualities),
                right=is_right(pointer, labels.expected[pointer], scored.field.best.value),
            )


def _group(labels: LabelledDocument) -> str:
    names = alternatives(labels.expected.get("/merchant/name"))
    return fold(names[0]) if names else labels.file


def fit_all(examples: Sequence[Example]) -> tuple[dict[str, ScoringModel], dict[str, object]]:
    """The models by pattern, and out-of-fold figures by pattern."""
    patterns = sorted({example.pattern for example in examples})
    by_pattern = {p: [found for found in examples if found.pattern == p] for p in patterns}
    own = {p: found for p, found in by_pattern.items() if _enough(found)}
    chosen = {p: (found, usable_signals(found)) for p, found in own.items()}
    chosen["*"] = (list(examples), [*COMMON, *CHECKED])
    models = {p: fit(found, names) for p, (found, names) in chosen.items()}
    return models, {p: _figures(found, names) for p, (found, names) in chosen.items()}


def _enough(examples: Sequence[Example]) -> bool:
    wrong = sum(not example.right for example in examples)
    return len(examples) >= OWN_MODEL and LEAST_WRONG <= wrong <= len(examples) - LEAST_WRONG


def _figures(examples: Sequence[Example], names: Sequence[str]) -> dict[str, object]:
    scored = [
        (probability(examples[i].signals, model), examples[i].right)
        for model, fold_indices in out_of_fold(examples, names)
        for i in fold_indices
    ]
    figures = {
        "ece": ece(scored),
        "auroc": auroc(scored),
        "aurc": aurc(scored),
        "coverage_at_0.95": coverage_at_precision(scored, 0.95),
        "accuracy": sum(right for _, right in scored) / len(scored),
    }
    return {"examples": len(scored)} | {
        name: None if figure is None else round(figure, 4) for name, figure in figures.items()
    }


if __name__ == "__main__":
    typer.run(main)
