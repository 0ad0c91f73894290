"""The stage `read`: a page's words, upright, from its own text layer or by OCR."""

from collections.abc import Callable, Sequence

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox, Transform, clip_polygon
from vouch.schemas.text import PageTokens, Token
from vouch.workers.images import RgbImage
from vouch.workers.protocols import OcrEngine, go_on
from vouch.workers.stages.finding import find_runs
from vouch.workers.stages.text_layer import layer_tokens, pictures_to_read
from vouch.workers.stages.turning import Turn, stand_upright


def read(
    page: Page, image: RgbImage, engine: OcrEngine, checkpoint: Callable[[], None] = go_on
) -> PageTokens:
    """The words of one page in its upright frame. `image` is the page as it was uploaded.

    A PDF page with a trustworthy text layer is taken at its word, and only its pictures are read
    by OCR. EngineFailed when the engine's model raises; between its calls, what `checkpoint` does.
    """
    layer = layer_tokens(page)
    if layer:
        pictures = _read_pictures(page, image, engine, layer, checkpoint)
        return _page_tokens(page, 0, layer + pictures)
    turn, upright, runs = stand_upright(image, find_runs(image, engine), engine)
    checkpoint()
    return _page_tokens(page, turn, engine.recognise(upright, runs))


def _read_pictures(
    page: Page,
    image: RgbImage,
    engine: OcrEngine,
    layer: Sequence[Token],
    checkpoint: Callable[[], None],
) -> tuple[Token, ...]:
    """Words inside the pictures of a page whose text layer is good, runs counted on."""
    tokens: list[Token] = []
    for box in pictures_to_read(page, layer):
        checkpoint()
        first_run = 1 + max(token.run for token in (*layer, *tokens))
        part = _part(image, box)
        runs = find_runs(part, engine)
        tokens += [
            token.model_copy(
                update={
                    "run": first_run + token.run,
                    "polygon": tuple((x + box.left, y + box.top) for x, y in token.polygon),
                }
            )
            for token in engine.recognise(part, runs)
        ]
    return tuple(tokens)


def _part(image: RgbImage, box: Bbox) -> RgbImage:
    return image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


def _page_tokens(page: Page, turn: Turn, tokens: Sequence[Token]) -> PageTokens:
    width, height = (page.width, page.height) if turn in {0, 180} else (page.height, page.width)
    letters = sum(len(token.text) for token in tokens)
    return PageTokens(
        page=page.number,
        width=width,
        height=height,
        turn=turn,
        transform=Transform.from_upright(turn, page.width, page.height),
        tokens=tuple(
            token.model_copy(update={"polygon": clip_polygon(token.polygon, width, height)})
            for token in tokens
        ),
        ocr_score=sum(token.score * len(token.text) for token in tokens) / letters
        if letters
        else None,
    )
