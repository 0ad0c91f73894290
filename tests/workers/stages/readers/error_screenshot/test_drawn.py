"""A few drawn errors through the real OCR; `python -m training.errors.measure` is the long form."""

from pathlib import Path

import pytest

from training.errors.cases import Case, calm, errors
from training.errors.measure import Reading, readings, steadiness
from vouch.evals.compare import fold
from vouch.workers.app import Engines, build_engines
from vouch.workers.settings import WorkerSettings

ROOT = Path(__file__).parents[5]
DRAWINGS = 2


@pytest.fixture(scope="module")
def engines() -> Engines:
    return build_engines(WorkerSettings(models_dir=ROOT / "models"))


def picked(*layouts: str) -> list[Case]:
    """The first error of each layout."""
    return [next(case for case in errors() if case.layout == layout) for layout in layouts]


def test_drawn_errors_are_read_and_told_apart(engines: Engines) -> None:
    seen: list[Reading] = list(readings(picked("dialog", "banner"), DRAWINGS, 1, engines))
    assert {one.value("/is_error") for one in seen} == {"true"}
    titles = {(fold(one.value("/title") or ""), fold(one.case.title or "")) for one in seen}
    assert all(read == drawn for read, drawn in titles)
    assert all(len(one.buttons) == len(one.case.buttons) for one in seen)
    assert steadiness(seen) == {"equal_same": 1.0, "equal_different": 0.0}


def test_drawn_calm_screens_are_no_errors(engines: Engines) -> None:
    (seen,) = readings(calm()[:1], 1, 1, engines)
    assert seen.value("/is_error") == "false"
