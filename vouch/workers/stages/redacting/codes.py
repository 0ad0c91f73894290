"""QR and bar codes on a page: text that no OCR reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vouch.schemas.geometry import Polygon
from vouch.workers.images import RgbImage

_QUIET = 0.12
"""Of a code's side: what is masked around it, since detectors find the modules' middles."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code, in pixels of the page that was looked at."""

    polygon: Polygon
    text: str
    """What it says; empty where it is there and cannot be decoded."""


def codes_on(image: RgbImage) -> tuple[Code, ...]:
    """All QR codes, and the bar codes that can be decoded: stripes that cannot may be anything."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    qr = cv2.QRCodeDetector()
    _, texts, decoded, _ = qr.detectAndDecodeMulti(grey)
    read = tuple(_codes(texts, decoded))
    _, seen = qr.detectMulti(grey)
    unread = [
        code
        for code in _codes([""] * (0 if seen is None else len(seen)), seen)
        if not any(_share_a_place(code, other) for other in read)
    ]
    _, said, _, stripes = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(grey)
    return (*read, *unread, *(code for code in _codes(said, stripes) if code.text))


def _codes(texts: Sequence[str], corners: np.ndarray | None) -> Iterator[Code]:
    for text, found in zip(texts, () if corners is None else corners, strict=False):
        middle = found.mean(axis=0)
        grown = middle + (found - middle) * (1 + _QUIET)
        yield Code(tuple((float(x), float(y)) for x, y in grown), text)


def _share_a_place(one: Code, other: Code) -> bool:
    near = np.subtract(np.mean(one.polygon, axis=0), np.mean(other.polygon, axis=0))
    side = np.ptp(np.asarray(other.polygon), axis=0).max()
    return bool(np.hypot(*near) < side / 2)
