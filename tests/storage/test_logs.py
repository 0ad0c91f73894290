import json
import subprocess
import sys
from typing import Any

import pytest

SECRET = "the name of the patient"
START = "import logging, asyncio, structlog, warnings\nfrom vouch.storage.logs import *\n"


def said(code: str) -> list[dict[str, Any]]:
    """The log of a process of its own, as how to log is a matter of the whole process."""
    command = [sys.executable, "-c", f"{START}log_as_json()\n{code}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


RAISED = f"try:\n    raise ValueError({SECRET!r})\nexcept ValueError as error:\n    "


@pytest.mark.parametrize(
    "told",
    [
        "logging.getLogger('any').exception('it failed')",
        "structlog.get_logger('any').exception('it failed')",
        "structlog.get_logger('any').error('it failed', exc_info=error)",
    ],
)
def test_an_exception_is_told_by_type_and_place_without_its_words(told: str) -> None:
    (line,) = said(RAISED + told)
    assert (line["event"], line["level"], line["error"]) == ("it failed", "error", "ValueError")
    assert line["frames"] == ["<string>:5 <module>"]
    assert SECRET not in json.dumps(line)


def test_what_asyncio_adds_of_an_exception_is_left_out() -> None:
    lines = said(
        "async def bad():\n"
        f"    raise ValueError({SECRET!r})\n"
        "async def main():\n"
        "    task = asyncio.create_task(bad())\n"
        "    await asyncio.wait([task])\n"
        "asyncio.run(main())\n"
    )
    assert [line["event"] for line in lines] == ["Task exception was never retrieved"]
    assert SECRET not in json.dumps(lines)


def test_lines_say_whose_job_they_are_about() -> None:
    (line,) = said(
        "from datetime import UTC, datetime\n"
        "from vouch.schemas.job import *\n"
        "now = datetime.now(UTC)\n"
        "tell_of(Job(id='1', tenant='a', status='queued', options=Options(), upload='',\n"
        "    filename='x', request_id='r', traceparent='00-' + 'a' * 32 + '-' + 'b' * 16 + '-01',\n"
        "    created_at=now, updated_at=now))\n"
        "logging.getLogger('any').info('so')"
    )
    del line["timestamp"]
    assert line == {
        "event": "so",
        "job": "1",
        "level": "info",
        "logger": "any",
        "request_id": "r",
        "tenant": "a",
        "trace": "a" * 32,
    }


def test_warnings_are_lines_and_chatter_is_none() -> None:
    lines = said(
        "warnings.warn('old')\n"
        "for name in ('httpx', 'httpcore.http11', 'kombu', 'celery.worker', 'celery.app.trace'):\n"
        "    logging.getLogger(name).info('https://user:secret@host')\n"
    )
    assert [line["logger"] for line in lines] == ["py.warnings"]
    assert lines[0]["level"] == "warning"
