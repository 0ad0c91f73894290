"""The short form of `make chaos`, and what it judges by."""

from pathlib import Path

import pytest

from tests.chaos.history import Held, legs_in_hand, note_death, records_written
from tests.chaos.killing import Kill
from tests.chaos.run import chaos, recoveries

JOB = "0" * 32


def test_nothing_is_lost_while_processes_are_killed(tmp_path: Path) -> None:
    run = chaos(tmp_path, jobs=160, seed=7, pause=(0.5, 2.0))
    assert (run.lost, run.doubled, run.unfinished, run.twins, run.faults) == (0, 0, 0, 0, ())
    assert run.worker_kills > 3
    assert run.redis_restarts == 2  # how quickly all recovered is for `make chaos` to judge


def test_a_leg_that_died_with_its_worker_is_recovered_when_it_is_begun_again() -> None:
    lost, ended = Held(JOB, 1, "perceive", 10), Held(JOB, 1, "depict", 9)
    begun = [ended, lost, Held(JOB, 2, "perceive", 17), Held(JOB, 3, "perceive", 30)]
    assert recoveries([Kill(11, "ocr", (lost, ended))], begun) == [6]


def test_what_a_worker_has_in_hand_is_what_it_has_begun_and_not_ended(tmp_path: Path) -> None:
    log = tmp_path / "cpu.log"

    def say(event: str, leg: str) -> None:
        about = f'"job": "{JOB}", "attempt": 1, "leg": "{leg}"'
        with log.open("a") as file:
            file.write(f'{{"event": "{event}", {about}, "timestamp": "2026-11-23T01:00:00Z"}}\n')

    say("leg_begun", "depict")
    say("leg_done", "depict")
    say("leg_begun", "conclude")
    assert [held.leg for held in legs_in_hand(log)] == ["conclude"]
    note_death(log)
    assert legs_in_hand(log) == ()


def test_every_write_of_a_record_is_counted(tmp_path: Path) -> None:
    record = f"vouch:job:{JOB}:record"
    commands = [("SELECT", "0"), ("SET", record, "{}\r\n"), ("HSET", "a", "b", "c")] * 2
    file = tmp_path / "appendonly.aof"
    file.write_text(
        "".join(
            f"*{len(parts)}\r\n" + "".join(f"${len(part)}\r\n{part}\r\n" for part in parts)
            for parts in commands
        ),
        newline="",
    )
    assert records_written(file) == {JOB: 2}
    file.write_bytes(b"REDIS0009" + file.read_bytes())
    with pytest.raises(ValueError, match="rewritten"):
        records_written(file)
