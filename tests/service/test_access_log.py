"""What the log says of requests, and what only the metrics do."""

import json

import pytest
from httpx import AsyncClient

from tests.service.client import submit
from vouch.storage.keys import new_job_id


async def test_polls_that_went_well_are_counted_and_everything_else_is_logged(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = (await submit(client)).json()["id"]
    for path in (f"/v1/jobs/{identity}", f"/v1/jobs/{new_job_id()}", f"/v1/jobs/{identity}/record"):
        await client.get(path)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"route"' in line]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/v1/jobs", 202),
        ("GET", "/v1/jobs/{job_id}", 404),
        ("GET", "/v1/jobs/{job_id}/record", 404),
    ]
    polls = 'vouch_http_requests_total{method="GET",route="/v1/jobs/{job_id}",status="200"} 1.0'
    assert polls in (await client.get("/metrics")).text
