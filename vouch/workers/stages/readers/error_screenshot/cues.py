"""What speaks for an error on a screen, and what against it: words, signs, colours, buttons.

The classifier's input, by name. Each cue is 0 where it is not there.
"""

from collections.abc import Mapping, Sequence

from vouch.schemas.text import Hue, PageLayout
from vouch.workers.stages.readers.error_screenshot.codes import codes_in, is_detail
from vouch.workers.stages.readers.error_screenshot.frames import is_exception, is_frame
from vouch.workers.stages.readers.error_screenshot.phrases import phrasebook
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph
from vouch.workers.stages.readers.error_screenshot.scene import Scene, said
from vouch.workers.stages.readers.error_screenshot.speech import is_sentence, trouble
from vouch.workers.stages.readers.error_screenshot.triage import action_of, is_toast

Cues = dict[str, float]
_BUSY = 150
"""Words of a full screen."""
_QUESTIONS = ("?", "？", "؟")


def cues_of(scene: Scene, layouts: Sequence[PageLayout]) -> Cues:
    words = sum(len(layout.tokens.tokens) for layout in layouts)
    page = next(one.tokens for one in layouts if one.page == scene.anchor.page)
    # what stands behind a toast is not about it
    busy = 0.0 if is_toast(scene, (page.width, page.height)) else min(words / _BUSY, 1.0)
    told = said(scene, words)
    return {
        "said": told,
        "said_alone": told * (1 - busy),
        "busy": busy,
        **_spoken(scene, 1 - busy),
        **_seen(scene),
        **_answered(scene, 1 - told),
    }


def _parts(scene: Scene) -> tuple[Paragraph, ...]:
    return (*(() if scene.title is None else (scene.title,)), *scene.body)


def _spoken(scene: Scene, room: float) -> Cues:
    """What title and message say besides words of trouble: a full screen says it by chance."""
    texts = [one.text for one in _parts(scene)]
    hits = [hit.kind for text in texts for hit in trouble(text)]
    return {
        "faint": min(hits.count("faint"), 3) / 3,
        "denied": room * any(map(_denies, texts)),
        "glad": float(any(map(_is_glad, texts))),
        "told_to": float(action_of(scene.body) is not None),
        "detail": float(any(is_detail(one.text) for one in scene.paragraphs)),
        "coded": float(any(code.strength > 0.8 for text in texts for code in codes_in(text))),
        "thrown": float(
            any(is_exception(one.text) or is_frame(one.text) for one in scene.paragraphs)
        ),
    }


def _denies(text: str) -> bool:
    """Whether a text says that something is not so: "no errors" denies nothing that matters."""
    calm = [hit for hit in phrasebook("speech").find(text) if hit.kind == "calm"]
    return any(
        not any(one.start < hit.end and hit.start < one.end for one in calm)
        for hit in phrasebook("denial").find(text)
    )


def _is_glad(text: str) -> bool:
    """Whether a text tells of something good, or offers it: "could not be saved" does not."""
    return bool(phrasebook("glad").find(text)) and not trouble(text) and not _denies(text)


def _seen(scene: Scene) -> Cues:
    """Colours of title and message, and of signs before them."""
    told_in_red = scene.is_red and is_sentence(scene.body[0].text)
    cues = {
        f"{kind}_{hue}": float((kind, hue) in scene.colours)
        for kind, of_kind in _TOLD.items()
        for hue in of_kind
    }
    return {"told_in_red": float(told_in_red), **cues}


_TOLD: Mapping[str, tuple[Hue, ...]] = {
    "sign": ("red", "amber", "green", "blue"),
    "ink": ("red", "amber", "green", "blue"),
    "ground": ("red", "amber", "green"),
}


def _answered(scene: Scene, calm: float) -> Cues:
    """What is asked, and what the buttons offer: to try again, to decide, or to take note.

    Questions stand on errors too ("It failed. Start the repair?"): they weigh as far as words are
    `calm`.
    """
    asks = any(mark in one.text for one in _parts(scene) for mark in _QUESTIONS)
    kinds = {hit for one in scene.buttons for hit in phrasebook("answers").kinds(one.text)}
    return {
        "retries": float("again" in kinds),
        "asks": calm * asks,
        "decides": calm * ("decision" in kinds),
        "notes": float(len(scene.buttons) == 1 and "note" in kinds),
        "buttons": min(len(scene.buttons), 3) / 3,
    }
