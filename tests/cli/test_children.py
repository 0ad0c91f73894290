"""Children that are kept alive: real processes, as small as they can be."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vouch.cli.children import Child, Keeper
from vouch.schemas.errors import StackFailed
from vouch.schemas.statuses import CANNOT_START

POLITE = """
import signal, sys
def end(*_):
    print("ended", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("began", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    """Of children that rest for a moment only."""
    keeper = Keeper(rest_seconds=(0.01, 0.01))
    yield keeper
    keeper.stop()


def child(tmp_path: Path, program: str, grace_seconds: float = 5.0) -> Child:
    command = [sys.executable, "-I", "-S", "-c", program]
    return Child("it", command, os.environ, tmp_path / "log", grace_seconds=grace_seconds)


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_child_is_started_again_and_stopped_politely(tmp_path: Path) -> None:
    keeper, it = Keeper(), child(tmp_path, POLITE)
    keeper.add(it)
    eventually(lambda: it.log.read_text() == "began\n")
    os.kill(keeper.pid("it"), signal.SIGKILL)
    eventually(lambda: it.log.read_text() == "began\nbegan\n")
    keeper.stop()
    assert it.log.read_text() == "began\nbegan\nended\n"


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(15, signal.SIG_IGN); print(1, flush=True); signal.pause()"
    keeper, it = Keeper(), child(tmp_path, deaf, grace_seconds=0.1)
    keeper.add(it)
    eventually(lambda: it.log.read_text() == "1\n")
    keeper.stop()
    assert it.process is not None
    assert it.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("last_line", "told"),
    [("plain words", "plain words"), ('{"detail": "no model", "code": "x"}', "no model")],
)
def test_a_child_that_cannot_start_says_why(
    tmp_path: Path, keeper: Keeper, last_line: str, told: str
) -> None:
    keeper.add(child(tmp_path, f"print({last_line!r}); raise SystemExit({CANNOT_START})"))
    with pytest.raises(StackFailed, match=f"it cannot run: {told}"):
        keeper.wait()


def test_a_child_that_worked_once_is_started_again_however_often_it_is_killed(
    tmp_path: Path, keeper: Keeper
) -> None:
    keeper.trust()
    it = child(tmp_path, "import os; print(1, flush=True); os.kill(os.getpid(), 11)")
    keeper.add(it)
    eventually(lambda: it.log.read_text().count("1") > 7)
    keeper.check()


def test_a_child_that_is_killed_before_it_ever_worked_is_given_up(
    tmp_path: Path, keeper: Keeper
) -> None:
    keeper.add(child(tmp_path, "import os; print('overcome', flush=True); os.kill(os.getpid(), 9)"))
    with pytest.raises(StackFailed, match="it cannot run: overcome"):
        keeper.wait()


def test_a_child_that_exits_again_and_again_is_given_up_although_it_worked_once(
    tmp_path: Path, keeper: Keeper
) -> None:
    keeper.trust()
    keeper.add(child(tmp_path, "raise SystemExit(1)"))
    with pytest.raises(StackFailed, match="it said nothing"):
        keeper.wait()


def test_a_child_that_rests_keeps_no_other_waiting(tmp_path: Path) -> None:
    keeper = Keeper(rest_seconds=(600, 600))
    resting = child(tmp_path, "raise SystemExit(1)")
    other = replace(child(tmp_path, POLITE), name="other", log=tmp_path / "other")
    try:
        keeper.add(resting)
        eventually(lambda: resting.rests_until is not None)
        keeper.add(other)
        eventually(lambda: other.log.read_text() == "began\n")
        os.kill(keeper.pid("other"), signal.SIGKILL)
        eventually(lambda: other.rests_until is not None)
    finally:
        keeper.stop()


def test_a_child_that_dies_again_and_again_is_given_up(tmp_path: Path, keeper: Keeper) -> None:
    keeper.add(child(tmp_path, "raise SystemExit(1)"))
    with pytest.raises(StackFailed, match="it said nothing"):
        keeper.wait()
