"""A stack with a key for its blobs: everything works, and nothing on the disk can be read."""

import base64
import os
from pathlib import Path

import httpx

from tests.privacy import leaks
from tests.stacks import stack_with
from vouch.schemas.errors import BlobSealed
from vouch.storage.blobs import BlobStore
from vouch.storage.settings import StorageSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


def test_every_process_seals_what_it_writes_and_reads_what_the_others_sealed(
    tmp_path: Path,
) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    folder = tmp_path / "var"
    with (
        stack_with(folder, VOUCH_BLOB_KEYS=key) as stack,
        httpx.Client(base_url=stack.url, timeout=60) as client,
    ):
        upload = {"file": ("receipt.jpg", SAMPLE.read_bytes())}
        location = client.post("/v1/jobs", files=upload).headers["location"]
        job = client.get(location, params={"wait": 55}).json()
        assert job["status"] == "succeeded"
        page = client.get(f"{location}/pages/1.png")
        assert page.content.startswith(b"\x89PNG")
    merchant = job["record"]["data"]["merchant"]["name"]
    assert leaks([merchant, key], blobs=folder / "blobs", logs=folder / "logs") == []
    files = [path for path in (folder / "blobs" / "jobs").rglob("*") if path.is_file()]
    assert len(files) >= 4, "an upload, a page, and what each leg hands over"
    blobs = BlobStore.at(StorageSettings(blobs=str(folder / "blobs")))
    assert [path for path in files if not _is_sealed(blobs, path, folder / "blobs")] == []


def _is_sealed(blobs: BlobStore, path: Path, folder: Path) -> bool:
    try:
        blobs.get(str(path.relative_to(folder)))
    except BlobSealed:
        return True
    return False
