"""The real models on the shipped sample, in all four ways that a person can lay it down."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vouch.schemas.document import Page
from vouch.schemas.errors import ModelMissing
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageTokens
from vouch.workers.engines.paddle_ocr import PaddleOcr
from vouch.workers.images import RgbImage
from vouch.workers.stages.read import read
from vouch.workers.stages.segment import group_lines

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine() -> PaddleOcr:
    return PaddleOcr(ROOT / "models", threads=2)


@pytest.fixture(scope="module")
def sample() -> RgbImage:
    with Image.open(ROOT / "samples" / "receipt.jpg") as picture:
        return np.asarray(picture.convert("RGB"))


def read_turned(sample: RgbImage, turn: int, engine: PaddleOcr) -> PageTokens:
    upload = np.ascontiguousarray(np.rot90(sample, -turn // 90))
    height, width = upload.shape[:2]
    return read(Page(number=1, width=width, height=height), upload, engine)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_sample_is_read_however_it_lies(sample: RgbImage, engine: PaddleOcr, turn: int) -> None:
    label = json.loads((ROOT / "samples" / "receipt.json").read_text(encoding="utf-8"))
    tokens = read_turned(sample, turn, engine)
    assert tokens.turn == turn
    assert label["expected"]["/total"] in " ".join(token.text for token in tokens.tokens)
    text = _letters("".join(line.text for line in group_lines(tokens)))
    assert _letters(label["expected"]["/merchant/name"]) in text
    assert tokens.ocr_score is not None
    assert tokens.ocr_score > 0.8


def test_words_stand_where_the_label_says(sample: RgbImage, engine: PaddleOcr) -> None:
    label = json.loads((ROOT / "samples" / "receipt.json").read_text(encoding="utf-8"))
    where = Bbox.around(map(tuple, label["regions"]["/date"][0]))
    inside = [
        token.text
        for token in read_turned(sample, 0, engine).tokens
        if token.bbox.containment(where) > 0.5
    ]
    assert inside == [label["raw"]["/date"]]


def test_a_blank_page_has_no_runs(engine: PaddleOcr) -> None:
    assert engine.detect(np.full((400, 300, 3), 255, np.uint8), side=640) == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (30, 17)])
def test_odd_sizes_do_no_harm(engine: PaddleOcr, size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    assert engine.detect(image, side=640) == ()
    quad = Bbox(left=0, top=0, right=size[1], bottom=size[0]).polygon
    assert len({token.run for token in engine.recognise(image, [quad])}) <= 1


def test_loading_without_models_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make setup"):
        PaddleOcr(tmp_path, threads=1)


def test_loading_and_reading_print_nothing_on_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    """`vouch extract --json` prints one record there and nothing else."""
    ocr = PaddleOcr(ROOT / "models", threads=1)
    ocr.detect(np.full((64, 64, 3), 255, np.uint8), side=64)
    sys.stdout.flush()
    assert capfd.readouterr().out == ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
