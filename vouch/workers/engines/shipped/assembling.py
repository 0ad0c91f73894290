"""vouch-vlm out of its parts: a pinned language model, and what training added to it.

The repository ships an adapter (LoRA matrices, embeddings of new tokens, projector, vision tower);
the language model comes from a registry package. Put together once, at set-up, they are a
checkpoint like any other.
"""

import shutil
import tempfile
from pathlib import Path

import torch
from peft import PeftModel
from transformers import LlavaForConditionalGeneration, LlavaProcessor, SiglipVisionConfig

from vouch.schemas.errors import ModelMissing
from vouch.workers.engines.shipped.llava import llava_of, mind_of
from vouch.workers.engines.transformers_loading import WORDING, digest_of

NAME = "vouch-vlm"
ADAPTER = Path(__file__).parent / "adapter"
PLACES = tuple(f"<|{number}|>" for number in range(100))
"""Tokens for places and heights, as the terse prompts write them."""
VISION = SiglipVisionConfig(
    hidden_size=192,
    intermediate_size=768,
    num_hidden_layers=4,
    num_attention_heads=3,
    image_size=384,
    patch_size=64,
    vision_use_head=False,
)


def unschooled(models_dir: Path) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """The architecture of vouch-vlm in float32 before any training, always the same.

    ModelMissing, ModelDigestMismatch when the language model has not been pulled.
    """
    mind, tokenizer = mind_of(models_dir)
    return llava_of(mind, tokenizer, VISION, PLACES)


def assembled(models_dir: Path) -> Path:
    """The checkpoint's folder beside the models, written on first use of a release.

    ModelMissing when no adapter has been released, or the language model has not been pulled.
    """
    if not (ADAPTER / "adapter_config.json").is_file():
        raise ModelMissing(f"no adapter of {NAME} has been released yet")
    folder = models_dir / f"{NAME}-{digest_of(ADAPTER)[:12]}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=models_dir, prefix=".vouch-vlm-") as scratch:
            assemble(*unschooled(models_dir), ADAPTER, Path(scratch) / NAME)
            shutil.move(Path(scratch) / NAME, folder)
    return folder


def assemble(
    vlm: LlavaForConditionalGeneration, processor: LlavaProcessor, adapter: Path, folder: Path
) -> None:
    """Write the checkpoint that an adapter makes of an unschooled model, in bfloat16."""
    taught = PeftModel.from_pretrained(vlm, str(adapter)).merge_and_unload()
    setattr(taught.config, WORDING, "terse")
    taught.to(torch.bfloat16).save_pretrained(folder)
    processor.save_pretrained(folder)
