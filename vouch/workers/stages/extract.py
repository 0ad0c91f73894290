"""The stage `extract`: the VLM reader's draft."""

from collections.abc import Sequence

from vouch.prompts import prompt
from vouch.schemas.perception import Interpretation
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question, VisionModel


def extract(
    layouts: Sequence[PageLayout],
    images: Sequence[RgbImage],
    schema: WantedSchema,
    vision: VisionModel | None,
) -> Interpretation:
    """Without a configured model the line goes on with the rules reader alone, and says so."""
    if vision is None:
        return Interpretation(schema_name=schema.name, draft=None, degraded="vlm_unavailable")
    asked = prompt("extract")
    (drafted,) = vision.draft([Question(layouts, images, schema, asked)])
    return Interpretation(
        schema_name=schema.name,
        draft=drafted.draft,
        degraded=drafted.degraded,
        effort=drafted.effort,
        prompt=asked.identity,
    )
