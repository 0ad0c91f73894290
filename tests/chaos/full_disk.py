"""A running Vouch whose blobs lie on a disk that fills up: `full_disk.py FOLDER`.

FOLDER has `blobs`, where a small file system of its own is mounted. Exits with 0 when everything
was as it must be; else with the traceback of what was not.
"""

import signal
import sys
import time
from pathlib import Path

from tests.chaos.callers import Caller, Told, calling
from tests.chaos.documents import page, thumbnail
from tests.chaos.history import records_written
from tests.chaos.killing import process_of
from tests.eventually import eventually
from tests.stacks import stack_with
from vouch.cli.stack import Stack


def main() -> None:
    folder = Path(sys.argv[1])
    told = Told()
    with (
        stack_with(folder, VOUCH_BLOBS=str(folder / "blobs")) as stack,
        calling(stack.url, told, time.monotonic() + 90) as caller,
    ):
        first, job_id = caller.submit(thumbnail()), given_back(stack, caller, folder / "blobs")
        assert caller.follow(first).status == "succeeded"
        end = caller.follow(job_id)
        assert (end.status, end.has_record) == ("succeeded", True), end
        assert caller.follow(caller.submit(page())).status == "succeeded"
    assert told.faults == []
    assert records_written(folder / "redis" / "appendonly.aof")[job_id] == 1


def given_back(stack: Stack, caller: Caller, blobs: Path) -> str:
    """The id of a job that was taken in while there was room, and begun when there was none."""
    worker, filler = process_of(stack, "cpu"), blobs / "filler"
    worker.send_signal(signal.SIGSTOP)
    job_id = caller.submit(page())
    fill(filler)
    worker.send_signal(signal.SIGCONT)
    log = stack.logs / "cpu.log"
    eventually(
        lambda: any(
            "leg_failed" in line and job_id in line for line in log.read_text().splitlines()
        )
    )
    answer = caller.http.post("/v1/jobs", files={"file": page()})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable"), answer.text
    assert int(answer.headers["retry-after"]) > 0
    ready = caller.http.get("/readyz")
    assert (ready.status_code, ready.json()["missing"]) == (503, ["blobs"])
    assert caller.http.get(f"/v1/jobs/{job_id}").json()["status"] == "running"
    filler.unlink()
    return job_id


def fill(file: Path) -> None:
    """Until there is room for not one byte more."""
    with file.open("wb", buffering=0) as filler:
        for size in (65536, 1):
            try:
                while filler.write(b"0" * size):
                    pass
            except OSError:
                continue


if __name__ == "__main__":
    main()
