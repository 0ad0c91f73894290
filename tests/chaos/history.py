"""What has happened, from what processes have left: workers' logs, and Redis's append-only file."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

_RECORD = re.compile(rb"vouch:job:([0-9a-f]{32}):record")
_ENDS = frozenset({"leg_done", "leg_not_ours", "leg_let_go", "job_gone"})
"""What a worker says last about a leg."""
_DEATH = "killed_by_a_test"


@dataclass(frozen=True, slots=True)
class Held:
    """A leg that a worker has begun."""

    job_id: str
    attempt: int
    leg: str
    begun_at: float
    """Seconds since 1970."""


def legs_begun(logs: Sequence[Path]) -> list[Held]:
    """All legs that workers have begun, the earliest first."""
    begun = [_held(line) for log in logs for line in _lines(log) if line["event"] == "leg_begun"]
    return sorted(begun, key=lambda held: held.begun_at)


def legs_in_hand(log: Path) -> tuple[Held, ...]:
    """Legs that the last process of this log has begun, and not ended."""
    held: dict[tuple[str, int, str], Held] = {}
    for line in _lines(log):
        if line["event"] == "leg_begun":
            found = _held(line)
            held[found.job_id, found.attempt, found.leg] = found
        elif line["event"] in _ENDS:
            held.pop((line["job"], line["attempt"], line["leg"]), None)
        elif line["event"] == _DEATH:
            held.clear()
    return tuple(held.values())


def note_death(log: Path) -> None:
    """Say in a worker's log what it could not say itself."""
    with log.open("a") as file:
        file.write(json.dumps({"event": _DEATH}) + "\n")


def said(logs: Sequence[Path], event: str) -> int:
    """How often an event is in the logs."""
    return sum(line["event"] == event for log in logs for line in _lines(log))


def records_written(append_only_file: Path) -> Counter[str]:
    """How often Redis was told to keep a record, by job: the file has every write, in order."""
    written: Counter[str] = Counter()
    with append_only_file.open("rb") as file:
        for command in _commands(file):
            if command[0].upper() == b"SET" and (record := _RECORD.fullmatch(command[1])):
                written[record[1].decode()] += 1
    return written


def _commands(file: BinaryIO) -> Iterator[list[bytes]]:
    """The commands of the file, each as its parts; a last one that was cut off is not there."""
    while head := file.readline():
        if not head.startswith(b"*"):
            raise ValueError("the append-only file was rewritten: it no longer has every write")
        parts = []
        for _ in range(int(head[1:])):
            length = int(file.readline()[1:] or b"0")
            parts.append(file.read(length + 2)[:-2])
        if parts and parts[-1]:
            yield parts


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(errors="replace") as file:
        for line in file:
            if line.startswith("{") and line.endswith("}\n"):
                yield json.loads(line)


def _held(line: dict[str, Any]) -> Held:
    at = datetime.fromisoformat(line["timestamp"]).timestamp()
    return Held(line["job"], line["attempt"], line["leg"], at)
