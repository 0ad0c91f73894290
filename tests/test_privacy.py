import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis

from tests.privacy import leaks

TEXT = "Zwölf Äpfel"
FORMS = {
    "plain": TEXT,
    "upper case": f"see {TEXT.upper()}!",
    "json": json.dumps({"merchant": TEXT}),
    "url": f"/v1/jobs?name={quote(TEXT)}",
    "base64 of text": base64.b64encode(f"-{TEXT}-".encode()).decode(),
    "base64 of json": base64.b64encode(json.dumps([[TEXT], {}]).encode()).decode(),
    "base64 for urls": base64.urlsafe_b64encode(f"--{TEXT}".encode()).decode(),
}


@pytest.fixture
def url(redis: Redis, redis_server: str) -> str:
    return redis_server


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_it_is_found(redis: Redis, url: str, tmp_path: Path, form: str) -> None:
    redis.set("vouch:note", FORMS[form])
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "service.log").write_text(f"a line\n{FORMS[form]}\n")
    assert leaks([TEXT], url, logs=logs) == ["logs/service.log:2", "redis vouch:note"]


def test_every_kind_of_key_is_looked_into(redis: Redis, url: str) -> None:
    redis.set(f"named:{TEXT}", "")
    redis.hset("hash", mapping={"told": TEXT, TEXT: "field", "fine": "x"})
    redis.rpush("list", "x", TEXT)
    redis.sadd("set", TEXT)
    redis.zadd("zset", {TEXT: 1})
    redis.xadd("stream", {"told": TEXT}, id="1-1")
    redis.set("fine", "x")
    places = ["hash told", f"hash {TEXT}", "list 1", f"named:{TEXT}", "set", "stream 1-1", "zset"]
    assert leaks([TEXT], url) == sorted(f"redis {place}" for place in places)


@pytest.fixture
def every_command_is_slow(redis: Redis) -> Iterator[None]:
    usual = redis.config_get("slowlog-log-slower-than")
    redis.config_set("slowlog-log-slower-than", 0)
    yield
    redis.config_set("slowlog-log-slower-than", str(usual["slowlog-log-slower-than"]))
    redis.slowlog_reset()


@pytest.mark.usefixtures("every_command_is_slow")
def test_the_log_of_slow_commands_is_looked_into(redis: Redis, url: str) -> None:
    redis.get(TEXT)
    assert leaks([TEXT], url) == ["redis slowlog"]


def test_blobs_and_the_names_of_files_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "blobs" / "jobs").mkdir(parents=True)
    (tmp_path / "blobs" / "jobs" / "upload").write_bytes(b"\x00\xff" + TEXT.encode() + b"\xff")
    (tmp_path / "blobs" / "jobs" / TEXT).write_bytes(b"")
    found = leaks([TEXT], blobs=tmp_path / "blobs")
    assert found == [f"blobs/jobs/{TEXT}", "blobs/jobs/upload:1"]


def test_where_nothing_is_nothing_is_found(redis: Redis, url: str, tmp_path: Path) -> None:
    redis.hset("vouch:job:1", mapping={"status": "queued", "options": "{}"})
    (tmp_path / "service.log").write_text("zwölf Birnen\n")
    assert leaks([TEXT, "another text"], url, tmp_path, tmp_path) == []


def test_a_word_that_chance_would_find_is_refused() -> None:
    with pytest.raises(ValueError, match="6 characters"):
        leaks(["total"])
