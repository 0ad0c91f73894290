"""A caller of the HTTP service: submit, follow, fetch."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from vouch.schemas.errors import ServiceFailed
from vouch.schemas.job import TERMINAL, JobError, JobView, Options
from vouch.schemas.record import Record

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Client:
    """One connection to a running service. ServiceFailed for every answer that is a problem."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Self]:
        """A client of the service at `url`, for as long as the block lasts.

        It sends the API key that VOUCH_API_KEY holds: a command line can be read by everyone.
        """
        # A proxy from the environment cannot reach this machine's own services.
        trust_env = httpx.URL(url).host not in _LOOPBACK
        timeout = httpx.Timeout(60.0, connect=5.0)
        key = os.environ.get("VOUCH_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else None
        with httpx.Client(
            base_url=url, headers=headers, timeout=timeout, trust_env=trust_env
        ) as http:
            yield cls(http)

    def submit(self, content: bytes, filename: str, options: Options) -> str:
        """Hand in a document; the job's id."""
        fields = _schema(options)
        if options.readers != "both":
            fields["readers"] = options.readers
        if options.target_precision is not None:
            fields["target_precision"] = str(options.target_precision)
        answer = self._ask("POST", "/v1/jobs", files={"file": (filename, content)}, data=fields)
        return str(answer.json()["id"])

    def follow(self, job: str, wait: float = 0.5) -> Iterator[JobView]:
        """The job's state, again and again, until it has ended; the service holds each poll."""
        while True:
            asked = self._ask("GET", f"/v1/jobs/{job}", params={"wait": wait})
            view = JobView.model_validate_json(asked.content)
            yield view
            if view.status in TERMINAL:
                return

    def overlay(self, job: str, page: int) -> bytes:
        """A page with its evidence drawn on it, as PNG."""
        return self._ask("GET", f"/v1/jobs/{job}/pages/{page}.png", params={"overlay": 1}).content

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401  httpx's own
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise ServiceFailed(
                "service_unreachable",
                f"no answer from {self._http.base_url}: {type(error).__name__}"
                " (is it running? `vouch up`; or use --local)",
            ) from error
        if answer.is_success:
            return answer
        raise _problem(answer)


def _schema(options: Options) -> dict[str, str]:
    """The part of the form that says which schema."""
    if options.json_schema is not None:
        return {"json_schema": json.dumps(options.json_schema)}
    version = options.schema_version
    return {"schema": f"{options.schema_name}@{version}" if version else options.schema_name}


def _problem(answer: httpx.Response) -> ServiceFailed:
    """The problem details (RFC 9457) of an answer, or its bare status."""
    if "json" not in answer.headers.get("content-type", ""):
        return ServiceFailed(f"http_{answer.status_code}", answer.reason_phrase)
    problem = answer.json()
    code = problem.get("code", f"http_{answer.status_code}")
    return ServiceFailed(
        code, problem.get("detail") or problem.get("title") or answer.reason_phrase
    )


def follow_to_record(client: Client, job: str, on_stage: Callable[[str], None]) -> Record:
    """Wait for a job to end, telling each change of stage. ServiceFailed unless it succeeds."""
    told = None
    for view in client.follow(job):
        stage = view.stage or view.status
        if stage != told:
            on_stage(stage)
        told = stage
    if view.status == "succeeded" and view.record is not None:
        return view.record
    error = view.error or JobError(code=view.status, detail="the job did not succeed")
    raise ServiceFailed(error.code, error.detail)


def write_overlays(client: Client, job: str, record: Record, path: Path) -> list[Path]:
    """Each page's overlay: `path` itself, then path-2, path-3 … for further pages."""
    written = [numbered(path, page.number) for page in record.pages]
    for page, place in zip(record.pages, written, strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(client.overlay(job, page.number))
    return written


def numbered(path: Path, page: int) -> Path:
    """out.png for page 1, out-2.png for page 2."""
    return path if page == 1 else path.with_stem(f"{path.stem}-{page}")
