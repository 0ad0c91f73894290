"""vouch-vlm as it is released: VOUCH_VLM=vouch. The adapter is part of this package."""

import hashlib
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from vouch.workers.models import locked_model

NAME = "vouch-vlm"
MIND = "SmolLM2-135M-Instruct"
"""The language model, in models.lock."""
ADAPTER = Path(__file__).parent / "vouch_vlm"
"""Its README.md is the model card."""


def checkpoint_place(models_dir: Path) -> Path:
    """Where the checkpoint lies once it has been put together; its name tells of what."""
    whole = hashlib.sha256(locked_model(MIND).sha256.encode())
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        whole.update((ADAPTER / name).read_bytes())
    return models_dir / f"{NAME}-{whole.hexdigest()[:12]}"


def checkpoint(models_dir: Path) -> Path:
    """The folder of the checkpoint, put together when it is wanted for the first time.

    ModelMissing, ModelDigestMismatch when the language model has not been pulled.
    """
    return written_once(checkpoint_place(models_dir), lambda folder: _assemble(models_dir, folder))


def _assemble(models_dir: Path, folder: Path) -> None:
    from transformers.utils import logging  # noqa: PLC0415 - torch comes along, for seconds

    from vouch.workers.engines.shipped.assembling import assemble, unschooled  # noqa: PLC0415

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # embeddings of new tokens are drawn, and then loaded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft's, about a name in transformers
        assemble(*unschooled(models_dir), ADAPTER, folder)


def written_once(folder: Path, write: Callable[[Path], None]) -> Path:
    """The folder, which `write` fills when it is not there: whole, or not at all.

    Processes that start together may each write it; the first one's stays.
    """
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
            unfinished = Path(scratch) / folder.name
            write(unfinished)
            try:
                unfinished.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
    return folder
