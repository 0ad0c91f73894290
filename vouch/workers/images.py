"""Page pixels as workers pass them around."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page, Quality, Source

RgbImage = NDArray[np.uint8]
"""Shape (height, width, 3), red first."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page with its pixels, in the upload frame."""

    page: Page
    image: RgbImage


@dataclass(frozen=True, slots=True)
class Document:
    """The stage `ingest`: what was uploaded, as pages."""

    source: Source
    pages: tuple[PageImage, ...]


@dataclass(frozen=True, slots=True)
class AssessedPage:
    """The stage `assess`: a page and how well it can be read."""

    page: Page
    image: RgbImage
    quality: Quality
