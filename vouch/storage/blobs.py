"""The blob store: uploads, page pictures and hand-overs, in a folder or an object store."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.keys import content_key, job_prefix

_PROBE = "probe"


class BlobStore:
    """Bytes under keys. Every method raises StoreUnavailable when the store does not answer.

    Methods that end in `_async` are the service's, the others the workers'.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, place: str) -> Self:
        """Open a folder (made when missing), `memory://`, or an object store by its URL."""
        with _answering():
            if place.startswith("memory:"):
                return cls(MemoryStore())
            if "://" in place and not place.startswith("file://"):
                return cls(from_url(place))
            folder = Path(place.removeprefix("file://")).resolve()
            return cls(LocalStore(folder, mkdir=True, automatic_cleanup=True))

    def put(self, key: str, content: bytes) -> None:
        with _answering():
            obstore.put(self._store, key, content)

    async def put_async(self, key: str, content: bytes) -> None:
        with _answering():
            await obstore.put_async(self._store, key, content)

    def put_content(self, job_id: str, kind: str, content: bytes) -> str:
        """Store under the content's own digest; gives the key."""
        key = content_key(job_id, kind, hashlib.sha256(content).hexdigest())
        self.put(key, content)
        return key

    async def put_content_async(self, job_id: str, kind: str, content: bytes) -> str:
        """Store under the content's own digest; gives the key."""
        key = content_key(job_id, kind, hashlib.sha256(content).hexdigest())
        await self.put_async(key, content)
        return key

    def get(self, key: str) -> bytes | None:
        """What is stored under the key; None when there is nothing."""
        try:
            with _answering():
                return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            return None

    async def get_async(self, key: str) -> bytes | None:
        """What is stored under the key; None when there is nothing."""
        try:
            with _answering():
                found = await obstore.get_async(self._store, key)
                return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None

    def purge(self, job_id: str) -> None:
        """Delete every blob of a job."""
        with _answering():
            while found := obstore.list(self._store, job_prefix(job_id)).collect():
                with suppress(FileNotFoundError):  # somebody else is purging too: look again
                    obstore.delete(self._store, [blob["path"] for blob in found])

    async def purge_async(self, job_id: str) -> None:
        """Delete every blob of a job."""
        with _answering():
            while found := await obstore.list(self._store, job_prefix(job_id)).collect_async():
                with suppress(FileNotFoundError):  # somebody else is purging too: look again
                    await obstore.delete_async(self._store, [blob["path"] for blob in found])

    async def check_writable_async(self) -> None:
        """StoreUnavailable when a blob cannot be written."""
        await self.put_async(_PROBE, b"")


@contextmanager
def _answering() -> Iterator[None]:
    """Everything but a missing key becomes StoreUnavailable."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise StoreUnavailable("the blob store did not answer") from error
