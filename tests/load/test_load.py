"""The short form of `make load`."""

from pathlib import Path

import pytest

from tests.load.run import load


def test_tenants_are_served_by_weight_and_leave_nothing(tmp_path: Path) -> None:
    run = load(tmp_path, seconds=5, weights=(1, 3))
    assert (run.faults, run.leaks, run.keys_without_ttl) == ((), (), ())
    assert run.left == dict.fromkeys(run.left, 0)
    assert run.unfinished == 0
    assert [share.ratio for share in run.shares.values()] == pytest.approx([1, 1], abs=0.3)
    assert run.rated_refusals > 0
    assert run.line_seconds["high"] < run.line_seconds["normal"]
