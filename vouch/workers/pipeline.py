"""The one line, from bytes to record, in four legs: one a Celery task each, or all in this process.

depict      ingest → assess           bytes → assessed pages
perceive    read → segment            pages → tokens, lines, regions
interpret   route → extract           the VLM's draft, or why there is none
conclude    read_rules → ground → check → score → decide → Record
"""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from vouch.schemas.document import Quality, Source
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options, Stage
from vouch.schemas.record import Record
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage
from vouch.workers.settings import IngestLimits


@dataclass
class Progress:
    """Wall seconds of each stage, and a call when one begins."""

    on_stage: Callable[[Stage], None] = lambda stage: None
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        self.on_stage(name)
        started = time.perf_counter()
        yield
        self.timings[name] = round(time.perf_counter() - started, 4)


def depict(
    content: bytes, filename: str | None, limits: IngestLimits, progress: Progress
) -> tuple[Source, tuple[AssessedPage, ...]]:
    """Bytes → upright pages with their quality. InputError when the bytes cannot be a document."""
    raise NotImplementedError


def perceive(
    pages: Sequence[AssessedPage], engines: Engines, progress: Progress
) -> tuple[PageLayout, ...]:
    """Pages → what is printed on them and where. Qualities are completed by `conclude`."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The VLM's draft, or why there is none."""

    schema_name: str
    draft: Draft | None
    degraded: str | None


def interpret(
    pages: Sequence[AssessedPage],
    layouts: Sequence[PageLayout],
    options: Options,
    engines: Engines,
    progress: Progress,
) -> Interpretation:
    """Layouts → the VLM reader's draft."""
    raise NotImplementedError


def conclude(
    source: Source,
    qualities: Sequence[Quality],
    layouts: Sequence[PageLayout],
    interpretation: Interpretation,
    options: Options,
    progress: Progress,
    record_id: str,
) -> Record:
    """Everything that was read → one decided record."""
    raise NotImplementedError


def run(
    content: bytes,
    options: Options,
    engines: Engines,
    limits: IngestLimits,
    filename: str | None = None,
    on_stage: Callable[[Stage], None] = lambda stage: None,
) -> Record:
    """The whole line in this process: what `vouch extract --local`, evals and most tests call."""
    progress = Progress(on_stage)
    source, pages = depict(content, filename, limits, progress)
    layouts = perceive(pages, engines, progress)
    interpretation = interpret(pages, layouts, options, engines, progress)
    qualities = [page.quality for page in pages]
    return conclude(source, qualities, layouts, interpretation, options, progress, uuid.uuid4().hex)
