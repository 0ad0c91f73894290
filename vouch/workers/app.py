"""The composition root of a worker: settings in, engines out."""

from dataclasses import dataclass

from vouch.workers.protocols import LayoutEngine, OcrEngine, VisionModel
from vouch.workers.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Engines:
    """The models of one process. `document_layout` serves PDF pages, `layout` pictures."""

    ocr: OcrEngine
    layout: LayoutEngine
    document_layout: LayoutEngine
    vision: VisionModel | None = None


def build_engines(settings: WorkerSettings) -> Engines:
    """Load the configured models. ModelMissing, ModelDigestMismatch when set-up was not done."""
    raise NotImplementedError
