"""What speaks for and against a box being an element, as numbers: sizes are in word heights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vouch.schemas.text import Token
from vouch.workers.stages.elements.canvas import (
    Canvas,
    Colour,
    Floats,
    brightness,
    colour_of,
)
from vouch.workers.stages.elements.proposals import KINDS, Proposal
from vouch.workers.stages.elements.runs import Run
from vouch.workers.stages.elements.surface import surface
from vouch.workers.stages.elements.surroundings import surroundings
from vouch.workers.stages.elements.wording import wording


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen with all its words, and what is usual on it."""

    canvas: Canvas
    tokens: Sequence[Token]
    runs: Sequence[Run]
    ground: Colour
    """The commonest colour."""
    ink: Colour
    """Of the usual word."""


def scene_of(canvas: Canvas, tokens: Sequence[Token], runs: Sequence[Run]) -> Scene:
    flat = canvas.image[::9, ::9][canvas.flat[::9, ::9] > 0]
    inks = [run.ink for run in runs for _ in run.tokens]
    ground = colour_of(flat)
    ink = np.median(inks, axis=0).astype(np.float32) if inks else 255 - ground
    return Scene(canvas, tokens, runs, ground, ink)


def features(scene: Scene, found: Sequence[Proposal]) -> tuple[tuple[str, ...], Floats]:
    """Names, and numbers of shape (boxes, names)."""
    around = surroundings(scene.canvas, scene.runs, found)
    rows = [
        _of_screen(scene)
        | _kind(one)
        | surface(scene.canvas, one)
        | wording(scene.canvas, scene.tokens, scene.runs, scene.ink, one)
        | beside
        for one, beside in zip(found, around, strict=True)
    ]
    if not rows:
        return (), np.zeros((0, 0), np.float32)
    names = tuple(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows], np.float32)


def _of_screen(scene: Scene) -> dict[str, float]:
    return {
        "screen_width": scene.canvas.width / scene.canvas.unit,
        "screen_brightness": brightness(scene.ground),
    }


def _kind(one: Proposal) -> dict[str, float]:
    return {f"is_{kind}": float(one.kind == kind) for kind in KINDS}
