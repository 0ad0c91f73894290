"""Every bad input through the HTTP door of a real stack with real OCR: `make bad-inputs`."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from vouch.cli.stack import Stack, running_stack

ROOT = Path(__file__).parents[2]
BAD_INPUTS = ROOT.parent / "shared" / "data" / "bad-inputs"
SAMPLE = ROOT / "samples" / "receipt.jpg"
PROCESSES = ("api", "cpu", "ocr", "vlm")
PATIENCE = 120.0


def fate(client: httpx.Client, name: str, content: bytes) -> str:
    """ "succeeded", or the code with which the door or the job refused the file."""
    answer = client.post("/v1/jobs", files={"file": (name, content)})
    assert answer.status_code < 500, name
    if not answer.is_success:
        return str(answer.json()["code"])
    job: dict[str, Any] = {"status": "queued"}
    for _ in range(3):
        job = client.get(answer.headers["location"], params={"wait": PATIENCE / 3}).json()
        if job["status"] in ("succeeded", "failed"):
            break
    assert job["status"] in ("succeeded", "failed"), name
    return str(job["error"]["code"]) if job["status"] == "failed" else "succeeded"


def alive(stack: Stack) -> list[int]:
    return [stack.pid(name) for name in PROCESSES]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.shared_data
@pytest.mark.skipif(not BAD_INPUTS.is_dir(), reason="the development pictures are not here")
def test_every_bad_input_gets_a_clear_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    files = sorted(BAD_INPUTS.iterdir())
    with (
        running_stack(tmp_path) as stack,
        httpx.Client(base_url=stack.url, timeout=PATIENCE) as client,
    ):
        before = alive(stack)
        fates = Counter(fate(client, file.name, file.read_bytes()) for file in files)
        last = fate(client, "receipt.jpg", SAMPLE.read_bytes())
        replaced = sum(one != other for one, other in zip(before, alive(stack), strict=True))
    with capsys.disabled():
        counts = {"files": len(files), "fates": dict(fates), "workers_replaced": replaced}
        print("\n" + json.dumps(counts))  # noqa: T201  # the figure of the issue's bar
    assert "internal_error" not in fates
    assert (replaced, last) == (0, "succeeded")
