"""Looking for text of documents where none may be: in Redis, in blobs, in logs.

For tests that plant words on a document, or in its name, and later ask where they have got to.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from redis import Redis

_CHANCE = 6
"""Shorter words, in base64, would be found in what is random."""


def leaks(
    texts: Iterable[str],
    redis_url: str | None = None,
    blobs: Path | None = None,
    logs: Path | None = None,
) -> list[str]:
    """Where any of the texts stands: Redis keys with their fields, files with their lines.

    Sees through upper case, JSON's and URLs' escapes, and base64 (Celery's messages); not through
    compression, encryption or pictures.
    """
    wanted = {form for text in texts for form in _forms(text)}
    places = [] if redis_url is None else list(_in_redis(redis_url))
    for folder in (blobs, logs):
        places += [] if folder is None else _in_files(folder)
    found = [place for place, content in places if any(form in content for form in wanted)]
    return sorted(set(found))


def _forms(text: str) -> Iterator[bytes]:
    """How a text can be written down, in small letters."""
    if len(text) < _CHANCE:
        raise ValueError(f"a text to look for has at least {_CHANCE} characters")
    cases = {text, text.upper(), text.lower()}  # bytes know the case of ASCII only
    for plain in {written.encode() for case in cases for written in (case, _in_json(case))}:
        yield plain.lower()
        yield quote(plain).lower().encode()
        for offset in range(3):  # where in a group of three bytes the text begins
            coded = base64.b64encode(bytes(offset) + plain)
            whole = coded[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6].lower()
            yield from (whole, whole.translate(bytes.maketrans(b"+/", b"-_")))


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_redis(url: str) -> Iterator[tuple[str, bytes]]:
    with Redis.from_url(url, decode_responses=False) as redis:
        for key in redis.scan_iter(count=1000):
            name = f"redis {key.decode(errors='replace')}"
            yield name, key.lower()
            for part, content in _parts(redis, key):
                yield f"{name} {part}".rstrip(), content.lower()
        for command in redis.slowlog_get(1000):
            yield "redis slowlog", command["command"].lower()


def _parts(redis: Any, key: bytes) -> Iterator[tuple[str, bytes]]:
    """All that is stored under a key, each with its field or number."""
    match redis.type(key):
        case b"string":
            yield "", redis.get(key) or b""
        case b"hash":
            for field, content in redis.hscan_iter(key):
                yield field.decode(errors="replace"), field + b" " + content
        case b"list":
            yield from ((str(at), content) for at, content in enumerate(redis.lrange(key, 0, -1)))
        case b"set":
            yield from (("", content) for content in redis.sscan_iter(key))
        case b"zset":
            yield from (("", content) for content, _ in redis.zscan_iter(key))
        case b"stream":
            for number, fields in redis.xrange(key):
                yield number.decode(), b" ".join(part for pair in fields.items() for part in pair)


def _in_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder.parent)
        yield str(name), str(name).lower().encode()
        for number, line in enumerate(path.read_bytes().lower().splitlines(), 1):
            yield f"{name}:{number}", line
