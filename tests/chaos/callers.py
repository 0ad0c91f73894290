"""Programs that use the service over HTTP, and ask again when an answer is lost."""

import random
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from vouch.schemas.job import TERMINAL
from vouch.schemas.value import Value

_LONGEST_PAUSE_SECONDS = 2.0
"""Shorter than what Retry-After asks for: a test that waits finds out less."""
_POLL_SECONDS = 10.0


class Seen(Value):
    """A job that was accepted, as its caller saw it last."""

    job_id: str
    status: str
    """One of a job; "unknown" after a 404, "unfinished" when time was over."""
    has_record: bool = False


@dataclass
class Told:
    """What all callers together have been answered."""

    answers: Counter[str] = field(default_factory=Counter)
    """How often, by status; "none" for a connection that was lost."""
    faults: list[str] = field(default_factory=list)
    """Answers that no caller should get."""
    finished: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: httpx.Response | None) -> None:
        with self.lock:
            self.answers["none" if answer is None else str(answer.status_code)] += 1
            if answer is not None and answer.status_code >= 500 and not _asks_to_wait(answer):
                self.faults.append(f"{answer.request.url.path} {answer.status_code}")


@dataclass(frozen=True)
class Caller:
    """One program: hands in its documents, a few ahead of those that it waits for."""

    http: httpx.Client
    told: Told
    deadline: float
    """By the monotonic clock."""
    ahead: int = 12

    def run(self, documents: Sequence[bytes]) -> list[Seen]:
        """Every document from its submit to its end, in any order."""
        waiting: deque[str] = deque()
        ended = []
        for document in documents:
            waiting.append(self.submit(document))
            if len(waiting) > self.ahead:
                ended.append(self.follow(waiting.popleft()))
        return ended + [self.follow(job_id) for job_id in waiting]

    def submit(self, document: bytes, **form: str) -> str:
        """The job's id. The same key again and again makes one job only."""
        answer = self.ask(
            "POST",
            "/v1/jobs",
            files={"file": ("receipt.jpg", document)},
            data=form,
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        if answer.status_code != httpx.codes.ACCEPTED:
            raise AssertionError(f"not accepted: {answer.status_code} {answer.text}")
        return str(answer.json()["id"])

    def follow(self, job_id: str) -> Seen:
        """Wait for the end of a job."""
        while time.monotonic() < self.deadline:
            answer = self.ask("GET", f"/v1/jobs/{job_id}", params={"wait": _POLL_SECONDS})
            if answer.status_code == httpx.codes.NOT_FOUND:
                return self._end(Seen(job_id=job_id, status="unknown"))
            view = answer.json()
            if view.get("status") in TERMINAL:
                has_record = view["record"] is not None
                return self._end(Seen(job_id=job_id, status=view["status"], has_record=has_record))
        return Seen(job_id=job_id, status="unfinished")

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The first answer that does not ask to wait. TimeoutError when there is none."""
        while time.monotonic() < self.deadline:
            answer = self._try(method, path, **request)
            self.told.note(answer)
            if answer is not None and answer.status_code not in (429, 502, 503):
                return answer
            wished = 0.5 if answer is None else float(answer.headers.get("retry-after", 1))
            time.sleep(min(wished, _LONGEST_PAUSE_SECONDS) * random.uniform(0.3, 1))
        raise TimeoutError(f"{method} {path}: no answer in time")

    def _try(self, method: str, path: str, **request: Any) -> httpx.Response | None:
        try:
            return self.http.request(method, path, **request)
        except httpx.TransportError:
            return None

    def _end(self, seen: Seen) -> Seen:
        with self.told.lock:
            self.told.finished += 1
        return seen


@contextmanager
def calling(
    url: str, told: Told, deadline: float, headers: Mapping[str, str] | None = None
) -> Iterator[Caller]:
    """A caller with connections of its own."""
    timeout = httpx.Timeout(30.0, connect=5.0)
    with httpx.Client(
        base_url=url, timeout=timeout, trust_env=False, headers=dict(headers or {})
    ) as http:
        yield Caller(http, told, deadline)


def call_all(
    url: str, told: Told, documents: Sequence[bytes], callers: int, seconds: float
) -> list[Seen]:
    """So many callers at once share the documents; gives what became of each."""
    deadline = time.monotonic() + seconds

    def share(number: int) -> list[Seen]:
        with calling(url, told, deadline) as caller:
            return caller.run(documents[number::callers])

    with ThreadPoolExecutor(callers) as threads:
        return [seen for part in threads.map(share, range(callers)) for seen in part]


def _asks_to_wait(answer: httpx.Response) -> bool:
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "retry-after" in answer.headers
