"""The bench of constrained decoding, whole, on the smallest model: its numbers mean nothing."""

import json
from pathlib import Path

import pytest
import torch
from jsonschema import validate

from vouch.evals.bench_vlm import VlmBench, documents, measure, sample_question
from vouch.evals.random_vlm import write_random_vlm
from vouch.evals.steering import draft_of_rules
from vouch.grammar.draft_schema import draft_schema
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings, WorkerSettings

SETTINGS = VisionSettings(
    device="cpu", dtype="float32", batch=2, max_tokens=100, max_pixels_page=70_000
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_vlm("tiny", tmp_path_factory.mktemp("tiny"), torch.float32)


@pytest.fixture(scope="module")
def question() -> Question:
    return sample_question(WorkerSettings(ocr="fake"))


def test_the_whole_bench_measures_everything(folder: Path, question: Question) -> None:
    """It refuses by itself to compare different answers."""
    bench = measure(folder, question, SETTINGS, rounds=1, batches=(1, 2))
    assert bench == VlmBench.model_validate_json(bench.model_dump_json())
    assert bench.passes < bench.tokens
    assert 0 < bench.mask_overhead < 1
    assert bench.compile_warm_s < bench.compile_cold_s
    assert set(bench.jobs_per_s) == {"1", "2"}
    assert min(bench.jobs_per_s.values()) > 0


def test_the_draft_of_the_rules_is_one_that_a_model_may_write(question: Question) -> None:
    lines = NumberedLines.of(question.layouts).texts
    draft = json.loads(draft_of_rules(question))
    validate(draft, draft_schema(question.schema.shape, len(lines)))
    assert draft["total"]["value"] == "9.00"
    assert lines[draft["total"]["lines"][0] - 1] == "Total 9.00"


def test_no_two_documents_are_alike(question: Question) -> None:
    texts = [NumberedLines.of(one.layouts).texts for one in documents(question, 4)]
    assert len(set(texts)) == 4
