import fnmatch
import json
import os
import re
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis import Redis

from tests.deploy.composing import services
from tests.deploy.dockerfile import (
    PROCESSES,
    ROOT,
    command,
    health_command,
    inherited,
    stages,
)
from tests.stacks import stack_with
from vouch.storage.attempts import AttemptStore
from vouch.storage.keys import live_key
from vouch.workers.models import model_sets


def test_every_file_that_is_copied_is_there_and_reaches_the_build() -> None:
    allowed = [
        line.removeprefix("!").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    ]
    copies = [value.split() for stage in stages().values() for value in stage.values("COPY")]
    sources = [source for *parts, _ in copies for source in parts if "--from" not in parts[0]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, f"{name}*") for name in allowed), source


def test_what_is_copied_from_other_stages_is_made_there() -> None:
    known = stages()
    for stage in known.values():
        origins = re.findall(r"(?:--|,)from=([a-z]+)", " ".join(map(" ".join, stage.instructions)))
        assert set(origins) <= set(known)


@pytest.mark.parametrize("target", PROCESSES)
def test_nobody_is_root(target: str) -> None:
    user, group = inherited(target, "USER")[-1].split(":")
    assert int(user) >= 10000
    assert int(group) >= 10000


@pytest.mark.parametrize("target", PROCESSES)
def test_a_process_gets_its_signals_itself(target: str) -> None:
    """A command given as text runs under a shell, which hears SIGTERM in its stead."""
    assert inherited(target, "STOPSIGNAL") == ["SIGTERM"]
    for instruction in ("ENTRYPOINT", "CMD"):
        assert isinstance(json.loads(inherited(target, instruction)[-1]), list)


@pytest.mark.parametrize("target", PROCESSES)
def test_what_a_container_runs_exists(target: str) -> None:
    for words in (command(target), health_command(target)):
        assert words[0] == "python"
        if words[1] == "-m":
            spec = find_spec(words[2])
            assert spec is not None, words
            assert not spec.submodule_search_locations or find_spec(f"{words[2]}.__main__"), words


@pytest.mark.parametrize("target", ["cpu", "ocr", "vlm"])
def test_a_worker_serves_the_queue_that_its_image_is_named_for(target: str) -> None:
    assert command(target)[-1] == target
    assert health_command(target)[-1] == target


def test_models_are_verified_while_the_image_is_built_and_only_ocr_carries_them() -> None:
    assert "vouch models verify" in " ".join(stages()["models"].values("RUN"))
    carriers = [
        target
        for target in PROCESSES
        if any("--from=models" in value for value in inherited(target, "COPY"))
    ]
    assert carriers == ["ocr"]


def test_the_same_torch_as_make_setup_installs() -> None:
    wish = next(one for one in inherited("vlm", "ARG") if one.startswith("TORCH="))
    assert wish.removeprefix("TORCH=") in (ROOT / "Makefile").read_text("utf-8").split()


def test_the_set_of_models_that_compose_asks_for_exists() -> None:
    args = services("compose.vlm.yaml")["vlm"]["build"]["args"]
    assert args["MODELS"] in model_sets()
    assert "MODELS=" in " ".join(inherited("vlm", "ARG"))


def test_a_stack_that_serves_is_healthy_and_one_that_is_gone_is_not(tmp_path: Path) -> None:
    """The commands themselves, on real processes."""
    with stack_with(tmp_path) as stack:
        url, port = stack.redis_url, stack.url.rpartition(":")[2]
        assert _check("service", url, port) == 0
        assert [_check(queue, url) for queue in ("cpu", "ocr", "vlm")] == [0, 0, 0]
    assert _check("service", url, port) == 1
    assert _check("cpu", url) == 1


def test_a_worker_that_hangs_or_serves_elsewhere_is_not_healthy_here(
    attempts: AttemptStore, redis: Redis, redis_server: str
) -> None:
    here = f"cpu-1@{socket.gethostname()}"
    attempts.announce("cpu", here, 60)
    attempts.announce("vlm", "vlm-1@elsewhere", 60)
    assert _check("cpu", redis_server) == 0
    assert _check("vlm", redis_server) == 1
    redis.zadd(live_key("cpu"), {here: 1})  # its last word has run out
    assert _check("cpu", redis_server) == 1


def _check(target: str, redis_url: str, port: str = "8000") -> int:
    words = [word.replace(":8000/", f":{port}/") for word in health_command(target)]
    environment = {**os.environ, "REDIS_URL": redis_url}
    done = subprocess.run(
        [sys.executable, *words[1:]], env=environment, check=False, capture_output=True, timeout=30
    )
    return done.returncode
