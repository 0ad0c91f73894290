"""What one leg leaves for the next: values as JSON, page pixels as PNG."""

from typing import cast

import cv2
import numpy as np

from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.errors import UnreadableDocument
from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.record import Engine
from vouch.schemas.value import Value
from vouch.workers.images import RgbImage

_FASTEST = [
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
]  # level 1 is 3 times as fast as the default, 10 % larger


class Depicted(Value):
    """The leg `depict`, whose page pictures lie beside it."""

    source: Source
    pages: tuple[Page, ...]
    qualities: tuple[Quality, ...]
    timings: dict[str, float]
    """Wall seconds of every stage so far."""


class Perceived(Value):
    """The leg `perceive`."""

    perception: Perception
    timings: dict[str, float]


class Interpreted(Value):
    """The leg `interpret`."""

    interpretation: Interpretation
    vlm: Engine | None
    """The model that had a say, None when there is none."""
    timings: dict[str, float]


def to_png(image: RgbImage) -> bytes:
    """A page's pixels, losslessly."""
    _, encoded = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), _FASTEST)
    return encoded.tobytes()


def from_png(picture: bytes) -> RgbImage:
    """The pixels that `to_png` wrote. UnreadableDocument when they are damaged."""
    content = np.frombuffer(picture, np.uint8)
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    if decoded is None:
        raise UnreadableDocument("a stored page picture is damaged")
    return cast("RgbImage", cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB))
