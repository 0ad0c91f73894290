"""Labelled documents through the whole line, in this process or several; perception can be kept."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from vouch.evals.columns import judge_columns
from vouch.evals.drafts import DraftCounts, counted
from vouch.evals.judge import judge
from vouch.evals.kept import Kept, Shelf
from vouch.evals.labels import Dataset, LabelledDocument
from vouch.evals.scoreboard import Judged
from vouch.schemas.errors import VouchError
from vouch.schemas.job import JobError, Options, Readers
from vouch.schemas.record import Record
from vouch.workers.app import Engines, build_engines
from vouch.workers.conclusion import conclude
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Bench:
    """How documents are examined. `reuse` is a folder of kept perceptions."""

    settings: WorkerSettings
    reuse: Path | None = None
    jobs: int = 1
    readers: tuple[Readers, ...] = ("both",)
    """Who reads; several are compared on one perception, and share what the VLM said."""

    @property
    def asked(self) -> Readers:
        """Whom the models are asked for."""
        return self.readers[0] if len(self.readers) == 1 else "both"


def examine(dataset: Dataset, bench: Bench) -> Iterator[Judged]:
    """Each document as it is finished, once for each choice of readers; in order with one job."""
    if bench.jobs == 1:
        for labels in dataset.documents:
            yield from _examine(dataset.folder, labels, bench)
        return
    # One OCR pipeline a process (PaddleOCR#18268), and none is forked with a live thread pool.
    alone = replace(bench, settings=bench.settings.model_copy(update={"ocr_threads": 1}))
    with ProcessPoolExecutor(bench.jobs, get_context("spawn")) as pool:
        waiting = [
            pool.submit(_examine, dataset.folder, labels, alone) for labels in dataset.documents
        ]
        for future in as_completed(waiting):
            yield from future.result()


def _examine(folder: Path, labels: LabelledDocument, bench: Bench) -> tuple[Judged, ...]:
    options = Options(schema_name=labels.schema_name, readers=bench.asked, ignore_embedded=True)
    try:
        seen, reused = perceived(folder / labels.file, options, bench)
    except VouchError as raised:
        return tuple(judged(labels, _error(raised), readers=who) for who in bench.readers)
    return tuple(_judged(labels, seen, who, reused=reused) for who in bench.readers)


def _judged(labels: LabelledDocument, seen: Kept, readers: Readers, *, reused: bool) -> Judged:
    options = Options(schema_name=labels.schema_name, readers=readers, ignore_embedded=True)
    unasked = {"extract"} if readers == "rules" else set()
    progress = Progress(timings={k: v for k, v in seen.timings.items() if k not in unasked})
    identity = seen.perception.source.sha256[:32]
    try:
        made: Record | JobError = conclude(
            seen.perception, seen.interpretation, options, progress, identity
        )
    except VouchError as raised:
        made = _error(raised)
    drafted = None if readers == "rules" else counted(seen.perception, seen.interpretation)
    return judged(labels, made, readers=readers, reused=reused, drafted=drafted)


def judged(
    labels: LabelledDocument,
    made: Record | JobError,
    *,
    readers: Readers = "both",
    reused: bool = False,
    drafted: DraftCounts | None = None,
) -> Judged:
    """What came of one document, held against its labels."""
    record = made if isinstance(made, Record) else None
    return Judged(
        file=labels.file,
        record=record,
        error=made if isinstance(made, JobError) else None,
        reused=reused,
        verdicts=judge(labels, record),
        items_raw=judge_columns(labels, record),
        readers=readers,
        drafted=drafted,
    )


def _error(raised: VouchError) -> JobError:
    return JobError(code=raised.code, detail=str(raised), retryable=raised.retryable)


@cache
def _engines(settings: WorkerSettings) -> Engines:
    """Loaded once a process."""
    return build_engines(settings)


def perceived(path: Path, options: Options, bench: Bench) -> tuple[Kept, bool]:
    """What the models make of a document, and whether that was kept from an earlier run."""
    shelf = Shelf(_engines(bench.settings), bench.settings.limits, bench.reuse)
    return shelf.kept(path, options)
