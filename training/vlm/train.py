"""Trains vouch-vlm: `python -m training.vlm.train OUT --kept KEPT FOLDER…`.

LoRA on the language model, new embeddings for places, a projector and a vision tower from scratch;
the loss counts only model tokens that the grammar leaves to the model. Every few minutes the
adapter, the optimiser and the place in the schedule are written to OUT; the same command goes on
from there.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from math import cos, pi
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.nn.utils import clip_grad_norm_
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from training.vlm.branching import let_branch
from training.vlm.lessons import Labelled, asked_besides, lessons_of
from training.vlm.reading import labelled, read_page, shelf_at
from training.vlm.studying import Desk, Study, losses
from vouch.evals.kept import Shelf
from vouch.workers.engines.shipped.assembling import PLACES, unschooled
from vouch.workers.settings import WorkerSettings

_LINEAR = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
_WARM_UP = 12
_LEAST_RATE = 0.05
_SAVE_SECONDS = 240.0
_LESSONS = 4
"""About one page, at most: a longer row pays less."""
_WORTH = 0.03
"""Share of a row's tokens that teach, at least: reading costs the same however little is asked."""
Document = tuple[Path, Labelled]


Unschooled = tuple[LlavaForConditionalGeneration, LlavaProcessor]


def pupil(
    vlm: LlavaForConditionalGeneration, processor: LlavaProcessor, start: Path | None, rank: int
) -> PeftModel:
    """The model with what can be taught, from an adapter or from nothing; `vlm` changes with it."""
    if start is not None:
        return PeftModel.from_pretrained(vlm, str(start), is_trainable=True)
    lora = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=_LINEAR,
        modules_to_save=["multi_modal_projector", "vision_tower"],
        trainable_token_indices={
            "embed_tokens": processor.tokenizer.convert_tokens_to_ids(list(PLACES))
        },
    )
    return get_peft_model(vlm, lora)


def plan(documents: Sequence[Document], seed: int) -> Iterator[tuple[Document, random.Random]]:
    """Epoch after epoch in another order; each document with chances of its own."""
    for epoch in count():
        for path, labels in random.Random(f"{seed} {epoch}").sample(documents, len(documents)):
            yield (path, labels), random.Random(f"{seed} {epoch} {path.name}")


def study_of(
    document: Document, chance: random.Random, desk: Desk, shelf: Shelf, most_tokens: int
) -> Study | None:
    """A document with some of the lessons that it offers; None where they teach too little."""
    path, labels = document
    page = read_page(path, shelf)
    lessons = [*lessons_of(labels, chance), *asked_besides(labels, chance)]
    told = [lesson for lesson in lessons if lesson.task == "extract"][:2]
    others = [lesson for lesson in lessons if lesson.task != "extract"]
    chosen = told + chance.sample(others, min(_LESSONS - len(told), len(others)))
    study = None if page is None else desk.study(page, chosen, most_tokens)
    is_worth = study is not None and len(study.choices) >= _WORTH * study.input_ids.shape[1]
    return study if is_worth else None


def ahead(made: Iterator[Study | None]) -> Iterator[Study | None]:
    """The same, the next one being made while one is studied."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, made)
        while True:
            study = coming.result()
            coming = thread.submit(next, made)
            yield study


def rate(step: int, steps: int) -> float:
    """Share of the highest learning rate: warm-up, then a cosine."""
    if step < _WARM_UP:
        return (step + 1) / _WARM_UP
    done = (step - _WARM_UP) / max(1, steps - _WARM_UP)
    return _LEAST_RATE + (1 - _LEAST_RATE) * (1 + cos(pi * min(done, 1.0))) / 2


def train(asked: argparse.Namespace, unschooled: Unschooled, shelf: Shelf) -> None:
    """Until `steps` steps are done, or `minutes` are over; then write and leave."""
    torch.manual_seed(asked.seed)
    state = asked.out / "state.pt"
    before = torch.load(state, weights_only=True) if state.exists() else {"step": 0, "seen": 0}
    start = asked.out / "adapter" if state.exists() else asked.start
    vlm, processor = unschooled
    let_branch(vlm)
    taught = pupil(vlm, processor, start, asked.rank)
    optimiser = torch.optim.AdamW(_groups(taught, asked.rate), weight_decay=0.01)
    if state.exists():
        optimiser.load_state_dict(before["optimiser"])
    documents = [one for folder in asked.folders for one in labelled(folder)]
    desk = Desk(processor, len(processor.tokenizer))
    planned = islice(plan(documents, asked.seed), before["seen"], None)
    row = ahead(study_of(*one, desk, shelf, asked.tokens) for one in planned)
    seen, began, saved = before["seen"], time.monotonic(), time.monotonic()
    last = min(asked.steps, asked.until or asked.steps)
    for step in range(before["step"], last):
        told: list[float] = []
        while len(told) < asked.batch:
            study, seen = next(row), seen + 1
            if study is None:
                continue
            each = losses(vlm, study)
            (each.mean() / asked.batch).backward()
            told.append(float(each.detach().mean()))
        for group in optimiser.param_groups:
            group["lr"] = group["highest"] * rate(step, asked.steps)
        clip_grad_norm_([p for p in taught.parameters() if p.requires_grad], 1.0)
        optimiser.step()
        optimiser.zero_grad()
        _log(asked.out, step, sum(told) / len(told), time.monotonic() - began)
        over = time.monotonic() - began > 60 * asked.minutes
        if over or step + 1 == last or time.monotonic() - saved > _SAVE_SECONDS:
            _save(taught, optimiser, asked.out, {"step": step + 1, "seen": seen})
            saved = time.monotonic()
        if over:
            break


def _groups(taught: PeftModel, highest: float) -> list[dict[str, object]]:
    """What sees learns more slowly than what reads."""
    named = [(name, p) for name, p in taught.named_parameters() if p.requires_grad]
    eyes = [p for name, p in named if "modules_to_save" in name]
    rest = [p for name, p in named if "modules_to_save" not in name]
    return [
        {"params": rest, "lr": highest, "highest": highest},
        {"params": eyes, "lr": highest / 2, "highest": highest / 2},
    ]


def _save(
    taught: PeftModel, optimiser: torch.optim.Optimizer, out: Path, place: dict[str, int]
) -> None:
    taught.save_pretrained(str(out / "adapter"))
    unfinished = out / "state.unfinished"
    torch.save({"optimiser": optimiser.state_dict(), **place}, unfinished)
    unfinished.replace(out / "state.pt")


def _log(out: Path, step: int, loss: float, seconds: float) -> None:
    out.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"step": step, "loss": round(loss, 4), "seconds": round(seconds, 1)})
    with (out / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Train with what the command line says."""
    asked = arguments(sys.argv[1:])
    train(asked, unschooled(WorkerSettings().models_dir), shelf_at(asked.kept))


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--kept", type=Path, required=True, help="what OCR read is kept here")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--until", type=int, help="stop here, as if cut off")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--batch", type=int, default=3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=1000, help="most tokens of a row")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
