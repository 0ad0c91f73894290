"""PaddleOCR's library, imported late and quietly."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from vouch.workers.models import import_onnxruntime


def import_paddleocr() -> Any:  # noqa: ANN401 - paddleocr has no types
    """PaddleOCR, seconds of import: only processes that read pages pay for it."""
    # Without it, importing probes model hubs over the network.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    import_onnxruntime()  # before PaddleX does it, which has nothing against telemetry
    with _hidden("torch", "transformers"):
        client = import_module("modelscope")
        # it has replaced itself meanwhile, and would look for this part of its own in transformers
        client.hub = import_module("modelscope.hub")  # type: ignore[attr-defined]
        import_module("modelscope.hub.errors")
    module = import_module("paddleocr")
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return module


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Make packages look as if they were not installed, for as long as the block lasts.

    modelscope, a hub client that PaddleOCR brings along, imports torch where it finds it: memory
    for nothing, and OCR should not share a process with torch (pytorch#147274).
    """
    unseen = [name for name in names if name not in sys.modules]
    for name in unseen:
        sys.modules[name] = None  # type: ignore[assignment]  # how the import system spells it
    try:
        yield
    finally:
        for name in unseen:
            del sys.modules[name]
