"""The process in which risky files are decoded: `python -m vouch.workers.decoding_child REQUEST`.

REQUEST is JSON: the media type and the limits. The upload comes through stdin; pages, or the
error that ended them, go to stdout (stages/decoded.py). The process caps its own memory and CPU
time first. Imports stay few, and wait until they are needed: each upload pays for them.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from vouch.schemas.errors import RenderLimit
from vouch.workers.stages.decoded import DecodedPage, DecodeLimits, write_pages
from vouch.workers.stages.sniff import MediaType


def main() -> None:
    request = json.loads(sys.argv[1])
    limits = DecodeLimits(**request["limits"])
    _cap(limits)
    content = sys.stdin.buffer.read()
    with _private_stdout() as sink:
        write_pages(_within_memory(content, request["media_type"], limits), sink)


def _cap(limits: DecodeLimits) -> None:
    """SIGXCPU after the CPU seconds, no allocation beyond the memory, no core file."""
    seconds = max(1, round(limits.seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_stdout() -> BinaryIO:
    """The pages' stream. What C libraries print to stdout goes to stderr instead."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sink


def _within_memory(content: bytes, kind: MediaType, limits: DecodeLimits) -> Iterator[DecodedPage]:
    try:
        yield from _decode(content, kind, limits)
    except (MemoryError, RecursionError) as error:
        raise RenderLimit("Decoding the document takes more memory than is allowed.") from error


def _decode(content: bytes, kind: MediaType, limits: DecodeLimits) -> Iterator[DecodedPage]:
    if kind == "application/pdf":
        from vouch.workers.stages.pdf import decode_pdf  # noqa: PLC0415 - see above

        return decode_pdf(content, limits)
    from vouch.workers.stages.raster import decode_picture  # noqa: PLC0415 - see above

    return decode_picture(content, kind, limits)


if __name__ == "__main__":
    main()
