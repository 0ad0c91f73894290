"""CLIP and its kin (SigLIP) through transformers: a picture beside sentences, in one space."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

from vouch.schemas.errors import EngineFailed, ModelMissing
from vouch.schemas.record import Engine
from vouch.workers.engines.pictures import bounded
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Glance

_MOST_PIXELS = 1_000_000
"""Models see some 224 to 512 pixels a side: scaling from more costs time and shows no more."""


class Clip:
    """A dual encoder from a folder. ModelMissing when there is none in it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._model: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval()
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._pictures: Any = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError) as error:
            raise ModelMissing(f"VOUCH_CLIP holds no model: {type(error).__name__}") from error
        if not hasattr(self._model, "logit_scale"):
            raise ModelMissing("VOUCH_CLIP holds a model that compares no pictures with texts")
        self._folder = folder

    @cached_property
    def identity(self) -> Engine:
        """By its weights."""
        digest = hashlib.sha256()
        for path in sorted(self._folder.glob("*.safetensors")):
            digest.update(path.read_bytes())
        return Engine(name=f"clip-{self._model.config.model_type}", digest=digest.hexdigest())

    def glance(self, image: RgbImage, descriptions: Sequence[str]) -> Glance:
        """EngineFailed when the model raises."""
        try:
            with torch.inference_mode():
                seen = self._model(**self._texts(descriptions), **self._pixels(image))
        except RuntimeError as error:
            raise EngineFailed("the picture model failed") from error
        shares = torch.softmax(seen.logits_per_image[0].float(), dim=-1)
        embedding = torch.nn.functional.normalize(seen.image_embeds[0].float(), dim=-1)
        return Glance(tuple(shares.tolist()), tuple(embedding.tolist()))

    def _texts(self, descriptions: Sequence[str]) -> dict[str, torch.Tensor]:
        """SigLIP was taught with texts padded to one length; CLIP reads its texts to their end."""
        most = self._model.config.text_config.max_position_embeddings
        told = self._tokenizer(
            list(descriptions),
            padding="max_length",
            max_length=most,
            truncation=True,
            return_tensors="pt",
        )
        return {name: told[name] for name in ("input_ids", "attention_mask") if name in told}

    def _pixels(self, image: RgbImage) -> dict[str, torch.Tensor]:
        shown = Image.fromarray(bounded(image, _MOST_PIXELS))
        return {"pixel_values": self._pictures(shown, return_tensors="pt")["pixel_values"]}
