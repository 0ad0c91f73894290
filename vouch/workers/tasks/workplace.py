"""What the legs of one process work with, and how they come by what is stored of a job."""

from dataclasses import dataclass, field

from vouch.schemas.document import Page, Quality
from vouch.schemas.errors import VouchError
from vouch.schemas.job import Job
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import page_key, unmasked_page_key
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage, from_png
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import IngestLimits
from vouch.workers.tasks.budget import Budget
from vouch.workers.tasks.heartbeat import Hold


@dataclass(frozen=True, slots=True)
class Workplace:
    """All that the legs of one process work with. Queues without a model leave theirs None."""

    jobs: AttemptStore
    blobs: BlobStore
    limits: IngestLimits
    engines: Engines | None = None
    vision: VisionModel | None = None
    second_looks: int = 0
    """Fields that the VLM may be asked about twice."""
    pixels: Budget = field(default_factory=Budget)
    """Of all pages that the VLM is being shown."""
    seats: Budget = field(default_factory=lambda: Budget(1))
    """Legs that may be under way at the same time."""
    tracer: Tracer = NO_TRACER


def assessed(place: Workplace, hold: Hold, page: Page, quality: Quality) -> AssessedPage:
    """A page with its pixels, which take much room: not before they are needed."""
    picture = blob_of(place, hold, picture_key(hold.job, page.number))
    return AssessedPage(page, from_png(picture), quality)


def picture_key(job: Job, number: int) -> str:
    """Where a page lies as it was uploaded: out of callers' reach where it is to be masked."""
    return (page_key if job.options.redact is None else unmasked_page_key)(job.id, number)


def blob_of(place: Workplace, hold: Hold, key: str) -> bytes:
    """A blob of a job. JobNotFound, StaleAttempt when it is gone because the job is."""
    content = place.blobs.get(key)
    if content is None:
        place.jobs.beat(hold.job.id, hold.job.attempt)
        raise VouchError("a blob of the job is not in the store any more")
    return content
