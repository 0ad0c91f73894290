"""The composition root of a worker: settings in, engines out."""

from dataclasses import dataclass
from pathlib import Path

from vouch.schemas.document import Page
from vouch.schemas.errors import ModelMissing
from vouch.schemas.perception import Identities
from vouch.workers.engines.addresses import VISION_CHOICES, shown
from vouch.workers.engines.fake_clip import FakeClip
from vouch.workers.engines.fake_elements import FakeElements
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.engines.forest_elements import ForestElements
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.engines.paddle_layout import PaddleLayout
from vouch.workers.engines.paddle_ocr import PaddleOcr
from vouch.workers.engines.rapid_layout import RapidLayout
from vouch.workers.engines.shipped.released import checkpoint
from vouch.workers.protocols import ElementModel, LayoutEngine, OcrEngine, PictureModel, VisionModel
from vouch.workers.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Engines:
    """The models of one process. `document_layout` serves PDF pages, `layout` pictures."""

    ocr: OcrEngine
    layout: LayoutEngine
    document_layout: LayoutEngine
    elements: ElementModel
    """Tells what the boxes of a screen are."""
    clip: PictureModel | None = None
    """Helps to judge what a picture shows."""
    vision: VisionModel | None = None
    second_looks: int = 0
    """Fields that the VLM may be asked about twice."""

    def layout_for(self, page: Page) -> LayoutEngine:
        """Pages of a PDF have a `dpi`; photos and screenshots have none."""
        return self.layout if page.dpi is None else self.document_layout

    def identities(self, page: Page) -> Identities:
        """Who reads a document whose first page is `page`: for the record's provenance."""
        return Identities(
            ocr=self.ocr.identity,
            layout=self.layout_for(page).identity,
            vlm=None if self.vision is None else self.vision.identity,
            elements=self.elements.identity,
            clip=None if self.clip is None else self.clip.identity,
        )


def build_vision(settings: WorkerSettings) -> VisionModel | None:
    """The configured VLM; None when there is none. ModelMissing when it is not there.

    The libraries that an adapter needs take seconds to import: only the chosen one's are.
    """
    kind, _, name = (settings.vlm or "").partition(":")
    match kind:
        case "":
            return None
        case "fake":
            from vouch.workers.engines.fake_vlm import FakeVlm  # noqa: PLC0415

            return FakeVlm()
        case "vouch" if not name:
            return _local(str(checkpoint(settings.models_dir)), settings)
        case "transformers" if name:
            return _local(name, settings)
        case "openai" if "#" in name:
            from vouch.workers.engines.openai_vlm import OpenAiVlm  # noqa: PLC0415

            url, _, model = name.rpartition("#")
            return OpenAiVlm(url, model, settings.vision)
    raise ModelMissing(f"VOUCH_VLM={shown(settings.vlm or '')!r} is not {VISION_CHOICES}")


def _local(source: str, settings: WorkerSettings) -> VisionModel:
    from vouch.workers.engines.transformers_vlm import TransformersVlm  # noqa: PLC0415

    return TransformersVlm(source, settings.vision)


def build_clip(settings: WorkerSettings) -> PictureModel | None:
    """The configured picture model; None when there is none. ModelMissing when it is not there."""
    match settings.clip:
        case None | "":
            return None
        case "fake":
            return FakeClip()
        case folder:
            from vouch.workers.engines.clip import Clip  # noqa: PLC0415 - torch, for seconds

            return Clip(Path(folder))


def build_engines(settings: WorkerSettings) -> Engines:
    """Load the configured models. ModelMissing, ModelDigestMismatch when set-up was not done."""
    return Engines(
        ocr=build_ocr(settings),
        layout=GeometryLayout("receipt"),
        document_layout=build_document_layout(settings),
        elements=FakeElements() if settings.ocr == "fake" else ForestElements(),
        clip=build_clip(settings),
        vision=build_vision(settings),
        second_looks=settings.vision.second_looks,
    )


def build_ocr(settings: WorkerSettings) -> OcrEngine:
    """The configured OCR engine; PaddleOCR's libraries are imported only for PaddleOCR."""
    if settings.ocr == "fake":
        return FakeOcr()
    return PaddleOcr(settings.models_dir, settings.ocr_threads)


def build_document_layout(settings: WorkerSettings) -> LayoutEngine:
    """The layout engine for PDF pages. With the fake OCR, `auto` needs no model either."""
    match settings.layout:
        case "auto" if settings.ocr == "fake":
            return GeometryLayout("page")
        case "geometry":
            return GeometryLayout("page")
        case "paddle":
            if settings.layout_paddle_dir is None:
                raise ModelMissing("VOUCH_LAYOUT=paddle needs VOUCH_LAYOUT_PADDLE_DIR")
            return PaddleLayout(settings.layout_paddle_dir, settings.ocr_threads)
        case "auto" | "rapid":
            return RapidLayout(settings.models_dir, settings.ocr_threads)
