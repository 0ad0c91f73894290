"""Lessons, studies and a few steps of training, on a tiny model that knows nothing."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from tests.workers.questions import BAKERY
from tests.workers.stages.documents import page_of
from training.vlm.answering import Answering
from training.vlm.branching import let_branch
from training.vlm.lessons import Labelled, Lesson, asked_besides, lessons_of
from training.vlm.placing import PrintedWords
from training.vlm.reading import ReadPage
from training.vlm.studying import Desk, Study, losses
from training.vlm.train import Unschooled, arguments, train
from vouch.evals.blind_vlm import EYES
from vouch.evals.kept import Shelf
from vouch.prompts import prompt, worded
from vouch.schemas.text import PageLayout
from vouch.workers.app import build_engines
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.engines.shipped.assembling import PLACES, assemble
from vouch.workers.engines.shipped.llava import llava_of
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings, WorkerSettings

LABELS = {
    "file": "a.png",
    "schema": "receipt",
    "expected": {
        "/merchant/name": "CORNER BAKERY SDN BHD",
        "/merchant/address": "12, JALAN TAMPOI 7/4, 81200 JOHOR BAHRU",
        "/date": "2018-12-25",
        "/total": "33.90",
        "/tax": None,
    },
    "raw": {"/date": "25/12/2018", "/total": "33.90"},
}


def tokenizer() -> PreTrainedTokenizerFast:
    """Bytes, and the marks of a chat."""
    letters = {byte: n for n, byte in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = Tokenizer(models.BPE(vocab=letters, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    marks = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    made.add_special_tokens([AddedToken(mark, special=True) for mark in marks])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token=marks[2], pad_token=marks[0], padding_side="left"
    )


def tiny() -> Unschooled:
    words = tokenizer()
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
    )
    return llava_of(LlamaForCausalLM(config), words, EYES, PLACES)


def page(layout: PageLayout) -> ReadPage:
    pixels = np.random.default_rng(0).integers(0, 255, (600, 400, 3), dtype=np.uint8)
    return ReadPage(pixels, layout)


def labels(**changes: object) -> Labelled:
    return Labelled.model_validate({**LABELS, **changes})


def answer(lesson: Lesson, *rows: str) -> tuple[str, str]:
    """The whole answer, and what of it teaches."""
    numbered = NumberedLines.of([page_of(*rows)])
    segments = Answering(numbered, PrintedWords(numbered)).segments(lesson)
    taught = "".join(segment.text for segment in segments if segment.teaches)
    return "".join(segment.text for segment in segments), taught


def extraction(labelled: Labelled, seed: int = 1) -> Lesson:
    (lesson,) = lessons_of(labelled, random.Random(seed))
    return lesson


def test_a_label_is_found_where_ocr_misread_a_letter() -> None:
    words = PrintedWords(NumberedLines.of([page_of("Welcome", "C0RNER BAKERY", "Total 3.00")]))
    run = words.best("CORNER BAKERY", exact=False)
    assert run is not None
    assert (run.raw, run.lines) == ("C0RNER BAKERY", (2,))


def test_a_misread_amount_is_not_taken_for_the_label() -> None:
    words = PrintedWords(NumberedLines.of([page_of("Total 38.90", "Cash 40.00")]))
    assert words.best("33.90", exact=True) is None
    assert words.best("40.00", exact=True) is not None


def test_the_labelled_place_decides_among_equal_words() -> None:
    words = PrintedWords(NumberedLines.of([page_of("Total 5.00", "Cash 5.00")]))
    run = words.best("5.00", exact=True, within={2})
    assert run is not None
    assert run.lines == (2,)


def test_an_answer_cites_lines_copies_words_and_has_the_value_in_its_form() -> None:
    written = json.loads(answer(extraction(labels()), *BAKERY)[0])
    assert written["merchant"]["address"] == {
        "lines": [2, 3],
        "raw": "12, JALAN TAMPOI 7/4, 81200 JOHOR BAHRU",
    }
    assert written["date"] == {"lines": [4], "raw": "25/12/2018", "value": "2018-12-25"}
    assert written["tax"] is None


def test_what_ocr_lost_teaches_nothing() -> None:
    rows = [row for row in BAKERY if not row.startswith("TOTAL")]
    whole, taught = answer(extraction(labels()), *rows)
    assert '"total":null' in whole
    assert '"tax":null' in taught
    assert '"total":null' not in taught


def test_which_of_two_places_is_meant_is_taught_only_where_the_label_says_it() -> None:
    rows = [*BAKERY, "CASH 33.90"]
    assert '{"raw":"33.90","lines":[,"value"' in answer(extraction(labels()), *rows)[1]
    box = [[20, 170], [380, 170], [380, 190], [20, 190]]
    marked = extraction(labels(regions={"/total": [box]}))
    assert '{"raw":"33.90","lines":[6],"value"' in answer(marked, *rows)[1]


def test_a_long_answer_teaches_its_beginning() -> None:
    _, processor = tiny()
    desk = Desk(processor, len(processor.tokenizer))
    lesson, sheet = extraction(labels()), page(page_of(*BAKERY))
    whole = study(desk, [lesson])
    cut = desk.study(sheet, [lesson], whole.input_ids.shape[1] - 30)
    assert cut is not None
    assert torch.equal(cut.input_ids, whole.input_ids[:, :-30])
    assert 0 < len(cut.chosen) < len(whole.chosen)
    assert torch.equal(cut.chosen, whole.chosen[: len(cut.chosen)])
    assert desk.study(sheet, [lesson], sum(whole.branches[:1]) + 60) is None


def test_what_the_document_lacks_is_asked_for_too() -> None:
    chances = map(random.Random, range(12))
    asked = [lesson for chance in chances for lesson in asked_besides(labels(), chance)]
    answers = {answer(lesson, *BAKERY)[0] for lesson in asked if lesson.task == "ask"}
    assert '{"answer":null}' in answers
    assert '{"answer":{"raw":"33.90","lines":[6]}}' in answers


def study(desk: Desk, lessons: Sequence[Lesson]) -> Study:
    made = desk.study(page(page_of(*BAKERY)), lessons, 10_000)
    assert made is not None
    return made


def test_lessons_of_one_row_are_learnt_as_if_asked_alone() -> None:
    vlm, processor = tiny()
    vlm.eval()
    desk = Desk(processor, len(processor.tokenizer))
    lessons = [extraction(labels()), *asked_besides(labels(), random.Random(0))]
    with torch.no_grad():
        alone = torch.cat([losses(vlm, study(desk, [lesson])) for lesson in lessons])
        let_branch(vlm)
        together = losses(vlm, study(desk, lessons))
    assert len(together) > 50
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)


def test_a_study_is_what_production_shows_and_lets_write() -> None:
    _, processor = tiny()
    desk = Desk(processor, len(processor.tokenizer))
    lesson = extraction(labels())
    made = study(desk, [lesson])
    shown = processor.tokenizer.decode(made.input_ids[0])
    written, _ = answer(lesson, *BAKERY)
    assert shown.endswith(written)
    assert ">6<|" in shown
    assert "<|im_start|>assistant" in shown
    assert worded(prompt("extract"), "terse").id == "extract-terse"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A data set of three blank pictures: the fake OCR reads its own receipt on each."""
    folder = tmp_path / "set"
    (folder / "images").mkdir(parents=True)
    lines = []
    for number in range(3):
        name = f"images/{number}.png"
        Image.new("RGB", (400, 600), (250, 250, 250 - number)).save(folder / name)
        lines.append(json.dumps({**LABELS, "file": name}))
    (folder / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def shelf(tmp_path: Path) -> Shelf:
    settings = WorkerSettings(ocr="fake", vlm=None)
    return Shelf(build_engines(settings), settings.limits, tmp_path / "kept")


def losses_logged(out: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (out / "log.jsonl").read_text().splitlines()]


def run(tmp_path: Path, lessons: Path, name: str, steps: Sequence[int]) -> Path:
    """Train up to each of `steps` in turn, as if stopped in between."""
    out = tmp_path / name
    for until in steps:
        words = [str(out), str(lessons), "--kept", "-", "--batch", "2", "--rate", "0.02"]
        schedule = ["--steps", str(max(steps)), "--until", str(until), "--rank", "4"]
        train(arguments([*words, *schedule]), tiny(), shelf(tmp_path))
    return out


def test_training_lowers_the_loss_and_goes_on_exactly_where_it_stopped(
    tmp_path: Path, lessons: Path
) -> None:
    whole = losses_logged(run(tmp_path, lessons, "whole", [6]))
    halves = losses_logged(run(tmp_path, lessons, "halves", [3, 6]))
    assert halves == pytest.approx(whole, abs=2e-3)
    assert sum(whole[-2:]) < 0.97 * sum(whole[:2])


def test_an_adapter_becomes_a_checkpoint_that_the_reader_loads(
    tmp_path: Path, lessons: Path
) -> None:
    out = run(tmp_path, lessons, "taught", [1])
    assemble(*tiny(), out / "adapter", tmp_path / "vlm")
    reader = TransformersVlm(str(tmp_path / "vlm"), VisionSettings(max_tokens=200, device="cpu"))
    assert reader.wording == "terse"
    lesson = extraction(labels())
    asked = Question(
        layouts=[page_of(*BAKERY)],
        images=[page(page_of(*BAKERY)).image],
        schema=lesson.schema,
        prompt=worded(prompt("extract"), reader.wording),
    )
    (drafted,) = reader.draft([asked])
    assert drafted.draft is not None
