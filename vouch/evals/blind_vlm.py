"""`python -m vouch.evals.blind_vlm FOLDER`: a checkpoint that reads a prompt but sees nothing.

No registry that Vouch can count on ships a vision-language model. It ships a small language model,
SmolLM2-135M-Instruct, and that becomes the mind of a LLaVA here whose projector maps every picture
to zeros. So the engine, the prompts and the decode loops run on a real model's text, through the
very code that serves any other vision-language model. How well such a model reads pictures is
nothing that it can tell.
"""

import sys
from pathlib import Path

import torch
from transformers import SiglipVisionConfig
from transformers.utils.logging import disable_progress_bar

from vouch.workers.engines.shipped.llava import llava_of, mind_of
from vouch.workers.engines.shipped.released import written_once
from vouch.workers.settings import WorkerSettings

EYES = SiglipVisionConfig(
    hidden_size=8,
    intermediate_size=8,
    num_hidden_layers=1,
    num_attention_heads=1,
    image_size=28,
    patch_size=14,
    vision_use_head=False,
)


def blind_vlm(models_dir: Path) -> Path:
    """The checkpoint's folder beside the models, written on first use.

    ModelMissing, ModelDigestMismatch when the language model has not been pulled.
    """
    return written_once(
        models_dir / "blind-smollm2", lambda folder: write_blind_vlm(models_dir, folder)
    )


def write_blind_vlm(models_dir: Path, folder: Path) -> None:
    """Put the language model behind a projector that is all zeros."""
    vlm, processor = llava_of(*mind_of(models_dir), EYES)
    for parameter in vlm.model.multi_modal_projector.linear_2.parameters():
        torch.nn.init.zeros_(parameter)
    vlm.save_pretrained(folder)
    processor.save_pretrained(folder)


def main() -> None:
    """Write the folder, beside the models unless named, and print where it is."""
    disable_progress_bar()
    models_dir = WorkerSettings().models_dir
    if len(sys.argv) > 1:
        write_blind_vlm(models_dir, Path(sys.argv[1]))
    sys.stdout.write(f"{sys.argv[1] if len(sys.argv) > 1 else blind_vlm(models_dir)}\n")


if __name__ == "__main__":
    main()
