"""Names of everything that is stored, in Redis and in the blob store, and the ids inside them."""

import re
import secrets
import time

from vouch.schemas.errors import InvalidRequest, JobNotFound

CHANGES = "vouch:changes"
"""Channel on which the id of a changed job is published."""

SCHEMAS = "vouch:schemas"
"""Redis set of the names of stored schemas: configuration, without a time limit, unlike jobs."""

JOBS = "jobs"
"""The part of the blob store in which each job has a folder of its own."""

_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_JOB_ID = re.compile(r"[0-9a-f]{32}")


def new_job_id() -> str:
    """A UUID of version 7 as 32 hex digits: sorts by creation, cannot be guessed."""
    milliseconds = time.time_ns() // 1_000_000
    version_and_random = 0x7000 | secrets.randbits(12)
    variant_and_random = (0b10 << 62) | secrets.randbits(62)
    return f"{milliseconds:012x}{version_and_random:04x}{variant_and_random:016x}"


def job_key(job_id: str) -> str:
    """Redis hash of a job. JobNotFound for what can be no id, so that no such text is in a key."""
    if not _JOB_ID.fullmatch(job_id):
        raise JobNotFound("no job has this id")
    return f"vouch:job:{job_id}"


def record_key(job_id: str) -> str:
    """Redis string of a job's record."""
    return f"{job_key(job_id)}:record"


def queue_key(queue: str) -> str:
    """Redis string that exists while a worker of this queue is alive and has loaded its engines."""
    return f"vouch:live:{queue}"


def schema_key(name: str) -> str:
    """Redis hash of a schema's newest version and the digests of all; no time limit.

    InvalidRequest for what can be no name, so that no such text is in a key.
    """
    if not _SCHEMA_NAME.fullmatch(name):
        raise InvalidRequest(
            "a schema's name has 1 to 64 small letters, digits, _ and -, and begins with a letter"
        )
    return f"vouch:schema:{name}"


def schema_texts_key(name: str) -> str:
    """Redis hash of a schema's versions as JSON, by number; no time limit."""
    return f"{schema_key(name)}:texts"


def job_prefix(job_id: str) -> str:
    """Where all blobs of a job lie."""
    return f"{JOBS}/{job_id}"


def page_key(job_id: str, number: int) -> str:
    """Blob of a page as the person sees it, PNG."""
    return f"{job_prefix(job_id)}/pages/{number}.png"


def content_key(job_id: str, kind: str, digest: str) -> str:
    """Blob named by its SHA-256, so that two writers never disagree about what is under a key."""
    return f"{job_prefix(job_id)}/{kind}/{digest}"
