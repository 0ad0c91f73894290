"""Names of everything that is stored, in Redis and in the blob store, and the ids inside them."""

import hashlib
import re
import secrets
import time

from vouch.schemas.errors import InvalidRequest, JobNotFound, Unauthenticated

CHANGES = "vouch:changes"
"""Channel on which the id of a changed job is published."""
TALLY = "vouch:tally"
"""Redis hash of the metrics that scripts count."""
FLIGHT = "vouch:flight"
"""Redis sorted set of the jobs that workers have or are about to get."""
RESTING = "vouch:resting"
"""Redis sorted set of the jobs whose next attempt is not to begin yet."""
TURNS = "vouch:turns"
"""Redis sorted set of the tenants that have jobs in line."""

ACCESS_CHANGES = "vouch:access"
"""Channel that says that keys or tenants have changed: forget what you know of them."""
API_KEYS = "vouch:keys"
"""Redis set of the ids of all API keys, revoked ones too: configuration, without a time limit."""
TENANTS = "vouch:tenants"
"""Redis set of the names of tenants: configuration, without a time limit."""

JOBS = "jobs"
"""The part of the blob store in which each job has a folder of its own."""

_KEY_ID = re.compile(r"[0-9a-f]{16}")
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_JOB_ID = re.compile(r"[0-9a-f]{32}")


def new_job_id() -> str:
    """A UUID of version 7 as 32 hex digits: sorts by creation, cannot be guessed.

    Below the millisecond it goes on with the clock's fraction (RFC 9562, 6.2, method 3), so that
    jobs which come together keep their order in the line.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    version_and_fraction = 0x7000 | rest * 4096 // 1_000_000
    variant_and_random = (0b10 << 62) | secrets.randbits(62)
    return f"{milliseconds:012x}{version_and_fraction:04x}{variant_and_random:016x}"


def is_job_id(text: str) -> bool:
    """Whether it could be one."""
    return _JOB_ID.fullmatch(text) is not None


def created_ms(job_id: str) -> int:
    """When a job was created, in ms since 1970: its id begins with it."""
    return int(job_id[:12], 16)


def job_key(job_id: str) -> str:
    """Redis hash of a job. JobNotFound for what can be no id, so that no such text is in a key."""
    if not _JOB_ID.fullmatch(job_id):
        raise JobNotFound("no job has this id")
    return f"vouch:job:{job_id}"


def wish_key(job_id: str) -> str:
    """Redis string of what a job was asked for, which never changes."""
    return f"{job_key(job_id)}:wish"


def record_key(job_id: str) -> str:
    """Redis string of a job's record."""
    return f"{job_key(job_id)}:record"


def embedding_key(job_id: str) -> str:
    """Redis string of what a picture model made of a job's first page; lives as its record does."""
    return f"{job_key(job_id)}:embedding"


def index_key(tenant: str) -> str:
    """Redis sorted set of a tenant's jobs, in order of creation."""
    return f"vouch:jobs:{tenant}"


def line_key(tenant: str) -> str:
    """Redis sorted set of a tenant's queued jobs, the next one first."""
    return f"vouch:line:{tenant}"


def batch_key(tenant: str, batch: str) -> str:
    """Redis set of a batch's jobs. JobNotFound for what can be no id."""
    if not _JOB_ID.fullmatch(batch):
        raise JobNotFound("no batch has this id")
    return f"vouch:batch:{tenant}:{batch}"


def idempotency_key(tenant: str, key: str) -> str:
    """Redis string that leads from a caller's Idempotency-Key to its job."""
    return f"vouch:again:{tenant}:{_digest(key)}"


def reuse_key(tenant: str, digest: str) -> str:
    """Redis string that leads from a document, its options and the engines to a finished job."""
    return f"vouch:reuse:{tenant}:{digest}"


def live_key(queue: str) -> str:
    """Redis sorted set of a queue's workers that are alive and have their engines loaded."""
    return f"vouch:live:{queue}"


def engines_key(queue: str) -> str:
    """Redis string: the digest of the engines that serve a queue."""
    return f"vouch:engines:{queue}"


def api_key_key(key_id: str) -> str:
    """Redis hash of an API key: its digest and what it is for; no time limit.

    Unauthenticated for what can be no id, so that no such text is in a key.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise Unauthenticated("this API key is not known")
    return f"vouch:key:{key_id}"


def tenant_key(tenant: str) -> str:
    """Redis hash of a tenant's terms, by name, as scripts read them; no time limit."""
    return f"vouch:tenant:{tenant}"


def schemas_key(tenant: str) -> str:
    """Redis set of the names of a tenant's schemas: configuration, without a time limit."""
    return f"vouch:schemas:{tenant}"


def schema_key(tenant: str, name: str) -> str:
    """Redis hash of a schema's newest version and the digests of all; no time limit.

    InvalidRequest for what can be no name, so that no such text is in a key.
    """
    if not _SCHEMA_NAME.fullmatch(name):
        raise InvalidRequest(
            "a schema's name has 1 to 64 small letters, digits, _ and -, and begins with a letter"
        )
    return f"vouch:schema:{tenant}:{name}"


def schema_texts_key(tenant: str, name: str) -> str:
    """Redis hash of a schema's versions as JSON, by number; no time limit."""
    return f"{schema_key(tenant, name)}:texts"


def job_prefix(job_id: str) -> str:
    """Where all blobs of a job lie."""
    return f"{JOBS}/{job_id}"


def page_key(job_id: str, number: int) -> str:
    """Blob of a page as the person sees it, PNG."""
    return f"{job_prefix(job_id)}/pages/{number}.png"


def unmasked_page_key(job_id: str, number: int) -> str:
    """Blob of a page that is to be masked, PNG: no route leads to it, the job's end purges it."""
    return f"{job_prefix(job_id)}/unmasked/{number}.png"


def masked_record_key(job_id: str) -> str:
    """Blob of the record after masking: while it is there, nothing else that was read is needed."""
    return f"{job_prefix(job_id)}/masked.json"


def layout_key(job_id: str, number: int, engines: str) -> str:
    """Blob of all that engines of this digest have read on a page, a `PageLayout` as JSON."""
    return f"{job_prefix(job_id)}/layouts/{engines}/{number}.json"


def part_key(job_id: str, number: int) -> str:
    """Blob of what has been read on a page, a `PagePart` as JSON."""
    return f"{job_prefix(job_id)}/pages/{number}.json"


def content_key(job_id: str, kind: str, digest: str) -> str:
    """Blob named by its SHA-256, so that two writers never disagree about what is under a key."""
    return f"{job_prefix(job_id)}/{kind}/{digest}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
