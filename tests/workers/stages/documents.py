"""Small layouts written out by hand, for the tests of stages that come after reading."""

import math
from collections.abc import Mapping, Sequence

from vouch.schemas.document import Page, Quality
from vouch.schemas.draft import Candidate, Certainty, Draft, Pointer, TokenRef
from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import Line, PageLayout, PageTokens, Token

CHARACTER, HEIGHT, MARGIN = 10.0, 20.0, 20.0


def page_of(*rows: str, number: int = 1, score: float = 0.98, turn: int = 0) -> PageLayout:
    """A page whose words are 10 pixels a character wide, in rows of 20 pixels, 10 apart, 20 off."""
    tokens: list[Token] = []
    lines: list[Line] = []
    for index, row in enumerate(rows):
        first = len(tokens)
        tokens.extend(_row(row, index, score))
        mine = tuple(range(first, len(tokens)))
        lines.append(
            Line(
                id=f"p{number}l{index}",
                tokens=mine,
                text=row,
                bbox=Bbox.union([tokens[i].bbox for i in mine]),
                score=score,
            )
        )
    width, height = (400, 600) if turn in (0, 180) else (600, 400)
    upright = PageTokens(
        page=number,
        width=400,
        height=600,
        turn=turn,
        transform=Transform.from_upright(turn, width, height),
        tokens=tuple(tokens),
        ocr_score=score,
    )
    return PageLayout(tokens=upright, lines=tuple(lines), regions=())


def _row(row: str, index: int, score: float) -> list[Token]:
    top, words, at = MARGIN + index * (HEIGHT + 10), [], 0
    for word in row.split():
        at = row.index(word, at)
        left = MARGIN + at * CHARACTER
        box = Bbox(left=left, top=top, right=left + len(word) * CHARACTER, bottom=top + HEIGHT)
        words.append(Token(text=word, polygon=box.polygon, score=score, run=index))
        at += len(word)
    return words


def upload_of(layout: PageLayout) -> Page:
    turned = layout.tokens.turn in (90, 270)
    width, height = (600, 400) if turned else (400, 600)
    return Page(number=layout.page, width=width, height=height)


def quality(**changes: object) -> Quality:
    clean: dict[str, object] = {
        "sharpness": 0.9,
        "sharpness_lowest_tile": 0.8,
        "exposure": 0.7,
        "contrast": 0.8,
        "glare": 0.0,
        "skew": 0.0,
        "text_height": 20.0,
        "cropped": 0.0,
    }
    return Quality.model_validate({**clean, **changes})


def candidate(
    value: str, raw: str | None = None, at: Sequence[int] = (), score: float = 0.9, **signals: float
) -> Candidate:
    return Candidate(
        value=value,
        raw=value if raw is None else raw,
        tokens=tuple(TokenRef(page=1, index=index) for index in at),
        score=score,
        signals=signals,
    )


def rules(asides: dict[str, Candidate] | None = None, **candidates: Sequence[Candidate]) -> Draft:
    """A rules draft; "merchant__name" stands for "/merchant/name"."""
    return Draft(reader="rules", candidates=_by_pointer(candidates), asides=asides or {})


def vlm(**candidates: Sequence[Candidate]) -> Draft:
    """The same of the VLM reader."""
    return Draft(reader="vlm", candidates=_by_pointer(candidates))


def _by_pointer(
    candidates: Mapping[str, Sequence[Candidate]],
) -> dict[Pointer, tuple[Candidate, ...]]:
    return {"/" + name.replace("__", "/"): tuple(found) for name, found in candidates.items()}


def certain(candidate: Candidate, probability: float = 0.99) -> Candidate:
    """The same with a language model's certainty, each of three model tokens this probable."""
    logprob = math.log(probability)
    certainty = Certainty(
        mean_logprob=logprob, min_logprob=logprob, margin=probability, log_feasible=0.0, tokens=3
    )
    return candidate.model_copy(update={"certainty": certainty})
