"""The bench's own arithmetic; what it measures is measured by `make bench-pipeline`."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vouch.evals.bench_pipeline import Spent, growth, pictures, rss_of_pages
from vouch.workers.settings import WorkerSettings


def test_memory_that_stays_flat_after_the_warm_up_has_not_grown() -> None:
    assert growth([100.0 + page for page in range(50)] + [500.0] * 300, warm_up=50) == 0


def test_a_leak_is_seen() -> None:
    # Medians of 25 pages each, 275 pages apart.
    assert growth([300.0 + 0.5 * page for page in range(350)], warm_up=50) == pytest.approx(137.5)


def test_one_large_page_is_no_leak() -> None:
    assert growth([300.0] * 349 + [900.0], warm_up=50) == 0


def test_too_few_pages_say_nothing() -> None:
    assert growth([1.0] * 51, warm_up=50) is None


@given(st.lists(st.floats(1, 1e4), min_size=2, max_size=80), st.floats(0, 1e3))
def test_growth_does_not_depend_on_where_memory_starts(pages: list[float], more: float) -> None:
    shifted = [page + more for page in pages]
    assert growth(shifted, warm_up=0) == pytest.approx(growth(pages, warm_up=0), abs=1e-6)


def test_processor_seconds_count_work_in_this_process() -> None:
    spent = Spent()
    with spent:
        while_working = sum(range(3_000_000))
    assert while_working
    assert spent.seconds > 0


def test_pictures_are_spread_over_a_data_set(tmp_path: Path) -> None:
    labels = [{"file": f"{n}.jpg", "schema": "receipt", "expected": {}} for n in range(10)]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    for n in range(10):
        (tmp_path / f"{n}.jpg").write_bytes(bytes([n]))
    assert pictures([tmp_path], 3) == [b"\x00", b"\x03", b"\x06"]


def test_without_data_sets_the_sample_stands_in_varied(tmp_path: Path) -> None:
    varied = pictures([tmp_path], 3)
    sizes = {Image.open(io.BytesIO(content)).size for content in varied}
    assert len(sizes) == 3


def test_memory_is_that_of_another_process(tmp_path: Path) -> None:
    settings = WorkerSettings().model_copy(update={"ocr": "fake"})
    resident = rss_of_pages(pictures([tmp_path], 1), 3, settings)
    assert len(resident) == 3
    assert all(megabytes > 10 for megabytes in resident)
