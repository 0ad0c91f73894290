import hashlib
from pathlib import Path

import pytest

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.settings import StorageSettings


@pytest.fixture(params=["folder", "url", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    folder = tmp_path / "deep folder" / "blobs"
    places = {"folder": str(folder), "url": folder.as_uri(), "memory": "memory://"}
    return BlobStore.at(StorageSettings(blobs=places[request.param]))


def test_what_is_put_is_got(blobs: BlobStore) -> None:
    blobs.put("jobs/a/pages/1.png", b"pixels")
    assert blobs.get("jobs/a/pages/1.png") == b"pixels"
    assert blobs.get("jobs/a/pages/2.png") is None


async def test_both_sides_see_the_same(blobs: BlobStore) -> None:
    job = new_job_id()
    key = await blobs.put_content_async(job, "upload", b"bytes")
    assert key.endswith(hashlib.sha256(b"bytes").hexdigest())
    assert blobs.put_content(job, "upload", b"bytes") == key
    assert blobs.get(key) == await blobs.get_async(key) == b"bytes"
    assert await blobs.get_async(f"{key}0") is None


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


async def test_a_folder_that_is_a_file_is_unavailable(tmp_path: Path) -> None:
    place = tmp_path / "blobs"
    blobs = BlobStore.at(StorageSettings(blobs=str(place)))
    place.rmdir()
    place.write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable):
        await blobs.check_writable_async()
    with pytest.raises(StoreUnavailable):
        BlobStore.at(StorageSettings(blobs=str(place / "below")))


def test_an_unknown_kind_of_store_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        BlobStore.at(StorageSettings(blobs="nonsense://x"))
