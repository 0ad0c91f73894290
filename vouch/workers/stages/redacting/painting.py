"""A page without what must not be seen: the pixels are replaced, not covered."""

from collections.abc import Iterable

import cv2
import numpy as np

from vouch.schemas.record import Record
from vouch.schemas.redaction import Redaction
from vouch.workers.images import RgbImage

MASK = (118, 118, 128)
"""Seen on light and on dark pages."""


def shown_of(image: RgbImage, record: Record, page: int) -> RgbImage:
    """A page, in the upload frame, as it may be shown with its record."""
    return image if record.redactions is None else _painted(image, record.redactions.places, page)


def _painted(image: RgbImage, places: Iterable[Redaction], page: int) -> RgbImage:
    painted = image.copy()
    for place in places:
        if place.page == page and place.status == "masked":
            corners = np.round(np.asarray(place.polygon)).astype(np.int32)
            cv2.fillPoly(painted, [corners], MASK)
    return painted
