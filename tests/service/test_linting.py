"""More schemas than can be judged: those who come too late are sent away at once."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.service.client import assert_problem, serving
from vouch.grammar.lint import Lint, lint
from vouch.schemas.errors import ServiceBusy
from vouch.schemas.shape import JsonSchema
from vouch.service import linting
from vouch.service.linting import Linter
from vouch.service.settings import ServiceSettings
from vouch.storage.settings import StorageSettings

PLACES = 18
"""Two schemas that are judged, and sixteen that wait."""
TEXT: JsonSchema = {"type": "string"}


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No schema is judged before this is set."""
    gate = threading.Event()

    def late(schema: JsonSchema) -> Lint:
        gate.wait()
        return lint(schema)

    monkeypatch.setattr(linting, "lint", late)
    yield gate
    gate.set()


async def test_who_comes_when_all_places_are_taken_is_told_to_come_again(
    storage: StorageSettings, open_gate: threading.Event
) -> None:
    async with serving(ServiceSettings(), storage) as client, asyncio.TaskGroup() as tasks:
        asked = {
            tasks.create_task(client.post("/v1/schemas:lint", json=TEXT)) for _ in range(PLACES + 1)
        }
        (late,), others = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert_problem(late.result(), 503, "service_busy")
        assert int(late.result().headers["retry-after"]) > 0
        assert_problem(await client.put("/v1/schemas/order", json=TEXT), 503, "service_busy")
        sent = await client.post("/v1/jobs", files={"json_schema": b"{}", "file": b"bytes"})
        assert_problem(sent, 503, "service_busy")
        open_gate.set()
        judged = await asyncio.gather(*others)
        assert [answer.status_code for answer in judged] == [200] * PLACES
        assert (await client.put("/v1/schemas/order", json=TEXT)).status_code == 201


async def test_a_caller_who_goes_away_gives_the_place_back(open_gate: threading.Event) -> None:
    linter = Linter()
    asked = [asyncio.create_task(linter.lint(TEXT)) for _ in range(PLACES)]
    await asyncio.sleep(0)  # they take their places
    with pytest.raises(ServiceBusy):
        await linter.lint(TEXT)
    asked[-1].cancel()
    await asyncio.wait(asked[-1:])
    again = asyncio.create_task(linter.lint(TEXT))
    open_gate.set()
    assert (await again).accepted
    await asyncio.gather(*asked[:-1])
    linter.close()
