"""Stage `ingest`: uploaded bytes → pages with pixels, one at a time, or a clear refusal."""

import hashlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

import numpy as np
from typing_extensions import Buffer

from vouch.schemas.document import EmbeddedText, Page, Source
from vouch.schemas.errors import (
    EmptyUpload,
    InvalidRequest,
    RenderLimit,
    TooManyBytes,
    UnreadableDocument,
    VouchError,
)
from vouch.schemas.filenames import safe_filename
from vouch.schemas.geometry import Bbox
from vouch.schemas.page_range import Ranges
from vouch.workers.images import PageImage
from vouch.workers.protocols import go_on
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.decoded import DecodedPage, DecodeLimits, read_pages
from vouch.workers.stages.raster import decode_picture
from vouch.workers.stages.sniff import MediaType, media_type

_SIMPLE: frozenset[MediaType] = frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp"})
"""Decoded in this process: well-tested decoders whose work is bounded by the picture's size."""
_MOST_SCANS = 100
"""Progressive JPEGs have about ten scans. Thousands would decode every pixel thousands of times."""
_START_OF_SCAN = b"\xff\xda"
_OUT_OF_TIME = frozenset({signal.SIGXCPU, signal.SIGKILL})
_CHILD_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
"""All that the child gets to see of the environment: no credentials beside hostile files."""


def ingest(
    content: bytes,
    limits: IngestLimits,
    wanted: Ranges | None = None,
    checkpoint: Callable[[], None] = go_on,
) -> Iterator[PageImage]:
    """The upload's pages in the upload frame, or the `wanted` ones; their pixels are read-only.

    One page is in memory at a time, unless the caller keeps it: the next is decoded when it is
    asked for. EmptyUpload, UnsupportedMediaType, UnreadableDocument, PasswordProtected,
    TooManyBytes, TooManyPages, TooManyPixels, RenderLimit, InvalidRequest when no page is wanted.
    What `checkpoint` raises ends a decoding child too.
    """
    if not content:
        raise EmptyUpload("The upload has no bytes.")
    if len(content) > limits.max_bytes:
        raise TooManyBytes(f"The upload has more than {limits.max_bytes} bytes.")
    number = 0
    for decoded in _decode(
        content, media_type(content), _decode_limits(limits, wanted), checkpoint
    ):
        number = decoded.number
        yield _page_image(decoded)
    if not number:
        raise InvalidRequest("The document has none of the wanted pages.")


def source_of(
    content: bytes, filename: str | None, pages: int, received_at: datetime | None = None
) -> Source:
    """Facts about an upload of which so many pages were read. UnsupportedMediaType."""
    return Source(
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type(content),
        bytes=len(content),
        filename=safe_filename(filename),
        pages=pages,
        received_at=received_at or datetime.now(UTC),
    )


def _decode_limits(limits: IngestLimits, wanted: Ranges | None) -> DecodeLimits:
    return DecodeLimits(
        max_pages=limits.max_pages,
        max_pixels_page=limits.max_pixels_page,
        max_pixels_document=limits.max_pixels_document,
        pdf_dpi=limits.pdf_dpi,
        seconds=limits.child_seconds,
        memory=limits.child_memory,
        wanted=wanted,
    )


def _decode(
    content: bytes, kind: MediaType, limits: DecodeLimits, checkpoint: Callable[[], None]
) -> Iterator[DecodedPage]:
    many_scans = kind == "image/jpeg" and content.count(_START_OF_SCAN) > _MOST_SCANS
    if kind in _SIMPLE and not many_scans:
        return decode_picture(content, kind, limits)
    return _decode_in_child(content, kind, limits, checkpoint)


def _decode_in_child(
    content: bytes, kind: MediaType, limits: DecodeLimits, checkpoint: Callable[[], None]
) -> Iterator[DecodedPage]:
    """Decode in a process that may crash, hang or run out of memory in our stead."""
    request = json.dumps({"media_type": kind, "limits": asdict(limits)})
    command = [sys.executable, "-m", "vouch.workers.decoding_child", request]
    environment = {name: os.environ[name] for name in _CHILD_ENVIRONMENT if name in os.environ}
    with tempfile.TemporaryFile() as upload:
        upload.write(content)
        upload.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            command,
            stdin=upload,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        ) as child:
            try:
                told = _Told(cast("io.FileIO", child.stdout), limits.seconds, checkpoint)
                yield from read_pages(io.BufferedReader(told, _READ_AHEAD))
                child.wait(_GOODBYE_SECONDS)
            finally:
                child.kill()  # does nothing to one that has ended
        check_exit(child.returncode)


class _Told(io.RawIOBase):
    """What a child tells, piece by piece: it goes no further than somebody listens.

    While there is nothing to hear, `checkpoint` is called. RenderLimit when that took so many
    seconds, all in all: the time that the listener spends between pages is not the child's.
    """

    def __init__(self, pipe: io.FileIO, seconds: float, checkpoint: Callable[[], None]) -> None:
        self._pipe = pipe
        self._left = seconds
        self._checkpoint = checkpoint
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:
        began = time.monotonic()
        while not self._poll.poll(1000 * min(_LOOK_SECONDS, self._left)):
            if time.monotonic() - began >= self._left:
                raise RenderLimit(_TOO_SLOW)
            self._checkpoint()
        self._left = max(self._left - (time.monotonic() - began), 0.0)
        return self._pipe.readinto(buffer)


_READ_AHEAD = 1 << 16
_GOODBYE_SECONDS = 5.0
"""For a child that has said all: its interpreter ends."""
_LOOK_SECONDS = 0.25
"""How often a parent looks whether the child's work is still wanted."""
_TOO_SLOW = "Decoding the document takes more time than is allowed."


def check_exit(returncode: int) -> None:
    """Why there are no pages, from how the child ended; a negative code is the signal that did it.

    RenderLimit, UnreadableDocument; VouchError when the child itself is at fault.
    """
    if -returncode in _OUT_OF_TIME:
        raise RenderLimit(_TOO_SLOW)
    if returncode < 0:
        raise UnreadableDocument("The document is damaged: its decoder crashed.")
    if returncode > 0:
        raise VouchError(f"The decoding child failed with exit code {returncode}.")


def _page_image(decoded: DecodedPage) -> PageImage:
    pixels = np.frombuffer(decoded.pixels, dtype=np.uint8)
    page = Page(
        number=decoded.number,
        width=decoded.width,
        height=decoded.height,
        dpi=decoded.dpi,
        embedded_text=tuple(
            EmbeddedText(text=text, bbox=Bbox.of(box)) for text, box in decoded.words
        ),
        pictures=tuple(Bbox.of(box) for box in decoded.pictures),
        e_invoice=decoded.e_invoice,
    )
    return PageImage(page=page, image=pixels.reshape(decoded.height, decoded.width, 3))
