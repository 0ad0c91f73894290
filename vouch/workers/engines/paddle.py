"""PaddleOCR's library, imported late and quietly."""

import logging
import os
from importlib import import_module
from typing import Any


def import_paddleocr() -> Any:  # noqa: ANN401 - paddleocr has no types
    """PaddleOCR, seconds of import: only processes that read pages pay for it."""
    # Without it, importing probes model hubs over the network.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    module = import_module("paddleocr")
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return module
