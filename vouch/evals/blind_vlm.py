"""`python -m vouch.evals.blind_vlm FOLDER`: a checkpoint that reads a prompt but sees nothing.

No registry that Vouch can count on ships a vision-language model. It ships a small language model,
SmolLM2-135M-Instruct, and that becomes the mind of a LLaVA here whose projector maps every picture
to zeros. So the engine, the prompts and the decode loops run on a real model's text, through the
very code that serves any other vision-language model. How well such a model reads pictures is
nothing that it can tell.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    GgufConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from vouch.workers.models import model_dir, weights_of
from vouch.workers.settings import WorkerSettings

MIND = "SmolLM2-135M-Instruct"
"""In models.lock; `vouch models pull --with smollm2` fetches it."""
IMAGE_TOKEN = "<image>"  # noqa: S105
_PATCH, _SIDE = 14, 28
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""SmolLM2's own, with pictures."""


def blind_vlm(models_dir: Path) -> Path:
    """The checkpoint's folder beside the models, written on first use.

    ModelMissing, ModelDigestMismatch when the language model has not been pulled.
    """
    folder = models_dir / "blind-smollm2"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=models_dir, prefix=".blind-") as scratch:
            write_blind_vlm(model_dir(models_dir, MIND), Path(scratch) / folder.name)
            shutil.move(Path(scratch) / folder.name, folder)
    return folder


def write_blind_vlm(mind_folder: Path, folder: Path) -> None:
    """Put the language model of a gguf file behind a projector that is all zeros."""
    gguf = weights_of(MIND)
    tokenizer = AutoTokenizer.from_pretrained(mind_folder, gguf_file=gguf)
    mind = AutoModelForCausalLM.from_pretrained(
        mind_folder,
        gguf_file=gguf,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    )
    torch.manual_seed(0)  # the new token's embedding is drawn
    tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE_TOKEN]})
    mind.resize_token_embeddings(len(tokenizer))
    _blinded(mind, tokenizer).save_pretrained(folder)
    _processor(tokenizer).save_pretrained(folder)


def _blinded(
    mind: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> LlavaForConditionalGeneration:
    vision = CLIPVisionConfig(
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        image_size=_SIDE,
        patch_size=_PATCH,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=mind.config,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE_TOKEN),
        vision_feature_layer=-1,
        tie_word_embeddings=True,
    )
    vlm = LlavaForConditionalGeneration(config)
    vlm.model.language_model.load_state_dict(mind.model.state_dict())
    vlm.tie_weights()
    for parameter in vlm.model.multi_modal_projector.linear_2.parameters():
        torch.nn.init.zeros_(parameter)
    vlm.generation_config = mind.generation_config
    return vlm


def _processor(tokenizer: PreTrainedTokenizerBase) -> LlavaProcessor:
    return LlavaProcessor(
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": _SIDE}, crop_size={"height": _SIDE, "width": _SIDE}
        ),
        tokenizer=tokenizer,
        patch_size=_PATCH,
        vision_feature_select_strategy="default",
        chat_template=_CHATML,
        image_token=IMAGE_TOKEN,
        num_additional_image_tokens=1,  # CLIP's class token, which "default" drops again
    )


def main() -> None:
    """Write the folder, beside the models unless named, and print where it is."""
    disable_progress_bar()
    models_dir = WorkerSettings().models_dir
    if len(sys.argv) > 1:
        write_blind_vlm(model_dir(models_dir, MIND), Path(sys.argv[1]))
    sys.stdout.write(f"{sys.argv[1] if len(sys.argv) > 1 else blind_vlm(models_dir)}\n")


if __name__ == "__main__":
    main()
