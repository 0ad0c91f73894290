"""Two labelled receipts on one made-up page: their words, side by side or one above the other."""

import random
from collections.abc import Sequence

from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.apart import pieces
from vouch.workers.stages.segment import group_lines

_GAPS = (40.0, 120.0)
"""Pixels of white between the two, least and most."""
_ASKEW = 100.0
"""Pixels by which the second may stand higher, or further left, at most."""
_RIGHT = 0.98
"""Share of the words that must be with their own receipt."""


def parted(pages: Sequence[PageLayout], count: int, seed: int, *, beside: bool) -> float:
    """The share of pairs that are found to be the two receipts that they are."""
    rng = random.Random(f"{seed} {beside}")
    printed = [page for page in pages if page.tokens.tokens]
    drawn = (rng.sample(printed, 2) for _ in range(count))
    verdicts = [_is_parted(one, other, rng, beside=beside) for one, other in drawn]
    return round(sum(verdicts) / max(count, 1), 4)


def _is_parted(one: PageLayout, other: PageLayout, rng: random.Random, *, beside: bool) -> bool:
    own = one.tokens.tokens
    words = (*own, *_moved(other.tokens.tokens, Bbox.union(_boxes(own)), rng, beside=beside))
    area = Bbox.union(_boxes(words))
    size = {"width": int(area.right) + 50, "height": int(area.bottom) + 50}
    tokens = one.tokens.model_copy(update={"tokens": words, **size})
    page = PageLayout(tokens=tokens, lines=group_lines(tokens), regions=())
    found = pieces(page, Options(schema_name="receipt", readers="rules"))
    if len(found) != 2:
        return False
    first, second = found
    right = sum(word < len(own) for word in first) + sum(word >= len(own) for word in second)
    return right >= _RIGHT * len(words)


def _moved(
    words: Sequence[Token], before: Bbox, rng: random.Random, *, beside: bool
) -> list[Token]:
    """Words behind, or below, those of the first receipt."""
    area, gap = Bbox.union(_boxes(words)), rng.uniform(*_GAPS)
    aside = rng.uniform(-_ASKEW, _ASKEW)
    across, down = before.right + gap - area.left, before.bottom + gap - area.top
    dx, dy = (across, aside) if beside else (aside / 2, down)
    runs = 1 + max(word.run for word in words)
    return [
        word.model_copy(
            update={
                "polygon": tuple((x + dx, y + dy) for x, y in word.polygon),
                "run": word.run + 1000 * runs,
            }
        )
        for word in words
    ]


def _boxes(words: Sequence[Token]) -> list[Bbox]:
    return [word.bbox for word in words]
