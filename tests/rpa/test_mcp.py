"""An agent's client against `vouch mcp` and a real service."""

import json
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from vouch.cli.stack import Stack

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


def agent(stack: Stack) -> Client:
    command = str(Path(sys.executable).with_name("vouch"))
    return Client(StdioServerParameters(command=command, args=["mcp", "--url", stack.url]))


async def test_an_agent_learns_what_the_tools_are_for(stack: Stack) -> None:
    async with agent(stack) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {
        "extract_record", "locate_element", "ask_picture", "submit_picture", "wait_for_job",
    }  # fmt: skip
    assert all(tool.description for tool in tools.values())
    assert tools["locate_element"].input_schema["required"] == ["path", "description"]


async def test_an_agent_reads_a_receipt(stack: Stack) -> None:
    async with agent(stack) as client:
        answer = await client.call_tool("extract_record", {"path": str(SAMPLE)})
        job = await client.call_tool("submit_picture", {"path": str(SAMPLE)})
        again = await client.call_tool("wait_for_job", {"job": said(job)})
    record = json.loads(said(answer))
    assert record["data"]["total"]
    assert record["fields"]["/total"]["evidence"]
    assert json.loads(said(again))["data"] == record["data"]


async def test_what_is_wrong_is_told_with_its_code(stack: Stack) -> None:
    async with agent(stack) as client:
        gone = await client.call_tool("wait_for_job", {"job": "0" * 32})
        lost = await client.call_tool("extract_record", {"path": "nowhere.png"})
    assert gone.is_error
    assert "job_not_found" in said(gone)
    assert lost.is_error
    assert "invalid_request" in said(lost)


def said(answer: Any) -> str:
    return str(answer.content[0].text)
