"""Workers that have outgrown their memory: what is measured, and a real one that leaks."""

import mmap
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from tests.eventually import eventually
from tests.workers.tasks.processes import environment, seen, submit
from vouch.cli.children import Child, Keeper
from vouch.schemas.errors import MemoryLimitTooLow
from vouch.schemas.job import Job
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings
from vouch.workers.tasks.recycling import (
    GROWTH,
    Watermark,
    gpu_failure,
    reserved_bytes,
    resident_bytes,
)

MEGABYTE = 1_000_000

LEAKING = f"""
import sys
from celery.signals import task_prerun
from vouch.storage.logs import log_as_json
from vouch.storage.settings import StorageSettings
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.recycling import resident_bytes
from vouch.workers.tasks.worker import serve

kept = []

def leak(**_):
    kept.append(b"x" * {400 * MEGABYTE})

task_prerun.connect(leak)
log_as_json()
limit = resident_bytes() + {200 * MEGABYTE}
sys.exit(serve("cpu", StorageSettings(), WorkerSettings(rss_limit=limit)))
"""


def test_memory_that_is_taken_is_seen() -> None:
    before = resident_bytes()
    # straight from the kernel: an allocator may have so much lying about from other tests
    with mmap.mmap(-1, 50 * MEGABYTE) as taken:
        for at in range(0, len(taken), mmap.PAGESIZE):
            taken[at] = 1
        assert resident_bytes() - before > 0.9 * len(taken)


def test_there_is_nothing_on_a_gpu_that_nobody_uses() -> None:
    assert reserved_bytes() == 0


def test_a_gpu_that_answers_no_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every later call does, once a kernel has failed."""

    def fail() -> None:
        raise RuntimeError("CUDA error: device-side assert triggered")

    assert gpu_failure() is None
    broken = SimpleNamespace(is_initialized=lambda: True, synchronize=fail)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=broken))
    assert gpu_failure() == "a GPU that answers no more (RuntimeError)"


def test_a_worker_may_grow_where_no_limit_is_set() -> None:
    watermark = Watermark.of(None, None)
    assert watermark.excess() is None
    assert abs(watermark.rss - resident_bytes() - GROWTH) < 100 * MEGABYTE


def test_a_limit_below_what_the_models_take_is_told_at_the_start() -> None:
    with pytest.raises(MemoryLimitTooLow, match="before its first job"):
        Watermark.of(1 * MEGABYTE, None)


@given(limit=st.integers(0, 100 * GROWTH))
def test_what_is_held_beyond_the_limit_is_told(limit: int) -> None:
    held = resident_bytes()
    excess = Watermark(limit).excess()
    if abs(held - limit) > 100 * MEGABYTE:
        assert (excess is not None) == (held > limit)


async def test_a_worker_that_leaks_is_replaced_between_jobs_and_none_is_lost(
    storage: StorageSettings,
    jobs: JobStore,
    redis: Redis,
    blobs: BlobStore,
    job: Job,
    tmp_path: Path,
) -> None:
    wanted = [await submit(jobs, blobs, job) for _ in range(3)]
    command = [sys.executable, "-c", LEAKING]
    leaking = Child("cpu", command, environment(storage), tmp_path / "log")
    keeper = Keeper()
    try:
        keeper.add(leaking)
        first = keeper.pid("cpu")
        with open_queues(storage) as app:
            publish(app, *wanted)
        eventually(lambda: all(seen(redis, each.job_id).hand_overs for each in wanted))
        eventually(lambda: leaking.log.read_text().count('"recycling"') == len(wanted))
        eventually(lambda: keeper.pid("cpu") != first)
        keeper.check()
    finally:
        keeper.stop()
    assert leaking.deaths == []
