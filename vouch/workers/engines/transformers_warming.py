"""A question that costs little to answer, and touches all that a real one does."""

import numpy as np

from vouch.prompts import prompt
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import Line, PageLayout, PageTokens, Token
from vouch.workers.protocols import Question

_SIDE = 256
"""Pixels."""


def small_question() -> Question:
    """What a white page says whose only line is a total."""
    box = Bbox(left=8, top=8, right=_SIDE - 8, bottom=24)
    token = Token(text="TOTAL 1.00", polygon=box.polygon, score=1.0, run=0)
    line = Line(id="p1l1", tokens=(0,), text=token.text, bbox=box, score=1.0)
    tokens = PageTokens(
        page=1,
        width=_SIDE,
        height=_SIDE,
        turn=0,
        transform=Transform(),
        tokens=(token,),
        ocr_score=1.0,
    )
    return Question(
        layouts=[PageLayout(tokens=tokens, lines=(line,), regions=())],
        images=[np.full((_SIDE, _SIDE, 3), 255, np.uint8)],
        schema=builtin_schema("receipt"),
        prompt=prompt("extract"),
    )
