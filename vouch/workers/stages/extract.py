"""The stage `extract`: the VLM reader's draft."""

from collections.abc import Sequence

from vouch.schemas.perception import Interpretation
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.protocols import VisionModel


def extract(
    layouts: Sequence[PageLayout],
    images: Sequence[RgbImage],
    schema_name: str,
    vision: VisionModel | None,
) -> Interpretation:
    """Without a configured model the line goes on with the rules reader alone, and says so."""
    if vision is None:
        return Interpretation(schema_name=schema_name, draft=None, degraded="vlm_unavailable")
    draft = vision.draft(layouts, images, schema_name)
    return Interpretation(schema_name=schema_name, draft=draft, degraded=None)
