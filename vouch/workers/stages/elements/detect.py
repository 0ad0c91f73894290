"""The stage `detect`: a screen's pixels and words → what one can use on it, and what holds what."""

from collections.abc import Sequence

from vouch.schemas.text import Element, Line, PageTokens
from vouch.workers.images import RgbImage
from vouch.workers.protocols import ElementModel
from vouch.workers.stages.elements.canvas import canvas_of
from vouch.workers.stages.elements.choosing import chosen
from vouch.workers.stages.elements.features import features, scene_of
from vouch.workers.stages.elements.proposals import proposals
from vouch.workers.stages.elements.runs import runs_of
from vouch.workers.stages.elements.tree import elements_of


def detect_elements(
    image: RgbImage, tokens: PageTokens, lines: Sequence[Line], model: ElementModel
) -> tuple[Element, ...]:
    """The elements of one screen in reading order. `image` is upright, as `tokens` are.

    EngineFailed when the model raises.
    """
    words = tokens.tokens
    canvas = canvas_of(image, words)
    runs = runs_of(canvas, words, lines)
    found = proposals(canvas, runs)
    if not found:
        return ()
    names, numbers = features(scene_of(canvas, words, runs), found)
    kept = chosen(found, model.classes, model.judge(names, numbers))
    return elements_of(kept, runs, canvas, tokens)
