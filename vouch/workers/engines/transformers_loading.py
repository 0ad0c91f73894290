"""Checkpoints of vision-language models, of any family that transformers knows, into memory.

Code that comes with a checkpoint is never run, and nothing is fetched when HF_HUB_OFFLINE is set.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoFeatureExtractor,
    AutoImageProcessor,
    AutoModelForImageTextToText,
    AutoTokenizer,
    Idefics3Processor,
    PretrainedConfig,
    PreTrainedModel,
    ProcessorMixin,
)
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING
from transformers.video_processing_utils import VideoProcessorMixin

from vouch.prompts import Wording
from vouch.schemas.errors import ModelMissing
from vouch.schemas.record import Engine

WORDING = "vouch_wording"
_FILES = ("*.json", "*.safetensors", "*.jinja", "*.txt", "*.model")
_UNFIT = (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError)
"""What the libraries raise over files that are missing, damaged, of other shapes than the
configuration says, or that want a package which is not installed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model with what prepares its input."""

    identity: Engine
    """The model's name and a digest of its files."""
    model: PreTrainedModel
    processor: ProcessorMixin

    @property
    def logits(self) -> int:
        """Width of the logits: more than there are tokens, where the vocabulary is padded."""
        config = self.model.config
        width: int = config.get_text_config().vocab_size
        # Idefics keeps the embeddings of the tokens around pictures apart.
        return width + getattr(config, "additional_vocab_size", 0)

    @property
    def wording(self) -> Wording:
        """Checkpoints that were trained on Vouch's terse prompts say so in their configuration."""
        return "terse" if getattr(self.model.config, WORDING, "full") == "terse" else "full"

    @property
    def positions(self) -> int:
        """Model tokens of a prompt and its answer that the model was made for."""
        known: int = self.model.config.get_text_config().max_position_embeddings
        return known


class NoVideo(VideoProcessorMixin):  # type: ignore[misc]  # transformers is untyped here
    """Stands where a processor wants one for videos, which would need torchvision."""

    model_input_names: tuple[str, ...] = ()


class Stills:
    """Comes before a family's processor class, to take `NoVideo` for a part."""

    def check_argument_for_proper_class(self, _name: str, part: object) -> type:
        """Not checked: without torchvision, transformers 5.23 raises AttributeError in its own."""
        return type(part)


def load_checkpoint(source: str, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    """From a folder or a hub. ModelMissing when it is not there, or holds no such model."""
    folder = found(source)
    config = _config(folder, source)
    try:
        model = AutoModelForImageTextToText.from_pretrained(
            folder, config=config, dtype=dtype, trust_remote_code=False, use_safetensors=True
        )
        processor = load_processor(folder, config)
    except _UNFIT as error:
        raise ModelMissing(f"the VLM {source!r} cannot be loaded: {error}") from error
    name = Path(source).name if Path(source).is_dir() else source
    identity = Engine(name=name, digest=digest_of(folder))
    return Checkpoint(identity, model.to(device).eval(), processor)


def found(source: str) -> Path:
    """Where the checkpoint's files lie; fetched from the hub when that is allowed."""
    if Path(source).is_dir():
        return Path(source)
    try:
        return Path(snapshot_download(source, allow_patterns=list(_FILES)))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelMissing(
            f"the VLM {source!r} is neither a folder here nor on a hub within reach"
        ) from error


def load_processor(folder: Path, config: PretrainedConfig) -> ProcessorMixin:
    """Tokenizer and image processor in the class that the family wants around them.

    As AutoProcessor does, but without what reads videos: that would need torchvision. Pictures are
    always prepared with PIL, so that they look the same to the model on every machine.
    """
    family = _processor_class(config)
    kind: Any = type(family.__name__, (Stills, family), {})
    parts = [_part(name, folder) for name in kind.get_attributes()]
    settings, _ = kind.get_processor_dict(folder)
    processor: ProcessorMixin = kind.from_args_and_dict(parts, settings)
    processor.tokenizer.padding_side = "left"
    if processor.tokenizer.pad_token is None:
        processor.tokenizer.pad_token = processor.tokenizer.eos_token
    return processor


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and contents of a checkpoint's files."""
    whole = hashlib.sha256()
    for path in sorted(path for pattern in _FILES for path in folder.glob(pattern)):
        with path.open("rb") as file:
            whole.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _config(folder: Path, source: str) -> PretrainedConfig:
    try:
        return AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except _UNFIT as error:
        raise ModelMissing(f"{source!r} holds no model that can be loaded: {error}") from error


def _processor_class(config: PretrainedConfig) -> type[ProcessorMixin]:
    """SmolVLM's own does nothing else with stills than that of Idefics3, but imports num2words."""
    family = PROCESSOR_MAPPING[type(config)]
    return Idefics3Processor if config.model_type == "smolvlm" else family  # type: ignore[no-any-return]


def _part(name: str, folder: Path) -> object:
    match name:
        case "video_processor":
            return NoVideo()
        case "image_processor":
            return AutoImageProcessor.from_pretrained(
                folder, backend="pil", trust_remote_code=False
            )
        case "feature_extractor":
            return AutoFeatureExtractor.from_pretrained(folder, trust_remote_code=False)
    return AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
