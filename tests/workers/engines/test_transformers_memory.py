"""The ladder down when memory runs out: real models that refuse more than so many positions."""

import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.workers.questions import question
from vouch.schemas.errors import EngineFailed
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings

_TOKEN = 28 * 28
"""Pixels that Qwen2-VL makes one model token of."""
_LEAST_PROMPT = 300
SETTINGS = VisionSettings(
    device="cpu",
    dtype="float32",
    max_pixels_page=256 * _TOKEN,
    min_pixels_page=16 * _TOKEN,
    max_tokens=120,
)
CUDA = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


@dataclass
class Wall:
    """What a model refuses, and what it was asked for."""

    most: int = 1_000_000
    """Positions of a whole batch."""
    error: BaseException = CUDA
    asked: list[int] = field(default_factory=list)
    held: "list[weakref.ref[torch.Tensor]]" = field(default_factory=list)
    """What was in memory each time it was refused."""

    def __call__(self, _model: torch.nn.Module, _args: Any, inputs: dict[str, Any]) -> None:
        rows, width = inputs["input_ids"].shape
        if width < _LEAST_PROMPT:
            return  # the prompt is read; an answer is being written
        positions = rows * width
        assert not any(tensor() is not None for tensor in self.held), "still in memory"
        self.asked.append(positions)
        if positions > self.most:
            ballast = torch.zeros(1000)
            self.held.append(weakref.ref(ballast))
            # a fresh one: it keeps the frames alive that it came through
            raise type(self.error)(*self.error.args)


@pytest.fixture(scope="module")
def vlm(checkpoint_of: Callable[[str], Path]) -> TransformersVlm:
    return TransformersVlm(str(checkpoint_of("qwen2_vl")), SETTINGS)


@pytest.fixture
def wall(vlm: TransformersVlm) -> Iterator[Wall]:
    """Stands before every forward pass of the model, which remembers no document."""
    wall = Wall()
    vlm._reader.forget()
    hook = vlm._reader._model.register_forward_pre_hook(wall, with_kwargs=True)
    yield wall
    hook.remove()


def large(*pages: tuple[str, ...]) -> Question:
    """A question with pictures of more pixels than any may have."""
    asked = question(*pages)
    return replace(asked, images=[np.full((600, 600, 3), 255, np.uint8) for _ in asked.images])


