"""A small language model with eyes: LLaVA's bridge between a vision tower and a mind.

Every part is an ordinary class of transformers, so that the checkpoint loads like any other.
"""

from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
)

from vouch.workers.engines.shipped.released import MIND
from vouch.workers.models import model_dir, weights_of

IMAGE_TOKEN = "<image>"  # noqa: S105
_CHATML = (
    "{% for message in messages %}{% if message['content'] %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""SmolLM2's own, with pictures."""


def mind_of(models_dir: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The language model in float32 and its tokenizer.

    ModelMissing, ModelDigestMismatch when it has not been pulled.
    """
    folder, gguf = model_dir(models_dir, MIND), weights_of(MIND)
    mind = AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file=gguf,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    )
    return mind, AutoTokenizer.from_pretrained(folder, gguf_file=gguf)


def llava_of(
    mind: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    vision: SiglipVisionConfig,
    marks: tuple[str, ...] = (),
) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """The mind behind a new vision tower and projector, which know nothing yet.

    `marks` are new tokens besides that of pictures; what they mean is to be learned. The same seed
    gives the same model.
    """
    torch.manual_seed(0)  # new embeddings, tower and projector are drawn
    tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE_TOKEN, *marks]})
    mind.resize_token_embeddings(len(tokenizer))
    config = LlavaConfig(
        vision_config=vision,
        text_config=mind.config,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE_TOKEN),
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
        tie_word_embeddings=True,
    )
    vlm = LlavaForConditionalGeneration(config)
    vlm.model.language_model.load_state_dict(mind.model.state_dict())
    vlm.tie_weights()
    vlm.generation_config = mind.generation_config
    return vlm, _processor(tokenizer, vision)


def _processor(tokenizer: PreTrainedTokenizerBase, vision: SiglipVisionConfig) -> LlavaProcessor:
    side = vision.image_size
    return LlavaProcessor(
        image_processor=SiglipImageProcessorPil(size={"height": side, "width": side}),
        tokenizer=tokenizer,
        patch_size=vision.patch_size,
        vision_feature_select_strategy="full",
        chat_template=_CHATML,
        image_token=IMAGE_TOKEN,
        num_additional_image_tokens=0,
    )
