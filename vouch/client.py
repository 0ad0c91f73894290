"""A caller of the HTTP service: submit, follow, fetch."""

import json
import math
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from vouch.schemas.errors import ServiceFailed
from vouch.schemas.job import TERMINAL, JobError, JobList, JobView, Options
from vouch.schemas.record import Record
from vouch.schemas.shape import JsonSchema
from vouch.schemas.similar import SimilarJobs

_ONCE = "Idempotency-Key"
"""With it a request that is repeated makes no second job."""
_MOST_LISTED = 200
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


_TRIES = 5
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0
"""Who is asked to wait longer tells the person instead."""
_COME_AGAIN = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


class Client:
    """One connection to a running service. ServiceFailed for every answer that is a problem.

    Asks again, a few times, after the pause that a busy service asks for; and what can be repeated
    also when a connection was lost.
    """

    def __init__(self, http: httpx.Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep
        self._has_answered = False

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
        if options.pages is not None:
            fields["pages"] = options.pages
        if options.ignore_embedded:
            fields["ignore_embedded"] = "true"
        if options.readers != "both":
            fields["readers"] = options.readers
        if options.target_precision is not None:
            fields["target_precision"] = str(options.target_precision)
        if options.redact is not None:
            fields["redact"] = ",".join(options.redact)
        answer = self._ask(
            "POST",
            "/v1/jobs",
            files={"file": (filename, content)},
            data=fields,
            headers={_ONCE: uuid.uuid4().hex},
        )
        return str(answer.json()["id"])

    def job(self, job: str) -> JobView:
        """A job as it is now."""
        return JobView.model_validate_json(self._ask("GET", f"/v1/jobs/{job}").content)

    def jobs(self, limit: int, **wanted: str | None) -> Iterator[JobView]:
        """At most so many jobs, newest first; `wanted` are the filters of `GET /v1/jobs`."""
        asked = {name: value for name, value in wanted.items() if value is not None}
        while limit > 0:
            page = {"limit": str(min(limit, _MOST_LISTED))}
            answer = self._ask("GET", "/v1/jobs", params={**asked, **page})
            found = JobList.model_validate_json(answer.content)
            yield from found.jobs
            if found.cursor is None:
                return
            asked["cursor"] = found.cursor
            limit -= len(found.jobs)

    def similar(self, job: str, limit: int) -> SimilarJobs:
        """The jobs whose pictures look most like this one's."""
        answer = self._ask("GET", f"/v1/jobs/{job}/similar", params={"limit": limit})
        return SimilarJobs.model_validate_json(answer.content)

    def cancel(self, job: str) -> None:
        """End a job."""
        self._ask("POST", f"/v1/jobs/{job}/cancel")

    def replay(self, job: str) -> None:
        """Try a job again that failed or was quarantined."""
        self._ask("POST", f"/v1/jobs/{job}/replay")

    def delete(self, job: str) -> None:
        """Purge a job and all that belongs to it."""
        self._ask("DELETE", f"/v1/jobs/{job}")

    def follow(self, job: str, wait: float = 0.5) -> Iterator[JobView]:
        """The job's state, again and again, until it has ended; the service holds each poll."""
        while True:
            asked = self._ask("GET", f"/v1/jobs/{job}", params={"wait": wait})
            view = JobView.model_validate_json(asked.content)
            yield view
            if view.status in TERMINAL:
                return

    def exported(self, job: str, form: str, table: int | None) -> str:
        """A job's record in a format of other programs."""
        asked = {"format": form} if table is None else {"format": form, "table": str(table)}
        return self._ask("GET", f"/v1/jobs/{job}/record", params=asked).text

    def openapi(self) -> dict[str, Any]:
        """What the service can do, as OpenAPI 3.1."""
        return dict(self._ask("GET", "/openapi/openapi.json").json())

    def flat_schema(self, name: str) -> JsonSchema:
        """The JSON Schema of flat records under a schema."""
        return dict(self._ask("GET", f"/v1/schemas/{name}", params={"flat": True}).json())

    def overlay(self, job: str, page: int) -> bytes:
        """A page with its evidence drawn on it, as PNG."""
        return self._ask("GET", f"/v1/jobs/{job}/pages/{page}.png", params={"overlay": 1}).content

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401  httpx's own
        can_be_repeated = method == "GET" or _ONCE in request.get("headers", {})
        for tried in range(1, _TRIES + 1):
            pause = _PAUSE_SECONDS * 2**tried
            try:
                answer = self._http.request(method, path, **request)
            except httpx.HTTPError as error:
                # one that never answered is not running, and will not in a few seconds
                if tried == _TRIES or not (can_be_repeated and self._may_come_back(error)):
                    raise _unreachable(self._http.base_url, error) from error
            else:
                self._has_answered = True
                if answer.is_success:
                    return answer
                pause = _pause(answer)
                if tried == _TRIES or pause > _LONGEST_PAUSE_SECONDS:
                    break
            self._sleep(pause)
        raise _problem(answer)

    def _may_come_back(self, error: httpx.HTTPError) -> bool:
        return self._has_answered or not isinstance(error, httpx.ConnectError)


def _unreachable(url: httpx.URL, error: httpx.HTTPError) -> ServiceFailed:
    return ServiceFailed(
        "service_unreachable",
        f"no answer from {url}: {type(error).__name__} (is it running? `vouch up`; or use --local)",
    )


def _pause(answer: httpx.Response) -> float:
    """Seconds after which to ask again; infinite for what would be answered the same."""
    wish = answer.headers.get("retry-after", "")
    if answer.status_code not in _COME_AGAIN or not wish.isdecimal():
        return math.inf
    return float(wish)


def _schema(options: Options) -> dict[str, str]:
    """The part of the form that says which schema, or what is asked instead."""
    if options.question is not None:
        return {"question": options.question}
    if options.locate is not None:
        return {"locate": options.locate}
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


def follow_to_record(
    client: Client, job: str, on_stage: Callable[[str], None], seconds: float = math.inf
) -> Record:
    """Wait for a job to end, telling each change of stage. ServiceFailed unless it succeeds.

    It must do so in these seconds; a job that has not yet goes on.
    """
    told, last = None, time.monotonic() + seconds
    for view in client.follow(job):
        stage = view.stage or view.status
        if stage != told:
            on_stage(stage)
        told = stage
        if view.status not in TERMINAL and time.monotonic() > last:
            raise ServiceFailed("not_finished", f"the job has not ended within {seconds:g} seconds")
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
