"""Page pixels as workers pass them around: few pages at a time, the others packed away."""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar, cast, overload

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page, Quality
from vouch.schemas.errors import UnreadableDocument

RgbImage = NDArray[np.uint8]
"""Shape (height, width, 3), red first."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page with its pixels, in the upload frame."""

    page: Page
    image: RgbImage


@dataclass(frozen=True, slots=True)
class AssessedPage:
    """The stage `assess`: a page and how well it can be read."""

    page: Page
    image: RgbImage
    quality: Quality


_Thing = TypeVar("_Thing")


class Lazy(Sequence[_Thing]):
    """Things that are made when they are looked at, and not kept: pages of a long document."""

    def __init__(self, count: int, make: Callable[[int], _Thing]) -> None:
        self._places = range(count)
        self._make = make

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> _Thing: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_Thing]: ...
    def __getitem__(self, place: int | slice) -> _Thing | Sequence[_Thing]:
        chosen = self._places[place]
        if isinstance(chosen, int):
            return self._make(chosen)
        return Lazy(len(chosen), lambda index: self._make(chosen[index]))


_FASTEST = [
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
]  # level 1 is 3 times as fast as the default, 10 % larger


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


class Spool:
    """Pages of one document on disk, losslessly packed: each is unpacked when it is looked at."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._stored: list[tuple[Page, Quality, int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def passing(self, pages: Iterable[AssessedPage]) -> Iterator[AssessedPage]:
        """The same pages, each kept as it goes by."""
        for shown in pages:
            packed = to_png(shown.image)
            self._stored.append((shown.page, shown.quality, self._file.tell(), len(packed)))
            self._file.write(packed)
            yield shown

    @property
    def pages(self) -> Sequence[AssessedPage]:
        """All that went by, in order."""
        return Lazy(len(self._stored), self._page)

    def picture(self, number: int) -> RgbImage:
        """The pixels of the page with this number."""
        places = {page.number: place for place, (page, *_) in enumerate(self._stored)}
        return self._page(places[number]).image

    def _page(self, place: int) -> AssessedPage:
        page, quality, start, length = self._stored[place]
        self._file.seek(start)
        packed = self._file.read(length)
        self._file.seek(0, io.SEEK_END)
        return AssessedPage(page, from_png(packed), quality)
