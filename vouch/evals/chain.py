"""Labelled documents through the whole line, in this process or several; perception can be kept."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from vouch.evals.columns import judge_columns
from vouch.evals.judge import judge
from vouch.evals.labels import Dataset, LabelledDocument
from vouch.evals.scoreboard import Judged
from vouch.schemas.errors import VouchError
from vouch.schemas.job import JobError, Options
from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.record import Record
from vouch.schemas.value import Value
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import Progress, conclude, look
from vouch.workers.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Bench:
    """How documents are examined. `reuse` is a folder of kept perceptions."""

    settings: WorkerSettings
    reuse: Path | None = None
    jobs: int = 1


class Kept(Value):
    """What the models made of a document: all that an understanding starts from."""

    perception: Perception
    interpretation: Interpretation
    timings: dict[str, float]


def examine(dataset: Dataset, bench: Bench) -> Iterator[Judged]:
    """Each document as it is finished; in order only with one job."""
    if bench.jobs == 1:
        yield from (_examine(dataset.folder, labels, bench) for labels in dataset.documents)
        return
    # One OCR pipeline a process (PaddleOCR#18268), and none is forked with a live thread pool.
    alone = replace(bench, settings=bench.settings.model_copy(update={"ocr_threads": 1}))
    with ProcessPoolExecutor(bench.jobs, get_context("spawn")) as pool:
        waiting = [
            pool.submit(_examine, dataset.folder, labels, alone) for labels in dataset.documents
        ]
        yield from (future.result() for future in as_completed(waiting))


def _examine(folder: Path, labels: LabelledDocument, bench: Bench) -> Judged:
    record, error, reused = None, None, False
    try:
        record, reused = _record(folder / labels.file, labels.schema_name, bench)
    except VouchError as raised:
        error = JobError(code=raised.code, detail=str(raised), retryable=raised.retryable)
    return Judged(
        file=labels.file,
        record=record,
        error=error,
        reused=reused,
        verdicts=judge(labels, record),
        items_raw=judge_columns(labels, record),
    )


@cache
def _engines(settings: WorkerSettings) -> Engines:
    """Loaded once a process."""
    return build_engines(settings)


def _record(path: Path, schema_name: str, bench: Bench) -> tuple[Record, bool]:
    """The document's record, and whether its perception was kept."""
    options = Options(schema_name=schema_name)
    kept, reused = perceived(path, options, bench)
    progress = Progress(timings=dict(kept.timings))
    identity = kept.perception.source.sha256[:32]
    return conclude(kept.perception, kept.interpretation, options, progress, identity), reused


def perceived(path: Path, options: Options, bench: Bench) -> tuple[Kept, bool]:
    """What the models make of a document, and whether that was kept from an earlier run."""
    engines = _engines(bench.settings)
    content = path.read_bytes()
    if bench.reuse is None:
        return _perceive(content, path.name, options, engines, bench.settings), False
    place = _place(bench.reuse, content, options, engines)
    if place.is_file():
        return Kept.model_validate_json(place.read_bytes()), True
    kept = _perceive(content, path.name, options, engines, bench.settings)
    _keep(place, kept)
    return kept, False


def _perceive(
    content: bytes, name: str, options: Options, engines: Engines, settings: WorkerSettings
) -> Kept:
    progress = Progress()
    perception, interpretation = look(content, name, options, engines, settings.limits, progress)
    return Kept(perception=perception, interpretation=interpretation, timings=progress.timings)


def _place(reuse: Path, content: bytes, options: Options, engines: Engines) -> Path:
    """Where this picture's perception by these engines is kept."""
    models = (engines.ocr, engines.layout, engines.document_layout, engines.vision)
    names = [model.identity.digest for model in models if model is not None]
    key = hashlib.sha256("\n".join([options.schema_name, *names]).encode() + content).hexdigest()
    return reuse / f"{key}.json"


def _keep(place: Path, kept: Kept) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when whole: a run that is stopped leaves no half file behind.
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_text(kept.model_dump_json(), encoding="utf-8")
    unfinished.replace(place)
