"""`make bench-vlm`: what constraint costs a vision-language model, and what it gives back.

All ways of writing take turns on the same prompt with the same model in one process. By default the
model is the blind one (see `blind_vlm`) where its language model has been pulled, else a tiny one
with random weights; `--shape` takes a published model's full size with random weights, for GPUs.
The last line printed is one JSON object.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from transformers.utils.logging import disable_progress_bar

from vouch.evals.blind_vlm import blind_vlm
from vouch.evals.contest import CompileSeconds, Contest, Laps, compile_seconds
from vouch.evals.random_vlm import ShapeName, write_random_vlm
from vouch.prompts import prompt
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import ModelMissing
from vouch.schemas.job import Options
from vouch.schemas.value import Value
from vouch.schemas.wanted import WantedSchema
from vouch.workers.app import build_engines
from vouch.workers.engines.transformers_devices import chosen_device, chosen_dtype
from vouch.workers.engines.transformers_loading import load_checkpoint
from vouch.workers.engines.transformers_parts import first_lines, lines_of
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.pipeline import depict, perceive, upright
from vouch.workers.progress import Progress
from vouch.workers.protocols import Question, VisionModel
from vouch.workers.settings import VisionSettings, WorkerSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
BATCHES = (1, 4, 16)
TOTAL = WantedSchema(
    name="total",
    version="1",
    json_schema={
        "type": "object",
        "properties": {"total": {"type": ["string", "null"]}},
        "required": ["total"],
    },
)
"""A second, short question about a page."""


class VlmBench(Value):
    """What `make bench-vlm` prints last. Speeds are model tokens a second after the prompt."""

    constrained_fast_over_unconstrained: float
    constrained_plain_over_unconstrained: float
    masked_over_unconstrained: float
    """Under the grammar, with the model asked for every token: as Outlines generates."""
    unconstrained_tokens_per_s: float
    masked_tokens_per_s: float
    constrained_plain_tokens_per_s: float
    constrained_fast_tokens_per_s: float
    mask_overhead: float
    """Seconds spent on masks over the seconds of all steps, where every token is asked for."""
    tokens: int
    passes: int
    """Forward passes of the fast loop for them."""
    prompt_tokens: int
    prompt_s: float
    compile_cold_s: float
    compile_warm_s: float
    compile_document_s: float
    """Another document under a schema that is known."""
    tokenizer_s: float
    """Preparing the vocabulary for grammars, once a process."""
    jobs_per_s: dict[str, float]
    """By how many are asked together; every job another document."""
    question_fresh_s: float
    """One short question about a page that the model has not seen."""
    question_again_s: float
    """The same question about a page that was just asked about in another way."""
    model: str
    device: str
    dtype: str
    threads: int
    rounds: int


def main(
    model: Annotated[Path | None, typer.Option(help="A checkpoint's folder.")] = None,
    shape: Annotated[
        ShapeName | None, typer.Option(help="A size to fill with random weights.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    threads: Annotated[int | None, typer.Option(min=1, help="Of torch; default: its own.")] = None,
    max_tokens: Annotated[int, typer.Option(min=8, help="Longest answer.")] = 512,
) -> None:
    """Time the ways of writing, compiling, batches, and a second question about a page."""
    disable_progress_bar()
    if threads is not None:
        torch.set_num_threads(threads)
    settings = WorkerSettings()
    vision = settings.vision.model_copy(update={"max_tokens": max_tokens, "batch": max(BATCHES)})
    with _checkpoint(model, shape, settings) as folder:
        bench = measure(folder, sample_question(settings), vision, rounds)
    typer.echo(bench.model_dump_json())


def measure(
    folder: Path,
    question: Question,
    settings: VisionSettings,
    rounds: int,
    batches: Sequence[int] = BATCHES,
) -> VlmBench:
    """The bench of one checkpoint."""
    alone = _alone(folder, question, settings, rounds)
    vision = TransformersVlm(str(folder), settings)
    speed, again = alone.laps.tokens_per_second, second_questions(vision, question, rounds)
    base = speed("unconstrained")
    return VlmBench(
        constrained_fast_over_unconstrained=round(speed("fast") / base, 3),
        constrained_plain_over_unconstrained=round(speed("plain") / base, 3),
        masked_over_unconstrained=round(speed("masked") / base, 3),
        unconstrained_tokens_per_s=round(base, 2),
        masked_tokens_per_s=round(speed("masked"), 2),
        constrained_plain_tokens_per_s=round(speed("plain"), 2),
        constrained_fast_tokens_per_s=round(speed("fast"), 2),
        mask_overhead=round(statistics.median(alone.laps.mask_shares), 4),
        tokens=alone.laps.tokens["fast"],
        passes=alone.laps.passes["fast"],
        prompt_tokens=alone.prompt_tokens,
        prompt_s=round(statistics.median(alone.laps.seconds["prompt"]), 3),
        compile_cold_s=round(alone.compiling.cold, 4),
        compile_warm_s=round(alone.compiling.warm, 4),
        compile_document_s=round(alone.compiling.document, 4),
        tokenizer_s=round(alone.compiling.tokenizer, 3),
        jobs_per_s=jobs_per_second(vision, question, rounds, batches),
        question_fresh_s=round(again[0], 3),
        question_again_s=round(again[1], 3),
        model=vision.identity.name,
        device=alone.device,
        dtype=alone.dtype,
        threads=torch.get_num_threads(),
        rounds=rounds,
    )


@dataclass(frozen=True, slots=True)
class _Alone:
    """What was measured of a model without the engine around it."""

    laps: Laps
    compiling: CompileSeconds
    prompt_tokens: int
    device: str
    dtype: str


def _alone(folder: Path, question: Question, settings: VisionSettings, rounds: int) -> _Alone:
    device = chosen_device(settings.device)
    dtype = chosen_dtype(settings.dtype, device)
    checkpoint = load_checkpoint(str(folder), device, dtype)
    first, other = documents(question, 2)
    compiling = compile_seconds(checkpoint, first, other)
    contest = Contest(checkpoint, question, settings)
    laps = contest.laps(rounds)
    name = torch.cuda.get_device_name() if device.type == "cuda" else device.type
    return _Alone(laps, compiling, contest.prompt_tokens, name, str(dtype).removeprefix("torch."))


def jobs_per_second(
    vision: VisionModel, question: Question, rounds: int, batches: Sequence[int]
) -> dict[str, float]:
    """Documents a second when so many are asked about together, by medians of rounds in turns."""
    seconds: dict[int, list[float]] = {most: [] for most in batches}
    unseen = iter(documents(question, rounds * sum(batches)))
    for _ in range(rounds):
        for most in batches:
            seconds[most].append(_seconds(vision, list(islice(unseen, most))))
    return {str(most): round(most / statistics.median(seconds[most]), 4) for most in batches}


def second_questions(vision: VisionModel, question: Question, rounds: int) -> tuple[float, float]:
    """Seconds of a short question about a fresh page, and about one that was just asked about."""
    fresh, again = [], []
    for page in documents(question, rounds):
        asked = replace(page, schema=TOTAL)
        fresh.append(_seconds(vision, [asked]))
        vision.draft([page])
        again.append(_seconds(vision, [asked]))
    return statistics.median(fresh), statistics.median(again)


def _seconds(vision: VisionModel, questions: Sequence[Question]) -> float:
    started = time.perf_counter()
    if any(drafted.draft is None for drafted in vision.draft(questions)):
        raise typer.BadParameter("the model gave no answer, and there is nothing to time")
    return time.perf_counter() - started


@contextmanager
def _checkpoint(
    model: Path | None, shape: ShapeName | None, settings: WorkerSettings
) -> Iterator[Path]:
    """The folder to bench: as named, of a shape, the blind model, or a tiny one."""
    if model is not None:
        yield model
        return
    blind = _blind(settings.models_dir)
    if shape is None and blind is not None:
        yield blind
        return
    name: ShapeName = shape or "tiny"
    words = None if blind is None or name == "tiny" else blind / "tokenizer.json"
    dtype = chosen_dtype(settings.vision.dtype, chosen_device(settings.vision.device))
    with tempfile.TemporaryDirectory() as scratch:
        yield write_random_vlm(name, Path(scratch) / name, dtype, words)


def _blind(models_dir: Path) -> Path | None:
    """The blind model; None where its language model has not been pulled."""
    try:
        return blind_vlm(models_dir)
    except ModelMissing:
        return None


def sample_question(settings: WorkerSettings) -> Question:
    """The shipped sample as the line asks a model about it."""
    engines = build_engines(settings.model_copy(update={"vlm": None}))
    pages = tuple(depict(SAMPLE.read_bytes(), settings.limits, Progress()))
    layouts = perceive(pages, engines, Progress(), Options())
    return Question(
        layouts=layouts,
        images=[
            upright(page.image, layout.tokens.turn)
            for page, layout in zip(pages, layouts, strict=True)
        ],
        schema=builtin_schema("receipt"),
        prompt=prompt("extract"),
    )


def documents(question: Question, most: int) -> list[Question]:
    """The question about documents no two of which are alike, from their pictures on.

    What a model reads first differs, so that nothing it has read serves for another one.
    """
    lines = lines_of(question)
    return [
        replace(
            first_lines(question, max(lines // 2, lines - number)),
            images=[np.roll(image, 16 * number, axis=0) for image in question.images],
        )
        for number in range(most)
    ]


if __name__ == "__main__":
    typer.run(main)
