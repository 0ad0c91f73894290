"""A page without what must not be seen: the pixels are replaced, not covered."""

from collections.abc import Iterable

import cv2
import numpy as np

from vouch.schemas.redaction import Redaction
from vouch.workers.images import RgbImage

MASK = (118, 118, 128)
"""Seen on light and on dark pages."""


def masked_picture(image: RgbImage, places: Iterable[Redaction], page: int) -> RgbImage:
    """The page, in the upload frame, with every masked place in one colour."""
    painted = image.copy()
    for place in places:
        if place.page == page and place.status == "masked":
            corners = np.round(np.asarray(place.polygon)).astype(np.int32)
            cv2.fillPoly(painted, [corners], MASK)
    return painted
