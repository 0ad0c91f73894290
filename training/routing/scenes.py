"""Pictures without a document: blank pages, covers of lenses, landscapes, shapes."""

import cv2
import numpy as np
from sklearn.datasets import load_sample_images

from training.routing.brush import Picture, Rng, lossy, photographed, scanned, scenery


def blank(rng: Rng) -> Picture:
    """An empty page, clean or scanned or photographed; or nothing but darkness or one colour."""
    width, height = int(rng.integers(400, 1400)), int(rng.integers(500, 1700))
    shade = rng.uniform(0, 255, 3) if rng.random() < 0.4 else np.full(3, rng.uniform(235, 255))
    page = np.broadcast_to(shade.astype(np.uint8), (height, width, 3)).copy()
    match int(rng.integers(4)):
        case 0:
            return page
        case 1:
            return scanned(rng, page)
        case 2:
            return photographed(rng, page)
    shadow = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), width)[None, :, None]
    return lossy(rng, np.asarray(page * shadow, np.uint8), noise=5.0)


def landscape(rng: Rng) -> Picture:
    """Textures of every scale, some with things before them."""
    width, height = int(rng.integers(500, 1600)), int(rng.integers(500, 1600))
    picture = scenery(rng, width, height)
    for _ in range(int(rng.integers(0, 14))):
        _thing(rng, picture)
    return lossy(rng, picture, noise=4.0)


def _thing(rng: Rng, picture: Picture) -> None:
    """A shaded blob, a box or a line somewhere."""
    height, width = picture.shape[:2]
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    x, y = int(rng.integers(width)), int(rng.integers(height))
    size = int(rng.integers(10, max(min(width, height) // 3, 11)))
    match int(rng.integers(3)):
        case 0:
            axes, turn = (size, int(size * rng.uniform(0.3, 1))), float(rng.uniform(0, 180))
            cv2.ellipse(picture, (x, y), axes, turn, 0, 360, colour, -1)
        case 1:
            corners = np.array([x, y]) + rng.integers(-size, size + 1, (5, 2))
            cv2.fillPoly(picture, [corners.astype(np.int32)], colour)
        case _:
            end = (int(rng.integers(width)), int(rng.integers(height)))
            cv2.line(picture, (x, y), end, colour, int(rng.integers(1, 12)))


def snapshot(rng: Rng) -> Picture:
    """A part of one of the real photos that scikit-learn carries (CC-BY)."""
    photos = load_sample_images().images
    photo = photos[int(rng.integers(len(photos)))]
    height, width = photo.shape[:2]
    side = float(rng.uniform(0.35, 1.0))
    tall, wide = int(height * side), int(width * float(rng.uniform(0.35, 1.0)))
    top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    part = photo[top : top + tall, left : left + wide]
    scale = float(rng.uniform(1, 3))
    grown = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return lossy(rng, np.asarray(grown, np.uint8), noise=3.0)
