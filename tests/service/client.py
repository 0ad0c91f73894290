"""A client of the service with a real Redis; the workers' writes are made by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from httpx import ASGITransport, AsyncClient, Response

from vouch.service.app import create_app
from vouch.service.settings import ServiceSettings
from vouch.storage.settings import StorageSettings

LIMIT = 100_000
"""Bytes that an upload may have."""


@asynccontextmanager
async def serving(
    settings: ServiceSettings, storage: StorageSettings
) -> AsyncIterator[AsyncClient]:
    """A client of a service in this event loop (Litestar's own test client starts another)."""
    app = create_app(settings, storage)
    started, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        """Enter and leave the lifespan in one task, as anyio asks for."""
        async with app.lifespan():
            started.set()
            await over.wait()

    transport = ASGITransport(cast("Any", app))
    async with (
        asyncio.TaskGroup() as tasks,
        AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        tasks.create_task(live())
        await started.wait()
        yield client
        over.set()


async def submit(client: AsyncClient, content: bytes = b"bytes", **form: str) -> Response:
    return await client.post("/v1/jobs", files={"file": ("../a/shop.png", content)}, data=form)


def assert_problem(answer: Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert set(problem) >= {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:vouch:problem:{code}"
