"""Made-up pages of tokens: rows of words on paper that may lie skewed or bend."""

from collections.abc import Callable, Sequence

from vouch.schemas.geometry import Point, Transform
from vouch.schemas.text import PageTokens, Token

Row = Sequence[tuple[float, str]]
"""Runs of a row: where each begins, and its words."""
Warp = Callable[[Point], Point]
HEIGHT = 20.0
CHARACTER = 10.0


def flat(point: Point) -> Point:
    return point


def print_page(rows: Sequence[Row], warp: Warp = flat, pitch: float = 30.0) -> PageTokens:
    """Tokens of rows set in a typewriter's letters, each run one OCR run, then warped."""
    tokens: list[Token] = []
    run = 0
    for index, row in enumerate(rows):
        top = 50.0 + index * pitch
        for start, text in row:
            left = start
            for word in text.split(" "):
                right = left + len(word) * CHARACTER
                corners = ((left, top), (right, top), (right, top + HEIGHT), (left, top + HEIGHT))
                polygon = tuple(warp(corner) for corner in corners)
                tokens.append(Token(text=word, polygon=polygon, score=0.9, run=run))
                left = right + CHARACTER
            run += 1
    return PageTokens(
        page=1,
        width=800,
        height=2000,
        turn=0,
        transform=Transform(),
        tokens=tuple(tokens),
        ocr_score=0.9,
    )


RECEIPT: tuple[Row, ...] = (
    ((200, "CORNER BAKERY LTD"),),
    ((180, "12 Mill Lane Leeds"),),
    ((50, "Date 25/12/2018"), (450, "14:32")),
    ((50, "Qty Description"), (500, "Price")),
    ((50, "1 Sourdough loaf"), (500, "4.50")),
    ((50, "2 Rye rolls"), (500, "3.00")),
    ((50, "1 Seeded bagel"), (500, "1.50")),
    ((50, "Subtotal"), (500, "9.00")),
    ((50, "VAT 0%"), (500, "0.00")),
    ((50, "TOTAL"), (500, "9.00")),
    ((50, "Cash"), (490, "10.00")),
    ((50, "Change"), (500, "1.00")),
    ((150, "Thank you come again"),),
)
