"""The whole line where the VLM cannot read: the rules answer, and the record says why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from vouch.schemas.job import Options
from vouch.schemas.record import Record
from vouch.workers.app import build_engines
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.pipeline import run
from vouch.workers.settings import VisionSettings, WorkerSettings

NOBODY = "openai:http://127.0.0.1:9/v1#model"
"""Port 9, discard: nothing listens there."""


def settings(vlm: str | None) -> WorkerSettings:
    vision = VisionSettings.model_validate({"device": "cpu", "server": {"attempts": 1}})
    return WorkerSettings(ocr="fake", layout="geometry", vlm=vlm, vision=vision)


def record_of(page: bytes, vlm: str | None) -> Record:
    told = settings(vlm)
    return run(page, Options(), build_engines(told), told.limits)


def test_a_server_that_is_down_costs_nothing_but_its_say(page_png: bytes) -> None:
    record = record_of(page_png, NOBODY)
    assert record.degraded == "vlm_unavailable"
    assert record.data == record_of(page_png, None).data


@pytest.mark.parametrize(
    ("error", "degraded"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
        (RuntimeError("CUDA error: device-side assert triggered"), "vlm_failed"),
        (ValueError("Image features and image tokens do not match"), "vlm_failed"),
        (IndexError("index out of range in self"), "vlm_failed"),
    ],
)
def test_without_a_model_that_can_compute_the_rules_answer_alone(
    error: Exception, degraded: str, page_png: bytes, checkpoint_of: Callable[[str], Path]
) -> None:
    told = settings(f"transformers:{checkpoint_of('qwen2_vl')}")
    engines = build_engines(told)
    assert isinstance(engines.vision, TransformersVlm)

    def fail(*_: Any) -> None:
        raise error

    engines.vision._reader._model.register_forward_pre_hook(fail)
    record = run(page_png, Options(), engines, told.limits)
    assert record.degraded == degraded
    assert record.data == record_of(page_png, None).data
    assert record.provenance.calibration.name == "receipt-rules-1"
