"""The whole of Vouch over HTTP: real Redis, real worker processes, everything but the OCR model."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from redis import Redis

from vouch.cli.stack import Stack, running_stack
from vouch.schemas.errors import StackFailed
from vouch.schemas.record import Record

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
BAD_INPUTS = Path(__file__).parents[3] / "shared" / "data" / "bad-inputs"
PATIENCE = 60.0


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=PATIENCE) as client:
        yield client


def submit(client: httpx.Client, content: bytes, name: str = "receipt.jpg") -> str:
    answer = client.post("/v1/jobs", files={"file": (name, content)})
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


def finished(client: httpx.Client, location: str) -> dict[str, Any]:
    job: dict[str, Any] = client.get(location, params={"wait": PATIENCE - 5}).json()
    assert job["status"] in ("succeeded", "failed"), job
    return job


def eventually(is_so: Callable[[], bool]) -> None:
    """Fail unless it becomes so; other processes give no sign to wait for."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_ready(client: httpx.Client) -> bool:
    return client.get("/readyz").is_success


def running() -> dict[int, int]:
    """Every process that runs, with its parent; a dead one that nobody has collected does not."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(stat.parent.name)] = int(parent)
    return parents


def test_a_receipt_becomes_a_record(client: httpx.Client) -> None:
    location = submit(client, SAMPLE.read_bytes())
    job = finished(client, location)
    assert (job["status"], job["error"]) == ("succeeded", None)
    record = Record.model_validate(job["record"])
    assert record.data["total"] == "9.00"
    assert record.degraded == "vlm_unavailable"
    assert set(record.timings) >= {"ingest", "assess", "read", "segment", "ground", "score"}
    assert client.get(f"{location}/record").json() == job["record"]


def test_what_was_read_can_be_seen(client: httpx.Client) -> None:
    location = submit(client, SAMPLE.read_bytes())
    record = finished(client, location)["record"]
    with Image.open(io.BytesIO(client.get(f"{location}/pages/1.png").content)) as page:
        assert page.size == (record["pages"][0]["width"], record["pages"][0]["height"])
        page_size = page.size
    overlay = client.get(f"{location}/pages/1.png", params={"overlay": 1})
    with Image.open(io.BytesIO(overlay.content)) as drawn:
        assert drawn.width > page_size[0]
    evidence = client.get(f"{location}/evidence.png", params={"pointer": "/total"})
    with Image.open(io.BytesIO(evidence.content)) as piece:
        assert piece.height < page_size[1] / 2


def test_a_deleted_job_leaves_no_file(client: httpx.Client, stack: Stack) -> None:
    location = submit(client, SAMPLE.read_bytes())
    finished(client, location)
    blobs = stack.logs.parent / "blobs" / "jobs" / location.rpartition("/")[2]
    assert any(blobs.rglob("*.png"))
    assert client.delete(location).status_code == 204
    assert client.get(location).status_code == 404
    assert not blobs.exists()


def test_a_job_deleted_while_it_runs_troubles_nobody(client: httpx.Client, stack: Stack) -> None:
    location = submit(client, SAMPLE.read_bytes())
    assert client.delete(location).status_code == 204
    assert finished(client, submit(client, SAMPLE.read_bytes()))["status"] == "succeeded"
    eventually(
        lambda: not (stack.logs.parent / "blobs" / "jobs" / location.rpartition("/")[2]).exists()
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no picture at all", "unsupported_media_type"),
        (SAMPLE.read_bytes()[:2000], "unreadable_document"),
        (b"%PDF-1.7\nnot really", "unreadable_document"),
    ],
)
def test_a_bad_file_fails_with_its_code(client: httpx.Client, content: bytes, code: str) -> None:
    job = finished(client, submit(client, content))
    assert (job["status"], job["error"]["code"]) == ("failed", code)
    assert job["record"] is None


@pytest.mark.shared_data
@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development pictures are not here")
def test_no_upload_breaks_anything(client: httpx.Client, stack: Stack) -> None:
    """Every twelfth of the bad inputs, for time; all of them behave the same."""
    pids = [stack.pid(name) for name in ("api", "cpu", "ocr", "vlm")]
    for file in sorted(BAD_INPUTS.iterdir())[::12]:
        answer = client.post("/v1/jobs", files={"file": (file.name, file.read_bytes())})
        assert answer.status_code < 500, file.name
        if answer.is_success:
            job = finished(client, answer.headers["location"])
            assert job["record"] or job["error"]["code"] != "internal_error", file.name
    assert finished(client, submit(client, SAMPLE.read_bytes()))["status"] == "succeeded"
    assert pids == [stack.pid(name) for name in ("api", "cpu", "ocr", "vlm")]


def test_without_a_vision_model_a_schema_of_ones_own_is_null_where_it_may_be(
    client: httpx.Client,
) -> None:
    def job(total: dict[str, Any]) -> dict[str, Any]:
        schema = {"type": "object", "properties": {"total": total}, "required": ["total"]}
        form, files = {"json_schema": json.dumps(schema)}, {"file": SAMPLE.read_bytes()}
        answer = client.post("/v1/jobs", data=form, files=files)
        return finished(client, answer.headers["location"])

    record = Record.model_validate(job({"type": ["number", "null"]})["record"])
    assert (record.data, record.degraded) == ({"total": None}, "vlm_unavailable")
    assert record.decision.outcome == "review"
    failed = job({"type": "number"})
    assert (failed["status"], failed["error"]["code"]) == ("failed", "vlm_unavailable")
    assert failed["error"]["retryable"]


def test_logs_are_json_and_tell_jobs_apart(client: httpx.Client, stack: Stack) -> None:
    location = submit(client, b"no picture at all", name="private-name.jpg")
    finished(client, location)
    job_id = location.rpartition("/")[2]
    eventually(lambda: job_id in (stack.logs / "cpu.log").read_text())
    lines = (stack.logs / "cpu.log").read_text().splitlines()
    failure = json.loads(next(line for line in lines if job_id in line and "leg_failed" in line))
    assert failure["code"] == "unsupported_media_type"
    assert not any("private-name" in line for line in lines)


@pytest.mark.parametrize("name", ["ocr", "api", "cpu"])
def test_a_killed_process_is_replaced_and_the_next_job_works(
    client: httpx.Client, stack: Stack, name: str
) -> None:
    killed = stack.pid(name)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: stack.pid(name) != killed)
    assert finished(client, submit(client, SAMPLE.read_bytes()))["status"] == "succeeded"
    eventually(lambda: is_ready(client))


def test_redis_comes_back_with_what_it_knew(client: httpx.Client, stack: Stack) -> None:
    location = submit(client, SAMPLE.read_bytes())
    finished(client, location)
    killed = stack.pid("redis")
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: stack.pid("redis") != killed)
    eventually(lambda: is_ready(client))
    assert client.get(location).json()["status"] == "succeeded"
    assert finished(client, submit(client, SAMPLE.read_bytes()))["status"] == "succeeded"


def test_jobs_leave_no_key_without_an_end(client: httpx.Client, stack: Stack) -> None:
    finished(client, submit(client, SAMPLE.read_bytes()))
    with Redis.from_url(stack.redis_url, decode_responses=True) as redis:
        endless = {key for key in redis.scan_iter() if redis.ttl(key) == -1}
    # kombu's own: which queues there are
    assert not {key for key in endless if not key.startswith("_kombu")}


def test_one_folder_serves_one_vouch(stack: Stack) -> None:
    with pytest.raises(StackFailed, match="another vouch"), running_stack(stack.logs.parent):
        pass


def test_a_taken_port_is_said_so(stack: Stack, tmp_path: Path) -> None:
    port = httpx.URL(stack.url).port or 0
    taken = pytest.raises(StackFailed, match=f"cannot listen on 127.0.0.1:{port}")
    with taken, running_stack(tmp_path, port=port):
        pass


def test_a_worker_that_cannot_start_stops_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_MODELS_DIR", str(tmp_path / "nothing"))
    monkeypatch.delenv("VOUCH_OCR", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(StackFailed, match="ocr cannot run"), running_stack(tmp_path / "var"):
        pass


@pytest.mark.parametrize(
    ("order", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9)]
)
def test_vouch_up_leaves_no_process_behind(
    tmp_path: Path, order: signal.Signals, status: int
) -> None:
    vouch = str(Path(sys.executable).with_name("vouch"))
    command = [vouch, "up", "--port", "0", "--data-dir", str(tmp_path)]
    environment = {**os.environ, "VOUCH_OCR": "fake"}
    environment.pop("REDIS_URL", None)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as up:
        assert up.stderr is not None
        for line in up.stderr:
            if "ready at" in line:
                break
        children = {pid for pid, parent in running().items() if parent == up.pid}
        assert len(children) == 5
        up.send_signal(order)
        assert up.wait(PATIENCE) == status
    eventually(lambda: not children & set(running()))
