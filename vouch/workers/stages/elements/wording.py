"""What is printed in a box, and how: a button's words stand in its middle, a link has a colour."""

from collections.abc import Sequence

import numpy as np

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Token
from vouch.workers.stages.elements.canvas import (
    Canvas,
    Colour,
    apart,
    area,
    brightness,
    saturation,
)
from vouch.workers.stages.elements.proposals import Proposal
from vouch.workers.stages.elements.runs import Run

WITHIN = 0.6
"""Share of a run that must stand in a box."""
_EMPTY = -1.0
"""Of a measure that a box without words does not have."""
_MEASURES = (
    "text_width", "text_height", "pad_left", "pad_right", "pad_top", "pad_bottom", "off_centre",
    "underline", "ink_saturation", "ink_brightness", "ink_contrast", "ink_unlike", "ink_weight",
    "letters", "digits", "upper", "first_upper", "ends_open", "words", "score",
)  # fmt: skip


def within(runs: Sequence[Run], bbox: Bbox) -> list[Run]:
    """The runs that stand in a box."""
    return [run for run in runs if run.bbox.containment(bbox) >= WITHIN]


def wording(
    canvas: Canvas, tokens: Sequence[Token], runs: Sequence[Run], usual: Colour, one: Proposal
) -> dict[str, float]:
    """Numbers of one box. `usual` is the ink of most words on the screen."""
    bbox = Bbox.of(one.box)
    held = [one.run] if one.run is not None else within(runs, bbox)
    counted = {"runs": float(len(held)), "rows": float(_rows(held))}
    if not held:
        return counted | dict.fromkeys(_MEASURES, _EMPTY)
    main = max(held, key=lambda run: area(run.box))
    text = " ".join(tokens[index].text for run in held for index in run.tokens)
    score = min(tokens[index].score for index in main.tokens)
    measured = (
        *_place(canvas, Bbox.union(run.bbox for run in held), bbox),
        main.underline,
        saturation(main.ink),
        brightness(main.ink),
        apart(main.ink, main.ground),
        apart(main.ink, usual),
        apart(main.ink, main.ground) - apart(usual, main.ground),
        *_letters(text),
        score,
    )
    return counted | dict(zip(_MEASURES, measured, strict=True))


def _rows(runs: Sequence[Run]) -> int:
    bottom, rows = -1.0, 0
    for run in sorted(runs, key=lambda run: run.box[1] + run.box[3]):
        if (run.box[1] + run.box[3]) / 2 > bottom:
            rows += 1
            bottom = run.box[3]
    return rows


def _place(canvas: Canvas, text: Bbox, box: Bbox) -> tuple[float, ...]:
    """Where the words stand in the box, in word heights; `off_centre` is a share of its width."""
    left, right = text.left - box.left, box.right - text.right
    sides = (left, right, text.top - box.top, box.bottom - text.bottom)
    return (
        text.width / box.width,
        text.height / box.height,
        *(side / canvas.unit for side in sides),
        (left - right) / box.width,
    )


def _letters(text: str) -> tuple[float, ...]:
    letters = max(sum(char.isalpha() for char in text), 1)
    solid = max(len(text.replace(" ", "")), 1)
    return (
        float(np.log1p(len(text))),
        sum(char.isdigit() for char in text) / solid,
        sum(char.isupper() for char in text) / letters,
        float(text[:1].isupper()),
        float(text.rstrip().endswith((":", "…", "...", "*"))),
        float(len(text.split())),
    )
