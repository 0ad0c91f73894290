"""PaddleOCR's detector and recogniser (PP-OCRv6 small) on its ONNX Runtime engine."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Polygon
from vouch.schemas.record import Engine
from vouch.schemas.text import Token
from vouch.workers.engines.crops import cut, reading_quad, scaled
from vouch.workers.engines.onnx import cpu_session, engine_failures
from vouch.workers.engines.paddle import import_paddleocr
from vouch.workers.engines.words import Glyph, tokens_of
from vouch.workers.images import RgbImage
from vouch.workers.models import WEIGHTS, locked_model, model_dir

DETECTOR = "PP-OCRv6_small_det"
RECOGNISER = "PP-OCRv6_small_rec"
LINE_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls"

_STRIP_HEIGHT = 48
_LEAST_STRIP = 160
_STRIP_MARGIN = 32
"""The recogniser learnt on strips padded to 320 pixels and more. On 948 labelled receipt lines a
strip's own width and this margin, 160 at least, read as well for 17 % less time."""
_WIDEST_STRIP = 3200
_STRIDE = 8
"""Strip pixels for each step of the recogniser's output."""
_CLASSIFIER_SIZE = (48, 192)


class PaddleOcr:
    """One detector, one recogniser, one classifier of upside-down lines; calls take turns."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        """Load the models. ModelMissing, ModelDigestMismatch when set-up was not done."""
        folders = {
            name: model_dir(models_dir, name) for name in (DETECTOR, RECOGNISER, LINE_CLASSIFIER)
        }
        paddleocr = import_paddleocr()
        self._detector = paddleocr.TextDetection(**_model(folders[DETECTOR], DETECTOR, threads))
        # Strips are read side by side, one thread each: less idle time than many threads a strip.
        recogniser = paddleocr.TextRecognition(**_model(folders[RECOGNISER], RECOGNISER, 1))
        self._recognise_strips = recogniser.paddlex_predictor.runner
        self._characters: list[str] = recogniser.paddlex_predictor.post_op.character
        self._line_classifier = cpu_session(folders[LINE_CLASSIFIER] / WEIGHTS)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="recognise")
        # Concurrent predict() on one pipeline has corrupted its output (PaddleOCR#18268).
        self._turn = threading.Lock()

    @property
    def identity(self) -> Engine:
        digests = "".join(locked_model(name).sha256 for name in (DETECTOR, RECOGNISER))
        return Engine(
            name="PaddleOCR 3.7.0, PP-OCRv6_small",
            digest=hashlib.sha256(digests.encode()).hexdigest(),
        )

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        """Quadrilaterals around text runs, looked for with the longer side at `side` pixels."""
        height, width = image.shape[:2]
        # The detector rounds corners to pixels of what it is given: twice as fine as it looks.
        seen = scaled(image, 2 * side / max(height, width))
        with self._turn, engine_failures("text detection"):
            (found,) = self._detector.predict(
                _bgr(seen), limit_side_len=side, limit_type="resize_long"
            )
        across, down = width / seen.shape[1], height / seen.shape[0]
        return tuple(
            tuple((float(x) * across, float(y) * down) for x, y in quad)
            for quad in found["dt_polys"]
        )

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        """The words of the runs, with each word's own part of its run's quadrilateral."""

        def read(index: int) -> list[Token]:
            quad = reading_quad(runs[index])
            return tokens_of(self._read_strip(cut(image, quad, _STRIP_HEIGHT)), quad, index)

        with self._turn, engine_failures("text recognition"):
            words = list(self._pool.map(read, range(len(runs))))
        return tuple(token for tokens in words for token in tokens)

    def upside_down(self, image: RgbImage, runs: Sequence[Polygon]) -> float:
        """Mean probability, 0 to 1, that the lines of the runs stand on their heads."""
        height, width = _CLASSIFIER_SIZE
        batch = np.zeros((len(runs), 3, height, width), np.float32)
        for index, run in enumerate(runs):
            strip = cut(image, reading_quad(run), height)[:, :width]
            batch[index, :, :, : strip.shape[1]] = _normalised(strip)
        with self._turn, engine_failures("line classification"):
            (probabilities,) = self._line_classifier.run(None, {"x": batch})
        return float(np.mean(probabilities[:, 1]))

    def _read_strip(self, strip: RgbImage) -> list[Glyph]:
        """Characters of a strip of shape (48, width, 3), with probabilities and places."""
        width = min(strip.shape[1], _WIDEST_STRIP)
        padded = max(_LEAST_STRIP, -(-(width + _STRIP_MARGIN) // _STRIDE) * _STRIDE)
        batch = np.zeros((1, 3, _STRIP_HEIGHT, padded), np.float32)
        batch[0, :, :, :width] = _normalised(strip[:, :width])
        (steps,) = self._recognise_strips(x=[batch])
        return _glyphs(steps[0], self._characters, width)


def _glyphs(steps: NDArray[np.float32], characters: Sequence[str], width: int) -> list[Glyph]:
    """Greedy CTC: repeats merged, blanks (class 0) dropped; the last class is the space."""
    best = steps.argmax(axis=1)
    certainty = steps.max(axis=1)
    begins = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(begins[1:], len(best))
    glyphs = []
    previous_end = 0
    for begin, end in zip(begins, ends, strict=True):
        if best[begin] == 0:
            continue
        glyphs.append(
            Glyph(
                text=characters[best[begin]],
                position=min(float(begin + end) / 2 * _STRIDE / width, 1.0),
                probability=min(float(certainty[begin:end].max()), 1.0),
                space_before=float(steps[previous_end:begin, -1].max(initial=0.0)),
            )
        )
        previous_end = end
    return glyphs


def _bgr(image: RgbImage) -> NDArray[np.uint8]:
    """The channel order that PaddleOCR's models learnt."""
    return np.ascontiguousarray(image[:, :, ::-1])


def _normalised(strip: RgbImage) -> NDArray[np.float32]:
    """(height, width, RGB) 0..255 → (BGR, height, width) −1..1."""
    planes = strip[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)
    return planes / np.float32(127.5) - np.float32(1)


def _model(folder: Path, name: str, threads: int) -> dict[str, Any]:
    return {
        "model_name": name,
        "model_dir": str(folder),
        "engine": "onnxruntime",
        "device": "cpu",  # not told, it asks torch
        "engine_config": {
            "intra_op_num_threads": threads,
            "inter_op_num_threads": 1,
        },
    }
