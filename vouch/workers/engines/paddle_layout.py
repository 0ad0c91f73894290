"""PaddleOCR's LayoutDetection (PP-DocLayout), for those who bring its weights in a folder."""

import hashlib
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vouch.schemas.document import Page
from vouch.schemas.errors import ModelMissing
from vouch.schemas.record import Engine
from vouch.schemas.text import Line, PageTokens, Region, RegionKind
from vouch.workers.engines.onnx import engine_failures
from vouch.workers.engines.paddle import import_paddleocr
from vouch.workers.engines.page_blocks import detected_region, needed_pixels, with_lines_outside
from vouch.workers.images import RgbImage
from vouch.workers.models import CONFIGURATION, WEIGHTS

_KINDS: dict[str, RegionKind] = {
    "doc_title": "title", "paragraph_title": "title", "title": "title",
    "table": "table",
    "image": "figure", "figure": "figure", "chart": "figure", "seal": "figure",
    "header_image": "figure", "footer_image": "figure",
    "header": "header",
    "footer": "footer", "footnote": "footer", "number": "footer",
    "formula": "other", "formula_number": "other", "algorithm": "other",
    "list": "list",
}  # fmt: skip
"""Labels of the PP-DocLayout family; every other label is some sort of running text."""


class PaddleLayout:
    """Regions of document pages by a PP-DocLayout model in ONNX form."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load the model of a folder (inference.onnx, inference.yml). ModelMissing without one."""
        for name in (WEIGHTS, CONFIGURATION):
            if not (folder / name).is_file():
                raise ModelMissing(
                    f"{folder} holds no {name}: set VOUCH_LAYOUT_PADDLE_DIR to a folder with "
                    "a PP-DocLayout model in ONNX form"
                )
        self._name = _model_name((folder / CONFIGURATION).read_text(encoding="utf-8"))
        with (folder / WEIGHTS).open("rb") as content:
            self._digest = hashlib.file_digest(content, "sha256").hexdigest()
        self._detector = import_paddleocr().LayoutDetection(
            model_name=self._name,
            model_dir=str(folder),
            engine="onnxruntime",
            device="cpu",
            engine_config={"intra_op_num_threads": threads, "inter_op_num_threads": 1},
        )
        self._turn = threading.Lock()

    @property
    def identity(self) -> Engine:
        return Engine(name=f"PaddleOCR 3.7.0, {self._name}", digest=self._digest)

    def regions(
        self,
        page: Page,
        image: RgbImage | None,
        tokens: PageTokens,
        lines: Sequence[Line],
    ) -> tuple[Region, ...]:
        """Regions of one page in the upright frame; lines that the model leaves out form blocks."""
        bgr = np.ascontiguousarray(needed_pixels(image)[:, :, ::-1])
        with self._turn, engine_failures("layout detection"):
            (found,) = self._detector.predict(bgr)
        seen = [
            region_of(page, box["label"], box["score"], box["coordinate"]) for box in found["boxes"]
        ]
        return with_lines_outside(seen, page, tokens, lines)


def region_of(page: Page, label: str, score: float, corners: Sequence[float]) -> Region:
    """One box as the detector writes it: label, score, [left, top, right, bottom]."""
    return detected_region(page, _KINDS.get(label, "text"), score, corners)


def _model_name(configuration: str) -> str:
    named = re.search(r"model_name[\"']?\s*:\s*[\"']?([\w.+-]+)", configuration)
    if named is None:
        raise ModelMissing(f"the {CONFIGURATION} of the layout model names no model")
    return named[1]
