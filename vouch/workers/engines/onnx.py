"""ONNX Runtime sessions on the CPU, and what they raise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.errors import EngineFailed
from vouch.workers.models import import_onnxruntime

Floats = NDArray[np.float32]


class Session(Protocol):
    """The part of onnxruntime's untyped session that engines use."""

    def run(self, outputs: None, inputs: Mapping[str, Floats]) -> list[Floats]: ...

    def get_modelmeta(self) -> "ModelMeta": ...


class ModelMeta(Protocol):
    """What a model file says of itself."""

    @property
    def custom_metadata_map(self) -> Mapping[str, str]: ...


def cpu_session(weights: Path, threads: int = 1) -> Session:
    """A session of a verified file. Imports onnxruntime: only processes with models pay for it."""
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session: Session = onnxruntime.InferenceSession(
        str(weights), options, providers=["CPUExecutionProvider"]
    )
    return session


@contextmanager
def engine_failures(work: str) -> Iterator[None]:
    """What the libraries raise inside, as EngineFailed: "<work> failed"."""
    # Its exceptions share no base below Exception.
    state = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        yield
    except (
        state.Fail,
        state.EPFail,
        state.InvalidArgument,
        state.RuntimeException,
        cv2.error,
        RuntimeError,
    ) as error:
        raise EngineFailed(f"{work} failed") from error
