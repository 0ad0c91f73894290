"""The stage `extract`: the VLM reader's draft."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vouch.prompts import prompt, worded
from vouch.schemas.draft import Draft, Pointer
from vouch.schemas.errors import EngineFailed, PromptTooLong
from vouch.schemas.job import Options
from vouch.schemas.perception import Drafted, Effort, Interpretation
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.drafting.merging import joined
from vouch.workers.images import RgbImage
from vouch.workers.protocols import UNWANTED, Question, VisionModel, always
from vouch.workers.stages.asking import PROMPTS, taught, told, wish_of
from vouch.workers.stages.second_look import claimed_pages, closeups, narrowed

WINDOW = 8
"""Pages that a model is shown at once, and that are unpacked for it."""


def question(
    layouts: Sequence[PageLayout],
    images: Sequence[RgbImage],
    schema: WantedSchema,
    options: Options,
    is_wanted: Callable[[], bool] = always,
) -> Question:
    """What a model is asked about a document first: everything, or what the caller's words are."""
    return Question(
        layouts=layouts,
        images=images,
        schema=told(schema, options),
        prompt=prompt(PROMPTS[options.task]),
        wish=wish_of(options),
        is_wanted=is_wanted,
    )


def extract(asked: Question, vision: VisionModel | None) -> Interpretation:
    """Without a model, or with one that fails, the line goes on with the rules reader alone.

    The record says so. A failure is not worth a retry: what the device failed at once, it fails at
    again, and the rules' answer need not wait for it.
    """
    name = asked.schema.name
    if vision is None:
        return Interpretation(schema_name=name, draft=None, degraded="vlm_unavailable")
    schema = taught(asked.schema, vision.wording)
    if schema is None:
        return Interpretation(schema_name=name, draft=None, degraded="vlm_untaught")
    asked = replace(asked, prompt=worded(asked.prompt, vision.wording), schema=schema)
    drafted = joined([_drafted(part, vision) for part in windows(asked)], asked.schema.shape)
    return Interpretation(
        schema_name=name,
        draft=drafted.draft,
        degraded=drafted.degraded or _incomplete(drafted),
        effort=drafted.effort,
        prompt=asked.prompt.identity,
    )


def windows(asked: Question) -> Iterator[Question]:
    """The same question of a few pages at a time: the pictures of all would not fit anywhere."""
    for start in range(0, max(len(asked.layouts), 1), WINDOW):
        stretch = slice(start, start + WINDOW)
        yield replace(asked, layouts=asked.layouts[stretch], images=asked.images[stretch])


def _drafted(asked: Question, vision: VisionModel) -> Drafted:
    if not asked.is_wanted():
        return UNWANTED
    try:
        return vision.draft([asked])[0]
    except EngineFailed:
        return Drafted(draft=None, degraded="vlm_failed")


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
    claimed = claimed_pages(drafts, pointers)
    places = [at for at, layout in enumerate(asked.layouts) if layout.page in claimed]
    layouts = [asked.layouts[at] for at in places]
    images = [asked.images[at] for at in places]
    pages = {layout.page: image for layout, image in zip(layouts, images, strict=True)}
    shown = replace(asked, layouts=layouts, images=images) if len(asked.layouts) > WINDOW else asked
    closer = replace(
        shown,
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
