"""A few drawn errors through the real OCR; `python -m training.errors.measure` is the long form."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from training.errors.cases import Case, calm, errors
from training.errors.drawing import THEMES, Look, draw
from training.errors.measure import Reading, perceived, readings, steadiness
from vouch.evals.compare import fold
from vouch.workers.app import Engines, build_engines
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.readers.error_screenshot.reading import read_error_screenshot

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


PLAIN = Look(THEMES[0], 1.25, 430, "en", 0.0)
ANOTHER_LOOK = {
    "theme": replace(PLAIN, theme=THEMES[2]),
    "dpi": replace(PLAIN, scale=2.0),
    "window": replace(PLAIN, width=560),
    "chrome": replace(PLAIN, language="de"),
}


def seen_on(case: Case, look: Look, engines: Engines) -> dict[str, str]:
    """The first candidate of each pointer."""
    file = BytesIO()
    draw(case, look).save(file, "png")
    found = read_error_screenshot(perceived(file.getvalue(), engines, None)).candidates
    return {pointer: made[0].value for pointer, made in found.items()}


@pytest.fixture(scope="module")
def mark(engines: Engines) -> str:
    return seen_on(errors()[0], PLAIN, engines)["/fingerprint"]


@pytest.mark.parametrize("changed", ANOTHER_LOOK)
def test_a_fingerprint_survives_another_look(changed: str, mark: str, engines: Engines) -> None:
    assert seen_on(errors()[0], ANOTHER_LOOK[changed], engines)["/fingerprint"] == mark


@pytest.mark.parametrize("width", [380, 560])
def test_a_toast_is_told_from_a_dialog(width: int, engines: Engines) -> None:
    """Its place follows from the width: lower right, or upper right."""
    (toast,) = picked("toast")
    assert seen_on(toast, replace(PLAIN, width=width), engines)["/kind"] == "toast"


def test_a_dialog_before_a_program_is_no_toast(engines: Engines) -> None:
    (front,) = picked("screen")
    assert seen_on(front, PLAIN, engines)["/kind"] == "dialog"
