"""The blob store: uploads, page pictures and hand-overs, in a folder or an object store."""

import asyncio
import errno
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, Self, TypeVar
from urllib.request import url2pathname

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.keys import JOBS, content_key, job_prefix
from vouch.storage.sealing import Sealer
from vouch.storage.settings import StorageSettings

_PROBE = "probe"
_LARGE = 1 << 20
"""Bytes from which hashing and sealing would hold up an event loop: half a millisecond."""

_PATIENCE = timedelta(seconds=10)
"""For how long a request is tried again; obstore's own 3 minutes outlast whoever waits."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep has done."""

    purged: tuple[str, ...]
    """Ids of jobs that nobody knew."""
    after: str
    """Where the next sweep goes on; empty when this one came to the end."""


class BlobStore:
    """Bytes under keys, sealed where there is a key for that.

    Every method raises StoreUnavailable when the store does not answer or has no room; a blob is
    then what it was before. Methods that end in `_async` are the service's, the others the
    workers'.
    """

    def __init__(self, store: ObjectStore, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """Open the folder (made when missing), `memory://`, or object store of the settings."""
        with _answering():
            return cls(_opened(settings.blobs), Sealer.of(settings))

    def put(self, key: str, content: bytes) -> None:
        sealed = self._sealer.seal(key, content)
        with _answering():
            obstore.put(self._store, key, sealed, use_multipart=False)

    async def put_async(self, key: str, content: bytes) -> None:
        sealed = await _aside(len(content), self._sealer.seal, key, content)
        with _answering():
            await obstore.put_async(self._store, key, sealed, use_multipart=False)

    def put_content(self, job_id: str, kind: str, content: bytes) -> str:
        """Store under the content's own digest; gives the key."""
        key = content_key(job_id, kind, self._sealer.digest(content))
        self.put(key, content)
        return key

    async def put_content_async(self, job_id: str, kind: str, content: bytes) -> str:
        """Store under the content's own digest; gives the key."""
        digest = await _aside(len(content), self._sealer.digest, content)
        key = content_key(job_id, kind, digest)
        await self.put_async(key, content)
        return key

    def get(self, key: str) -> bytes | None:
        """What is stored under the key; None when there is nothing. May raise BlobSealed."""
        with _answering(), suppress(FileNotFoundError):
            stored = obstore.get(self._store, key).bytes()
            return self._sealer.open(key, stored)
        return None

    async def get_async(self, key: str) -> bytes | None:
        """What is stored under the key; None when there is nothing. May raise BlobSealed."""
        with _answering(), suppress(FileNotFoundError):
            found = await obstore.get_async(self._store, key)
            stored = await found.bytes_async()
            return await _aside(len(stored), self._sealer.open, key, stored)
        return None

    def purge(self, job_id: str) -> None:
        """Delete every blob of a job, and what killed writers left half-written."""
        with _answering():
            if isinstance(self._store, LocalStore) and self._store.prefix:
                _remove(self._store.prefix / job_prefix(job_id))
                return
            while found := obstore.list(self._store, job_prefix(job_id)).collect():
                with suppress(FileNotFoundError):  # somebody else is purging too: look again
                    obstore.delete(self._store, [blob["path"] for blob in found])

    def purge_but(self, job_id: str, kept: Collection[str]) -> None:
        """Delete what `purge` would, but for the blobs under these keys."""
        with _answering():
            if isinstance(self._store, LocalStore) and self._store.prefix:
                _remove_but(self._store.prefix, job_prefix(job_id), kept)
                return
            found = obstore.list(self._store, job_prefix(job_id)).collect()
            for key in {blob["path"] for blob in found}.difference(kept):
                with suppress(FileNotFoundError):  # somebody else is purging too
                    obstore.delete(self._store, key)

    async def purge_async(self, job_id: str) -> None:
        """Delete every blob of a job, and what killed writers left half-written."""
        await asyncio.to_thread(self.purge, job_id)

    def sweep(
        self,
        older_than: datetime,
        is_known: Callable[[str], bool],
        after: str = "",
        limit: int = 1000,
    ) -> Sweep:
        """Purge what jobs that nobody knows have left, e.g. of a submit that died on its way.

        Looks at the oldest `limit` jobs with blobs, by the time in their ids, after the id `after`.
        """
        end = f"{int(older_than.timestamp() * 1000):012x}"
        old = sorted(job_id for job_id in self._job_ids() if after < job_id < end)[:limit]
        purged = tuple(job_id for job_id in old if not is_known(job_id))
        for job_id in purged:
            self.purge(job_id)
        return Sweep(purged, old[-1] if len(old) == limit else "")

    def _job_ids(self) -> list[str]:
        with _answering():
            found = obstore.list_with_delimiter(self._store, JOBS)["common_prefixes"]
        return [prefix.rstrip("/").rpartition("/")[2] for prefix in found]

    async def check_writable_async(self) -> None:
        """StoreUnavailable when a blob cannot be written."""
        await self.put_async(_PROBE, bytes(4096))  # a full disk has room for an empty file


def _opened(place: str) -> ObjectStore:
    if place.startswith("memory:"):
        return MemoryStore()
    if "://" in place and not place.startswith("file://"):
        return from_url(place, retry_config={"max_retries": 3, "retry_timeout": _PATIENCE})
    is_url = place.startswith("file://")
    folder = Path(url2pathname(place.removeprefix("file://")) if is_url else place).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # documents are nobody else's business
    return LocalStore(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, whoever else removes it or writes into it at the same time.

    The store itself neither lists nor deletes the files in which writes begin.
    """
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY):
                raise


def _remove_but(root: Path, folder: str, kept: Collection[str]) -> None:
    """Remove a folder's files, half-written ones too, but for those at these places."""
    for file in (root / folder).rglob("*"):
        if file.is_file() and file.relative_to(root).as_posix() not in kept:
            file.unlink(missing_ok=True)


async def _aside(size: int, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do it in a thread when it takes long."""
    if size < _LARGE:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)


@contextmanager
def _answering() -> Iterator[None]:
    """Everything that a store can raise becomes StoreUnavailable."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise StoreUnavailable("the blob store did not answer") from error
