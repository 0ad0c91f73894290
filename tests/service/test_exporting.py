"""A record in the formats of other programs, over HTTP."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.service.client import LIMIT, assert_problem, serving
from tests.service.workers import finish
from vouch.schemas.job import Job
from vouch.schemas.partial import PagePart, PartLine, PartWord
from vouch.schemas.record import Record
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import part_key
from vouch.storage.settings import StorageSettings

_CORNERS = ((10.0, 10.0), (60.0, 10.0), (60.0, 30.0), (10.0, 30.0))


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT), storage) as client:
        yield client


@pytest.fixture
async def done(jobs: JobStore, attempts: AttemptStore, job: Job, record: Record) -> str:
    """The address of a record."""
    await jobs.submit(job)
    finish(attempts, job.id, record)
    return f"/v1/jobs/{job.id}/record"


async def test_the_fields_as_csv(client: AsyncClient, done: str) -> None:
    answer = await client.get(done, params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert dict(zip(header, rows[0], strict=True))["value"] == "9.00"


async def test_the_record_as_flat_json(client: AsyncClient, done: str) -> None:
    answer = await client.get(done, params={"format": "flat"})
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert (found["total"], found["total_decision"], found["total_left"]) == ("9.00", "accept", 400)
    schema = (await client.get("/v1/schemas/receipt", params={"flat": True})).json()
    assert list(schema["properties"]) == list(found)


async def test_a_flat_record_under_the_callers_schema(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    own = {"type": "object", "properties": {"total": {"type": "string"}}}
    options = job.options.model_copy(update={"schema_name": "inline", "json_schema": own})
    await jobs.submit(job.model_copy(update={"options": options}))
    finish(attempts, job.id, record)
    found = (await client.get(f"/v1/jobs/{job.id}/record", params={"format": "flat"})).json()
    assert found["total"] == "9.00"
    assert "date" not in found


async def test_who_waits_for_a_record_gets_it_when_it_is_there(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    address = f"/v1/jobs/{job.id}/record"
    answer, _ = await asyncio.gather(
        client.get(address, params={"wait": 50}),
        asyncio.to_thread(finish, attempts, job.id, record),
    )
    assert Record.model_validate_json(answer.content) == record


async def test_who_waits_in_vain_is_told_so(client: AsyncClient, jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    answer = await client.get(f"/v1/jobs/{job.id}/record", params={"wait": 0.01})
    assert_problem(answer, 404, "record_not_ready")


async def test_the_words_as_hocr(
    client: AsyncClient, done: str, blobs: BlobStore, job: Job
) -> None:
    word = PartWord(text="<9.00>", polygon=_CORNERS, score=0.97)
    line = PartLine(text="<9.00>", polygon=_CORNERS, words=(word,))
    part = PagePart(number=1, width=500, height=800, issues=(), lines=(line,))
    blobs.put(part_key(job.id, 1), part.model_dump_json().encode())
    answer = await client.get(done, params={"format": "hocr"})
    assert answer.headers["content-type"] == "text/vnd.hocr+html; charset=utf-8"
    assert "bbox 10 10 60 30; x_wconf 97" in answer.text
    assert "&lt;9.00&gt;" in answer.text


async def test_words_that_are_not_kept_are_told_of(client: AsyncClient, done: str) -> None:
    assert_problem(await client.get(done, params={"format": "alto"}), 404, "page_not_found")


async def test_a_table_that_is_not_there(client: AsyncClient, done: str) -> None:
    answer = await client.get(done, params={"format": "csv", "table": 0})
    assert_problem(answer, 404, "field_not_found")


async def test_a_table_is_counted_from_0(client: AsyncClient, done: str) -> None:
    answer = await client.get(done, params={"format": "csv", "table": -1})
    assert_problem(answer, 422, "invalid_request")
    described = (await client.get("/openapi/openapi.json")).json()
    asked = described["paths"]["/v1/jobs/{job_id}/record"]["get"]["parameters"]
    (table,) = [parameter["schema"] for parameter in asked if parameter["name"] == "table"]
    assert {"type": "integer", "minimum": 0.0} in table["oneOf"]


async def test_a_format_that_nobody_knows(client: AsyncClient, done: str) -> None:
    assert_problem(await client.get(done, params={"format": "docx"}), 422, "invalid_request")


async def test_without_a_format_it_is_the_record(
    client: AsyncClient, done: str, record: Record
) -> None:
    answer = await client.get(done)
    assert Record.model_validate_json(answer.content) == record
