"""One contract for every kind of store, sealed or not; S3 is spoken with a server of its own."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from vouch.schemas.errors import BlobSealed, StoreUnavailable
from vouch.storage.blobs import BlobStore, Sweep
from vouch.storage.keys import JOBS, job_prefix, new_job_id, page_key
from vouch.storage.settings import StorageSettings

KEY = SecretStr(base64.b64encode(bytes(range(32))).decode())
LARGE = bytes(range(256)) * 20_000  # more than one part of obstore's multipart uploads


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket; where it lies and who may, in the usual variables."""
    bucket = new_job_id()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    httpx.put(f"{s3_server}/{bucket}").raise_for_status()
    return f"s3://{bucket}/vouch"


@pytest.fixture(params=["folder", "url", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    folder = tmp_path / "deep folder" / "blobs"
    match request.param:
        case "folder":
            return str(folder)
        case "url":
            return folder.as_uri()
        case "memory":
            return "memory://"
    return str(request.getfixturevalue("s3"))


@pytest.fixture(params=["plain", "sealed"])
def settings(request: pytest.FixtureRequest, place: str) -> StorageSettings:
    keys = KEY if request.param == "sealed" else SecretStr("")
    return StorageSettings(blobs=place, blob_keys=keys)


@pytest.fixture
def blobs(settings: StorageSettings) -> BlobStore:
    return BlobStore.at(settings)


class Known:
    """Knows every job, and remembers of which it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, job_id: str) -> bool:
        self.asked.append(job_id)
        return True


def test_what_is_put_is_got(blobs: BlobStore) -> None:
    blobs.put("jobs/a/pages/1.png", b"pixels")
    assert blobs.get("jobs/a/pages/1.png") == b"pixels"
    assert blobs.get("jobs/a/pages/2.png") is None
    blobs.put("jobs/a/pages/1.png", b"")
    assert blobs.get("jobs/a/pages/1.png") == b""


async def test_both_sides_see_the_same(blobs: BlobStore) -> None:
    job = new_job_id()
    for content in (b"bytes", LARGE):
        key = await blobs.put_content_async(job, "upload", content)
        assert blobs.put_content(job, "upload", content) == key
        assert blobs.get(key) == await blobs.get_async(key) == content
        assert await blobs.get_async(f"{key}0") is None


def test_a_blob_is_named_by_its_digest_but_not_where_that_would_tell(
    blobs: BlobStore, settings: StorageSettings
) -> None:
    named = blobs.put_content(new_job_id(), "upload", b"bytes").rpartition("/")[2]
    is_plain = not settings.keys_of_blobs()
    assert (named == hashlib.sha256(b"bytes").hexdigest()) is is_plain


async def test_a_purge_takes_all_of_one_job_and_nothing_else(blobs: BlobStore) -> None:
    mine, yours = new_job_id(), new_job_id()
    for job in (mine, yours):
        blobs.put(page_key(job, 1), b"1")
        blobs.put_content(job, "upload", b"2")
    blobs.purge(mine)
    assert blobs.get(page_key(mine, 1)) is None
    assert blobs.get(page_key(yours, 1)) == b"1"
    await blobs.purge_async(yours)
    assert blobs.get(page_key(yours, 1)) is None
    blobs.purge(yours)  # nothing left to purge is no error


async def test_purges_at_the_same_time_agree(blobs: BlobStore) -> None:
    job = new_job_id()
    for number in range(100):
        blobs.put(page_key(job, number), b"1")
    await asyncio.gather(*(blobs.purge_async(job) for _ in range(4)))
    assert [blobs.get(page_key(job, number)) for number in range(100)] == [None] * 100


def test_a_sweep_takes_what_nobody_knows(blobs: BlobStore) -> None:
    known, orphan, young = new_job_id(), new_job_id(), "f" * 32
    for job in (known, orphan, young):
        blobs.put(page_key(job, 1), b"1")
    soon = datetime.now(UTC) + timedelta(seconds=1)
    assert blobs.sweep(soon, known.__eq__) == Sweep(purged=(orphan,), after="")
    assert blobs.get(page_key(orphan, 1)) is None
    assert blobs.get(page_key(known, 1)) == blobs.get(page_key(young, 1)) == b"1"
    assert blobs.sweep(soon, known.__eq__) == Sweep(purged=(), after="")
    before = soon - timedelta(hours=1)
    assert blobs.sweep(before, known.__ne__) == Sweep(purged=(), after="")


def test_sweeps_go_on_where_the_last_one_stopped(blobs: BlobStore) -> None:
    ids = sorted(new_job_id() for _ in range(5))
    for job in ids:
        blobs.put(page_key(job, 1), b"1")
    soon = datetime.now(UTC) + timedelta(seconds=1)
    everyone, seen = Known(), Sweep((), "")
    for ends in (ids[1], ids[3], ""):
        seen = blobs.sweep(soon, everyone, seen.after, limit=2)
        assert seen == Sweep(purged=(), after=ends)
    assert everyone.asked == ids


def test_a_store_without_a_job_has_no_orphans(blobs: BlobStore) -> None:
    assert blobs.sweep(datetime.now(UTC), bool) == Sweep((), "")


def test_more_than_s3_lists_or_deletes_at_once(s3: str) -> None:
    """The server is filled from inside, which is quick."""
    bucket, job = s3.split("/")[2], new_job_id()
    others = sorted(new_job_id() for _ in range(1001))
    for key in [page_key(job, number) for number in range(1001)] + [
        page_key(other, 1) for other in others
    ]:
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, f"vouch/{key}", b"1")
    blobs = BlobStore.at(StorageSettings(blobs=s3))
    blobs.purge(job)
    assert blobs.get(page_key(others[0], 1)) == b"1"
    everyone = Known()
    blobs.sweep(datetime.now(UTC) + timedelta(seconds=1), everyone, limit=5000)
    assert everyone.asked == others


async def test_without_its_bucket_s3_is_unavailable(s3: str) -> None:
    blobs = BlobStore.at(StorageSettings(blobs=f"{s3.rpartition('/')[0]}-gone/vouch"))
    with pytest.raises(StoreUnavailable):
        await blobs.check_writable_async()
    with pytest.raises(StoreUnavailable):
        await blobs.purge_async(new_job_id())
    with pytest.raises(StoreUnavailable):
        blobs.sweep(datetime.now(UTC), bool)


def test_s3_that_does_not_listen_is_unavailable(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    blobs = BlobStore.at(StorageSettings(blobs=s3))
    with pytest.raises(StoreUnavailable):
        blobs.get(page_key(new_job_id(), 1))


async def test_sealed_blobs_tell_nothing_and_cannot_be_swapped(tmp_path: Path) -> None:
    blobs = BlobStore.at(StorageSettings(blobs=str(tmp_path), blob_keys=KEY))
    mine, yours = page_key(new_job_id(), 1), page_key(new_job_id(), 1)
    blobs.put(mine, b"mine")
    blobs.put(yours, b"yours")
    assert b"yours" not in (tmp_path / yours).read_bytes()
    (tmp_path / yours).rename(tmp_path / mine)
    with pytest.raises(BlobSealed):
        blobs.get(mine)
    with pytest.raises(BlobSealed):
        await blobs.get_async(mine)


def test_blobs_from_before_there_was_a_key_are_read_unless_that_is_forbidden(
    tmp_path: Path,
) -> None:
    plain = StorageSettings(blobs=str(tmp_path))
    BlobStore.at(plain).put("jobs/a/old", b"old")
    sealing = plain.model_copy(update={"blob_keys": KEY})
    BlobStore.at(sealing).put("jobs/a/new", b"new")
    assert BlobStore.at(sealing).get("jobs/a/old") == b"old"
    with pytest.raises(BlobSealed):
        BlobStore.at(plain).get("jobs/a/new")
    strict = BlobStore.at(sealing.model_copy(update={"blobs_must_be_sealed": True}))
    assert strict.get("jobs/a/new") == b"new"
    with pytest.raises(BlobSealed):
        strict.get("jobs/a/old")


async def test_a_folder_that_is_a_file_is_unavailable(tmp_path: Path) -> None:
    place = tmp_path / "blobs"
    blobs = BlobStore.at(StorageSettings(blobs=str(place)))
    place.rmdir()
    place.write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable):
        await blobs.check_writable_async()
    with pytest.raises(StoreUnavailable):
        BlobStore.at(StorageSettings(blobs=str(place / "below")))


def test_a_folder_is_private_and_holds_no_trace_of_a_purged_job(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    blobs = BlobStore.at(StorageSettings(blobs=str(folder)))
    assert folder.stat().st_mode & 0o777 == 0o700
    job = new_job_id()
    blobs.put_content(job, "upload", b"1")
    assert (folder / job_prefix(job)).is_dir()
    blobs.purge(job)
    assert list((folder / JOBS).iterdir()) == []


def test_an_unknown_kind_of_store_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        BlobStore.at(StorageSettings(blobs="nonsense://x"))
