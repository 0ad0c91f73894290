"""The stage `extract`: the VLM reader's draft."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vouch.prompts import prompt
from vouch.schemas.draft import Draft, Pointer
from vouch.schemas.errors import EngineFailed, PromptTooLong
from vouch.schemas.perception import Drafted, Effort, Interpretation
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question, VisionModel, always
from vouch.workers.stages.second_look import closeups, narrowed


def question(
    layouts: Sequence[PageLayout],
    images: Sequence[RgbImage],
    schema: WantedSchema,
    is_wanted: Callable[[], bool] = always,
) -> Question:
    """What a model is asked about a document first: everything."""
    return Question(layouts, images, schema, prompt("extract"), is_wanted=is_wanted)


def extract(asked: Question, vision: VisionModel | None) -> Interpretation:
    """Without a model, or with one that fails, the line goes on with the rules reader alone.

    The record says so. A failure is not worth a retry: what the device failed at once, it fails at
    again, and the rules' answer need not wait for it.
    """
    name = asked.schema.name
    if vision is None:
        return Interpretation(schema_name=name, draft=None, degraded="vlm_unavailable")
    try:
        (drafted,) = vision.draft([asked])
    except EngineFailed:
        drafted = Drafted(draft=None, degraded="vlm_failed")
    return Interpretation(
        schema_name=name,
        draft=drafted.draft,
        degraded=drafted.degraded or _incomplete(drafted),
        effort=drafted.effort,
        prompt=asked.prompt.identity,
    )


def look_again(
    first: Interpretation,
    asked: Question,
    drafts: Sequence[Draft],
    pointers: Sequence[Pointer],
    vision: VisionModel,
) -> Interpretation:
    """Ask once more about a few fields, with close-ups of where the `drafts` read them.

    A second answer that fails leaves the first as it was.
    """
    pages = {layout.page: image for layout, image in zip(asked.layouts, asked.images, strict=True)}
    closer = replace(
        asked,
        schema=narrowed(asked.schema, pointers),
        prompt=prompt("reread"),
        closeups=closeups(drafts, pointers, asked.layouts, pages),
    )
    try:
        (drafted,) = vision.draft([closer])
    except EngineFailed:
        return first
    effort = (first.effort or Effort()) + drafted.effort
    return first.model_copy(update={"second": drafted.draft, "effort": effort})


def _incomplete(drafted: Drafted) -> str | None:
    """Why a draft is not all that the model could have said; it is used all the same."""
    effort = drafted.effort
    if drafted.draft is None or (effort.stopped == "done" and not effort.unread_lines):
        return None
    return PromptTooLong.code if effort.unread_lines else f"vlm_{effort.stopped}"
