"""The shipped judge of screen elements: boosted trees over what is measured of a box."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.errors import EngineFailed
from vouch.schemas.record import Engine
from vouch.workers.engines.onnx import cpu_session, engine_failures

WEIGHTS = Path(__file__).with_name("elements.onnx")


class ForestElements:
    """Fitted by `make fit-elements` on rendered pages; its file ships with the package."""

    def __init__(self, threads: int = 1) -> None:
        self._session = cpu_session(WEIGHTS, threads)
        known = self._session.get_modelmeta().custom_metadata_map
        self._names = tuple(json.loads(known["features"]))
        self._classes = tuple(json.loads(known["classes"]))

    @cached_property
    def identity(self) -> Engine:
        return Engine(name="elements-1", digest=hashlib.sha256(WEIGHTS.read_bytes()).hexdigest())

    @property
    def classes(self) -> tuple[str, ...]:
        return self._classes

    def judge(self, names: Sequence[str], features: NDArray[np.float32]) -> NDArray[np.float32]:
        """EngineFailed where the file was fitted on other measures than these."""
        if tuple(names) != self._names:
            raise EngineFailed("the judge of elements was fitted on other measures")
        with engine_failures("judging elements"):
            return self._session.run(None, {"features": features})[1]
