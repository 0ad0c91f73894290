"""`python -m vouch.workers.engines.shipped.assembling ADAPTER FOLDER`: vouch-vlm of its parts.

Training makes an adapter (LoRA matrices, embeddings of new tokens, projector, vision tower);
the language model comes from a registry package. Put together, they are a checkpoint
like any other, for VOUCH_VLM=transformers:FOLDER.
"""

import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import LlavaForConditionalGeneration, LlavaProcessor, SiglipVisionConfig

from vouch.workers.engines.shipped.llava import llava_of, mind_of
from vouch.workers.engines.transformers_loading import WORDING
from vouch.workers.settings import WorkerSettings

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


def assemble(
    vlm: LlavaForConditionalGeneration, processor: LlavaProcessor, adapter: Path, folder: Path
) -> None:
    """Write the checkpoint that an adapter makes of an unschooled model, in float16.

    Weights are small numbers: float16 rounds them eight times finer than bfloat16.
    """
    taught = PeftModel.from_pretrained(vlm, str(adapter)).merge_and_unload()
    setattr(taught.config, WORDING, "terse")
    taught.to(torch.float16).save_pretrained(folder)
    processor.save_pretrained(folder)


if __name__ == "__main__":
    assemble(*unschooled(WorkerSettings().models_dir), *map(Path, sys.argv[1:]))
