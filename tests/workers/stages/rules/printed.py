"""Made-up pages: text with two spaces or more where a till leaves a gap."""

import re

from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import PageLayout, PageTokens, Token
from vouch.workers.stages.rules.rows import Row, document_rows
from vouch.workers.stages.segment import group_lines

LETTER, HEIGHT, ROW = 10.0, 18.0, 28.0
"""Pixels: a letter's width, a letter's height, from row to row."""


def printed_page(text: str, number: int = 1) -> PageLayout:
    """The page that a monospaced printer makes of the text, lines grouped by the real stage."""
    tokens: list[Token] = []
    run = 0
    for row, line in enumerate(text.strip("\n").split("\n")):
        end = 0
        for word in re.finditer(r"\S+", line):
            run += bool(tokens) and (word.start() - end != 1 or end == 0)
            end = word.end()
            tokens.append(_token(word, 20 + ROW * row, run))
    page = PageTokens(
        page=number,
        width=1000,
        height=int(ROW * (text.count("\n") + 3)),
        turn=0,
        transform=Transform(),
        tokens=tuple(tokens),
        ocr_score=0.98 if tokens else None,
    )
    return PageLayout(tokens=page, lines=group_lines(page), regions=())


def _token(word: re.Match[str], top: float, run: int) -> Token:
    left, right = 20 + LETTER * word.start(), 20 + LETTER * word.end()
    box = Bbox(left=left, top=top, right=right, bottom=top + HEIGHT)
    return Token(text=word[0], polygon=box.polygon, score=0.98, run=run)


def printed_row(text: str) -> Row:
    """One row of nothing but this text, as it stands."""
    return Row(
        index=0,
        page=1,
        column=0,
        text=text,
        printed=text,
        words=(),
        bbox=Bbox(left=0, top=0, right=100, bottom=20),
        height=1.0,
        depth=0.0,
        region=None,
    )


def printed_rows(text: str) -> tuple[Row, ...]:
    """The rows of a page."""
    return document_rows([printed_page(text)])