@pytest.mark.parametrize(
    "error",
    [
        CUDA,
        RuntimeError("MPS backend out of memory (MPS allocated: 9.00 GB)"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
)
def test_a_smaller_picture_is_shown_when_memory_runs_out(
    error: Exception, vlm: TransformersVlm, wall: Wall
) -> None:
    """Half the pixels each time, until it fits; then the draft is as good as any."""
    vlm.draft([large()])
    (whole,) = wall.asked
    wall.asked.clear()
    vlm._reader.forget()
    wall.most, wall.error = whole - 200, error
    (drafted,) = vlm.draft([large()])
    assert drafted.draft is not None
    assert drafted.degraded is None
    pixels = [256 - (whole - asked) for asked in wall.asked]
    assert pixels[:2] == [256, 256], "the first step gives back what is cached"
    assert pixels[2:] == [pytest.approx(share, rel=0.2) for share in (128, 64, 32)]


def test_pages_are_shown_one_at_a_time_when_small_ones_do_not_fit(
    vlm: TransformersVlm, wall: Wall
) -> None:
    pages = [tuple(f"Row {row} of page {page}" for row in range(20)) for page in range(3)]
    wall.most = 1_500
    (drafted,) = vlm.draft([large(*pages)])
    assert drafted.draft is not None
    assert len(wall.held) > 3
    assert len(wall.asked) == len(wall.held) + 3
    assert drafted.effort.prompt_tokens > wall.most


def test_without_any_way_down_the_rules_reader_is_left_alone(
    vlm: TransformersVlm, wall: Wall
) -> None:
    wall.most = 10
    (drafted,) = vlm.draft([large()])
    assert drafted.draft is None
    assert drafted.degraded == "out_of_memory"
    assert drafted.effort.tokens == 0


def test_questions_of_the_same_call_survive(vlm: TransformersVlm, wall: Wall) -> None:
    vlm.draft([question()])
    wall.most = wall.asked.pop() + 50
    vlm._reader.forget()
    long = question(tuple(f"Article number {number}" for number in range(40)))
    first, hopeless, last = vlm.draft([question(), long, question()])
    assert hopeless.degraded == "out_of_memory"
    assert first.draft is not None
    assert first.draft == last.draft


def test_other_failures_are_the_engines(vlm: TransformersVlm, wall: Wall) -> None:
    wall.most, wall.error = 10, RuntimeError("CUDA error: device-side assert triggered")
    with pytest.raises(EngineFailed):
        vlm.draft([question()])


def test_a_model_that_cannot_answer_a_small_question_is_not_warm(
    vlm: TransformersVlm, wall: Wall
) -> None:
    vlm.warm()
    wall.most = 10
    with pytest.raises(EngineFailed, match="small question: out_of_memory"):
        vlm.warm()


def test_numbers_that_make_no_sense_spoil_one_page_only(
    checkpoint_of: Callable[[str], Path],
) -> None:
    """Pages that are read apart: what is said about the others is kept."""
    apart = SETTINGS.model_copy(update={"max_pixels_prompt": 20 * _TOKEN})
    vlm = TransformersVlm(str(checkpoint_of("qwen2_vl")), apart)
    lengths: list[int] = []
    most = 1_000_000

    def spoil(_model: torch.nn.Module, _args: Any, inputs: dict[str, Any], outputs: Any) -> None:
        lengths.append(inputs["past_key_values"].get_seq_length())
        if lengths[-1] > most:
            outputs.logits.fill_(torch.nan)

    vlm._reader._model.register_forward_hook(spoil, with_kwargs=True)
    short = ("TOTAL 1.00",)
    (fine,) = vlm.draft([large(short, short)])
    assert fine.draft is not None
    most = max(lengths)
    long = tuple(f"Article number {number}" for number in range(60))
    (spoiled,) = vlm.draft([large(short, long, short)])
    assert max(lengths) > most
    assert spoiled.degraded == "vlm_invalid"
    assert spoiled.draft is not None


def test_numbers_that_make_no_sense_spoil_one_answer_only(vlm: TransformersVlm) -> None:
    """Some models overflow in 16 bits; this one does so after 1,800 positions."""

    def spoil(_model: torch.nn.Module, _args: Any, inputs: dict[str, Any], outputs: Any) -> None:
        if inputs["past_key_values"].get_seq_length() > 1_800:
            outputs.logits.fill_(torch.nan)

    hook = vlm._reader._model.register_forward_hook(spoil, with_kwargs=True)
    try:
        fine, spoiled = vlm.draft([question(), large((), (), (), ())])
    finally:
        hook.remove()
    assert fine.draft is not None
    assert spoiled.draft is None
    assert spoiled.degraded == "vlm_invalid"


_MEASURE = """
import resource, sys
from dataclasses import replace
import numpy as np
from tests.workers.questions import question
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.settings import VisionSettings

settings = VisionSettings(device="cpu", dtype="float32", max_tokens=60)
vlm = TransformersVlm(sys.argv[1], settings)
for side in map(int, sys.argv[2:]):
    page = np.full((side, side, 3), 255, np.uint8)
    (drafted,) = vlm.draft([replace(question(), images=[page])])
    assert drafted.draft is not None
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_memory_for_fifty_megapixels_is_that_of_the_budget(
    checkpoint_of: Callable[[str], Path],
) -> None:
    """A page of 7,072 × 7,072 takes no more than one that just fills the budget of 1.5 megapixels,
    besides the upload itself (150 MB) and what an allocator leaves between."""
    command = [sys.executable, "-c", _MEASURE, str(checkpoint_of("qwen2_vl")), "1224", "7072"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    within, beyond = map(int, done.stdout.split())
    assert beyond - within < 3 * 7_072**2 + 60_000_000
