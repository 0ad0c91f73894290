"""An OCR engine without a model: it reads what it was told is printed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.record import Engine
from vouch.schemas.text import Token
from vouch.workers.images import RgbImage

FIXED_RECEIPT = (
    "Corner Bakery Ltd",
    "12 Mill Lane, Leeds LS1 4AB",
    "Date: 25/12/2018 14:32",
    "Sourdough loaf 4.50",
    "Rye rolls 4.50",
    "Total 9.00",
    "Cash 10.00",
    "Change 1.00",
)


@dataclass(frozen=True, slots=True)
class FakeOcr:
    """Finds the given lines one below the other, evenly over any picture, and reads them surely."""

    lines: tuple[str, ...] = FIXED_RECEIPT

    @property
    def identity(self) -> Engine:
        digest = hashlib.sha256("\n".join(self.lines).encode()).hexdigest()
        return Engine(name="fake-ocr", digest=digest)

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:  # noqa: ARG002
        return tuple(box.polygon for box in self._boxes(image))

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        """The words of the line that stands nearest to each run."""
        middles = [box.centre[1] for box in self._boxes(image)]
        tokens: list[Token] = []
        for index, run in enumerate(runs):
            box = Bbox.around(run)
            nearest = min(range(len(middles)), key=lambda i: abs(middles[i] - box.centre[1]))
            tokens += self._words(self.lines[nearest], box, index)
        return tuple(tokens)

    def upside_down(self, image: RgbImage, runs: Sequence[Polygon]) -> float:  # noqa: ARG002
        return 0.0

    def _boxes(self, image: RgbImage) -> list[Bbox]:
        height, width = image.shape[:2]
        pitch = height / (len(self.lines) + 1)
        return [
            Bbox(
                left=width * 0.1,
                top=pitch * (index + 0.6),
                right=width * 0.9,
                bottom=pitch * (index + 1.2),
            )
            for index in range(len(self.lines))
        ]

    def _words(self, line: str, box: Bbox, run: int) -> list[Token]:
        """Words at the places that a typewriter would give them."""
        tokens = []
        column = 0
        for word in line.split(" "):
            left = box.left + box.width * column / len(line)
            right = left + box.width * len(word) / len(line)
            place = Bbox(left=left, top=box.top, right=right, bottom=box.bottom)
            tokens.append(Token(text=word, polygon=place.polygon, score=0.99, run=run))
            column += len(word) + 1
        return tokens
