"""A judge of screen elements without a model: by size and place alone."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.record import Engine

_CLASSES = ("nothing", "button", "input", "checkbox:unchecked")


class FakeElements:
    """Flat boxes: small square ones are to tick, words in the middle make a button."""

    @property
    def identity(self) -> Engine:
        return Engine(name="fake-elements", digest=hashlib.sha256(b"fake-elements-1").hexdigest())

    @property
    def classes(self) -> tuple[str, ...]:
        return _CLASSES

    def judge(self, names: Sequence[str], features: NDArray[np.float32]) -> NDArray[np.float32]:
        """All of a box's share to one class."""
        of = {name: features[:, place] for place, name in enumerate(names)}
        is_box = (of["is_flat"] > 0) & (of["filled"] > 0.6) & (of["cut"] == 0)
        is_field = is_box & (of["height"] > 1) & (of["height"] < 4)
        is_button = is_field & (of["runs"] == 1) & (np.abs(of["off_centre"]) < 0.1)
        is_mark = is_box & (of["height"] < 1.6) & (np.abs(of["aspect"] - 1) < 0.3)
        best = np.select([is_mark, is_button, is_field & (of["width"] > 4)], [3, 1, 2], 0)
        return np.asarray(np.eye(len(_CLASSES))[best], np.float32)
