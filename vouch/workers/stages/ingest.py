"""Stage `ingest`: uploaded bytes → pages with pixels, or a clear refusal."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np

from vouch.schemas.document import EmbeddedText, Page, Source
from vouch.schemas.errors import (
    EmptyUpload,
    RenderLimit,
    TooManyBytes,
    UnreadableDocument,
    VouchError,
)
from vouch.schemas.filenames import safe_filename
from vouch.schemas.geometry import Bbox
from vouch.workers.images import Document, PageImage
from vouch.workers.protocols import go_on
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.decoded import Box, DecodedPage, DecodeLimits, read_pages
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
    filename: str | None,
    limits: IngestLimits,
    received_at: datetime | None = None,
    checkpoint: Callable[[], None] = go_on,
) -> Document:
    """The upload as pages in the upload frame; their pixels are read-only.

    EmptyUpload, UnsupportedMediaType, UnreadableDocument, PasswordProtected, TooManyBytes,
    TooManyPages, TooManyPixels, RenderLimit. What `checkpoint` raises ends a decoding child too.
    """
    if not content:
        raise EmptyUpload("The upload has no bytes.")
    if len(content) > limits.max_bytes:
        raise TooManyBytes(f"The upload has more than {limits.max_bytes} bytes.")
    kind = media_type(content)
    decoded = _decode(content, kind, _decode_limits(limits), checkpoint)
    pages = tuple(_page_image(number, page) for number, page in enumerate(decoded, start=1))
    source = Source(
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=kind,
        bytes=len(content),
        filename=safe_filename(filename),
        pages=len(pages),
        received_at=received_at or datetime.now(UTC),
    )
    return Document(source=source, pages=pages)


def _decode_limits(limits: IngestLimits) -> DecodeLimits:
    return DecodeLimits(
        max_pages=limits.max_pages,
        max_pixels_page=limits.max_pixels_page,
        max_pixels_document=limits.max_pixels_document,
        pdf_dpi=limits.pdf_dpi,
        seconds=limits.child_seconds,
        memory=limits.child_memory,
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
    with tempfile.TemporaryFile() as pages:
        with subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=pages,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as child:
            try:
                _await_end(child, content, limits.seconds, checkpoint)
            finally:
                child.kill()  # does nothing to one that has ended
        check_exit(child.returncode)
        pages.seek(0)
        yield from read_pages(pages)


def _await_end(
    child: subprocess.Popen[bytes], content: bytes, seconds: float, checkpoint: Callable[[], None]
) -> None:
    """Tell the child the upload and wait. RenderLimit after so many seconds."""
    until = time.monotonic() + seconds
    untold: bytes | None = content
    while (left := until - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            child.communicate(untold, timeout=min(left, _LOOK_SECONDS))
            return
        untold = None  # the pipe has the rest of it
        checkpoint()
    raise RenderLimit(_TOO_SLOW)


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


def _page_image(number: int, decoded: DecodedPage) -> PageImage:
    pixels = np.frombuffer(decoded.pixels, dtype=np.uint8)
    page = Page(
        number=number,
        width=decoded.width,
        height=decoded.height,
        dpi=decoded.dpi,
        embedded_text=tuple(
            EmbeddedText(text=text, bbox=_bbox(box)) for text, box in decoded.words
        ),
        pictures=tuple(_bbox(box) for box in decoded.pictures),
    )
    return PageImage(page=page, image=pixels.reshape(decoded.height, decoded.width, 3))


def _bbox(box: Box) -> Bbox:
    left, top, right, bottom = box
    return Bbox(left=left, top=top, right=right, bottom=bottom)
