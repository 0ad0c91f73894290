from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.document import EmbeddedText, Page
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.record import Engine
from vouch.schemas.text import Token
from vouch.workers.engines.fake_ocr import FIXED_RECEIPT, FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.stages.finding import find_runs, longest_runs
from vouch.workers.stages.read import read
from vouch.workers.stages.segment import group_lines
from vouch.workers.stages.text_layer import layer_tokens

WIDTH, HEIGHT = 600, 900


class LandmarkOcr:
    """Sees three dark bars on white; reads them surely only where the longest stands on top."""

    identity = Engine(name="landmarks", digest="0" * 64)

    def __init__(self) -> None:
        self.looked_at: list[int] = []
        self.read_runs = 0

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        self.looked_at.append(side)
        dark = image.min(axis=2) < 128
        axis = 1 if dark.any(axis=1).mean() < dark.any(axis=0).mean() else 0
        marks = np.flatnonzero(np.diff(dark.any(axis=axis).astype(int), prepend=0, append=0))
        boxes = []
        for first, last in marks.reshape(-1, 2):
            band = dark[first:last] if axis == 1 else dark[:, first:last]
            along = np.flatnonzero(band.any(axis=1 - axis))
            span = (int(along[0]), int(along[-1]) + 1)
            (left, right), (top, bottom) = (
                (span, (first, last)) if axis == 1 else ((first, last), span)
            )
            boxes.append(Bbox(left=left, top=top, right=right, bottom=bottom).polygon)
        return tuple(boxes)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        self.read_runs += len(runs)
        upright = not self._on_its_head(image)
        return tuple(
            Token(text="bar", polygon=run, score=0.9 if upright else 0.3, run=index)
            for index, run in enumerate(runs)
        )

    def upside_down(self, image: RgbImage, runs: Sequence[Polygon]) -> float:
        return 1.0 if self._on_its_head(image) else 0.0

    def _on_its_head(self, image: RgbImage) -> bool:
        dark = (image.min(axis=2) < 128).sum(axis=1)
        return bool(dark[: len(dark) // 2].max() < dark[len(dark) // 2 :].max())


def bars() -> RgbImage:
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for top, right in ((100, 500), (300, 400), (700, 350)):
        image[top : top + 30, 60:right] = 0
    return image


def page_of(image: RgbImage, **more: object) -> Page:
    return Page(number=1, width=image.shape[1], height=image.shape[0], **more)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright_and_maps_back(turn: int) -> None:
    upright = bars()
    upload = np.ascontiguousarray(np.rot90(upright, -turn // 90))
    page = page_of(upload)
    tokens = read(page, upload, LandmarkOcr())
    assert (tokens.turn, tokens.width, tokens.height) == (turn, WIDTH, HEIGHT)
    assert [token.bbox.top for token in tokens.tokens] == [100, 300, 700]
    first = tokens.tokens[0]
    assert first.polygon[0] == (60, 100)
    box = Bbox.around(tokens.transform.polygon(first.polygon))
    inside = upload[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    assert inside.max() == 0, "the polygon lies on the bar in the uploaded picture"


def test_an_upright_page_is_read_once() -> None:
    engine = LandmarkOcr()
    read(page_of(bars()), bars(), engine)
    assert engine.read_runs == 3


def test_a_wrong_guess_does_not_turn_the_page() -> None:
    class Pessimist(LandmarkOcr):
        def upside_down(self, image: RgbImage, runs: Sequence[Polygon]) -> float:
            return 1.0

    assert read(page_of(bars()), bars(), Pessimist()).turn == 0


def test_small_text_is_looked_at_again_from_closer() -> None:
    image = np.full((3000, 800, 3), 255, np.uint8)
    image[100:120, 60:500] = 0
    engine = LandmarkOcr()
    find_runs(image, engine)
    first, second = engine.looked_at
    assert second > first


def test_a_page_without_text_has_no_tokens() -> None:
    blank = np.full((300, 200, 3), 255, np.uint8)
    tokens = read(page_of(blank), blank, LandmarkOcr())
    assert (tokens.tokens, tokens.ocr_score, tokens.turn) == ((), None, 0)


def test_the_fake_reads_its_receipt_anywhere() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    tokens = read(page_of(image), image, FakeOcr())
    assert [line.text for line in group_lines(tokens)] == list(FIXED_RECEIPT)
    assert all(0 <= x <= 640 and 0 <= y <= 480 for t in tokens.tokens for x, y in t.polygon)


def layer(text: str, left: float = 50, top: float = 50) -> tuple[EmbeddedText, ...]:
    words = []
    for word in text.split():
        box = Bbox(left=left, top=top, right=left + 8 * len(word), bottom=top + 16)
        words.append(EmbeddedText(text=word, bbox=box))
        left = box.right + 6
    return tuple(words)


def test_a_good_text_layer_is_believed() -> None:
    embedded = layer("Invoice number 2024-001")
    engine = LandmarkOcr()
    tokens = read(page_of(bars(), embedded_text=embedded), bars(), engine)
    assert [(t.text, t.score, t.bbox) for t in tokens.tokens] == [
        (word.text, 1.0, word.bbox) for word in embedded
    ]
    assert {token.run for token in tokens.tokens} == {0}
    assert engine.looked_at == []


@pytest.mark.parametrize(
    "text",
    [
        "page 3",
        "\ufffd\ufffd\ufffdv\ufffd\ufffdc\ufffd n\ufffd\ufffd\ufffdb\ufffdr",
        "\ue001\ue002\ue003\ue004 \ue005\ue006\ue007 \ue008\ue009\ue00a\ue00b",
    ],
)
def test_a_poor_text_layer_is_read_by_ocr(text: str) -> None:
    tokens = read(page_of(bars(), embedded_text=layer(text)), bars(), LandmarkOcr())
    assert [token.text for token in tokens.tokens] == ["bar"] * 3


def test_the_layer_under_a_scan_is_not_believed() -> None:
    whole = Bbox(left=0, top=0, right=WIDTH, bottom=HEIGHT)
    page = page_of(bars(), embedded_text=layer("Somebody elses reading"), pictures=(whole,))
    assert layer_tokens(page) == ()


def test_only_pictures_without_text_are_read_beside_a_layer() -> None:
    embedded = layer("Invoice number 2024-001")
    logo = Bbox(left=30, top=600, right=590, bottom=850)
    lettered = Bbox(left=0, top=0, right=WIDTH, bottom=200)
    page = page_of(bars(), embedded_text=embedded, pictures=(logo, lettered))
    words = read(page, bars(), LandmarkOcr()).tokens
    assert [word.text for word in words] == ["Invoice", "number", "2024-001", "bar"]
    assert words[-1].bbox == Bbox(left=60, top=700, right=350, bottom=730)
    assert words[-1].run > words[0].run


@given(
    st.lists(
        st.tuples(st.floats(1, 500), st.floats(1, 60)).map(
            lambda size: Bbox(left=0, top=0, right=size[0], bottom=size[1]).polygon
        )
    ),
    st.integers(0, 9),
)
def test_the_longest_runs_are_some_of_the_runs(runs: list[Polygon], count: int) -> None:
    longest = longest_runs(runs, count)
    assert len(longest) == min(count, len(runs))
    assert all(run in runs for run in longest)
