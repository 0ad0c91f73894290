"""What tells one family of vision-language models from another, in the smallest sizes that run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CONTEXT = 4096
"""Positions that the models know."""
_TILE = 56
"""Pixels along the side of what a vision tower sees at once."""
_PATCH = 14
_TEXT: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": CONTEXT,
    # Ten times the usual: near-uniform models would make every choice a coin toss.
    "initializer_range": 0.2,
}
_VISION: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": _TILE,
    "patch_size": _PATCH,
    "initializer_range": 0.2,
}
_MROPE = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 1, 1]}
_SIDES = {"height": _TILE, "width": _TILE}
_GRIDS = [[_TILE, 2 * _TILE], [2 * _TILE, _TILE], [2 * _TILE, 2 * _TILE]]
_QWEN_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
_QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>"
_IDEFICS_TOKENS = ("<s>", "</s>", "<fake_token_around_image>", "<image>", "<end_of_utterance>")
_IDEFICS3_TOKENS = (
    *_IDEFICS_TOKENS,
    "<global-img>",
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
)


@dataclass(frozen=True)
class Recipe:
    """What tells one family from another."""

    config: Callable[[dict[str, int], int], dict[str, Any]]
    """From the ids of the special tokens and the size of the padded vocabulary."""
    tokens: tuple[str, ...]
    """Special tokens; the first also serves as padding."""
    eos: str
    image: str | None
    """How a picture stands in the chat template; None: the family has no template."""
    processor_class: str
    image_processor: dict[str, Any]
    processor: dict[str, Any] = field(default_factory=dict)
    named_tokens: dict[str, str] = field(default_factory=dict)
    """Attributes of the tokenizer."""
    sees_video: bool = False


def _llava(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    return {
        "text_config": {"model_type": "llama", "vocab_size": vocabulary, **_TEXT},
        "vision_config": {"model_type": "clip_vision_model", "projection_dim": 32, **_VISION},
        "image_token_index": ids["<image>"],
        "image_seq_length": 16,
    }


def _llava_next(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    return {**_llava(ids, vocabulary), "image_grid_pinpoints": _GRIDS}


def _idefics(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    """The tokens around pictures have embeddings of their own, as in the published ones."""
    apart = ids["<fake_token_around_image>"]
    return {
        **_TEXT,
        "vocab_size": apart,
        "additional_vocab_size": vocabulary - apart,
        "cross_layer_interval": 1,
        "alpha_initializer": "ones",
        "use_resampler": True,
        "vision_config": {**_VISION, "embed_dim": 32},
        "perceiver_config": {
            "use_resampler": True, "resampler_n_latents": 4, "resampler_depth": 1,
            "resampler_n_heads": 2, "resampler_head_dim": 16,
        },
    }  # fmt: skip


def _idefics3(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    return {
        "text_config": {"model_type": "llama", "vocab_size": vocabulary, **_TEXT},
        "vision_config": _VISION,
        "image_token_id": ids["<image>"],
        "scale_factor": 2,
    }


def _qwen2_vl(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    vision = {
        "depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2,
        "patch_size": _PATCH, "initializer_range": 0.2,
    }  # fmt: skip
    return _qwen(ids, vocabulary, vision)


def _qwen2_5_vl(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    vision = {
        "depth": 2, "hidden_size": 32, "out_hidden_size": 32, "num_heads": 2,
        "intermediate_size": 64, "patch_size": _PATCH, "window_size": 56,
        "fullatt_block_indexes": [1], "initializer_range": 0.2,
    }  # fmt: skip
    return _qwen(ids, vocabulary, vision)


def _qwen3_vl(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    vision = {
        "depth": 2, "hidden_size": 32, "out_hidden_size": 32, "num_heads": 2,
        "intermediate_size": 64, "patch_size": 16, "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0], "initializer_range": 0.2,
    }  # fmt: skip
    return _qwen(ids, vocabulary, vision)


def _qwen(ids: dict[str, int], vocabulary: int, vision: dict[str, Any]) -> dict[str, Any]:
    return {
        "text_config": {"vocab_size": vocabulary, "rope_parameters": _MROPE, **_TEXT},
        "vision_config": vision,
        "image_token_id": ids["<|image_pad|>"],
        "video_token_id": ids["<|video_pad|>"],
        "vision_start_token_id": ids["<|vision_start|>"],
        "vision_end_token_id": ids["<|vision_end|>"],
    }


def _internvl(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    sides = {"image_size": [_TILE, _TILE], "patch_size": [_PATCH, _PATCH]}
    return {
        "text_config": {"model_type": "qwen2", "vocab_size": vocabulary, **_TEXT},
        "vision_config": {**_VISION, **sides},
        "image_token_id": ids["<IMG_CONTEXT>"],
        "image_seq_length": 4,
        "downsample_ratio": 0.5,
    }


def _paddleocr_vl(ids: dict[str, int], vocabulary: int) -> dict[str, Any]:
    return {
        "text_config": {"vocab_size": vocabulary, "rope_parameters": _MROPE, **_TEXT},
        "vision_config": _VISION,
        "image_token_id": ids["<|IMAGE_PLACEHOLDER|>"],
        "video_token_id": ids["<|video_pad|>"],
        "vision_start_token_id": ids["<|IMAGE_START|>"],
        "vision_end_token_id": ids["<|IMAGE_END|>"],
    }


_IDEFICS3 = Recipe(
    _idefics3, _IDEFICS3_TOKENS, "<end_of_utterance>", "<image>", "Idefics3Processor",
    {"image_processor_type": "Idefics3ImageProcessor",
     "size": {"longest_edge": 4 * _TILE}, "max_image_size": {"longest_edge": _TILE}},
    {"image_seq_len": 4},
)  # fmt: skip
_QWEN2_VL = Recipe(
    _qwen2_vl, _QWEN_TOKENS, "<|im_end|>", _QWEN_IMAGE, "Qwen2VLProcessor",
    {"image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 56 * 56,
     "max_pixels": 12_845_056, "patch_size": _PATCH, "merge_size": 2, "temporal_patch_size": 2},
    sees_video=True,
)  # fmt: skip
_LLAVA = Recipe(
    _llava, ("<pad>", "<s>", "</s>", "<image>"), "</s>", "<image>", "LlavaProcessor",
    {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": _TILE},
     "crop_size": _SIDES},
    {"patch_size": _PATCH, "vision_feature_select_strategy": "default",
     "num_additional_image_tokens": 1},
)  # fmt: skip
RECIPES: dict[str, Recipe] = {
    "llava": _LLAVA,
    "llava_next": Recipe(
        _llava_next, _LLAVA.tokens, "</s>", "<image>", "LlavaNextProcessor",
        {**_LLAVA.image_processor, "image_processor_type": "LlavaNextImageProcessor",
         "image_grid_pinpoints": _GRIDS},
        _LLAVA.processor,
    ),
    "idefics": Recipe(
        _idefics, _IDEFICS_TOKENS, "</s>", None, "IdeficsProcessor",
        {"image_processor_type": "IdeficsImageProcessor", "image_size": _TILE},
    ),
    "idefics3": _IDEFICS3,
    "smolvlm": Recipe(
        _idefics3, (*_IDEFICS3_TOKENS, "<video>"), "<end_of_utterance>", "<image>",
        "SmolVLMProcessor",
        {**_IDEFICS3.image_processor, "image_processor_type": "SmolVLMImageProcessor"},
        {"image_seq_len": 4}, sees_video=True,
    ),
    "qwen2_vl": _QWEN2_VL,
    "qwen2_5_vl": Recipe(
        _qwen2_5_vl, _QWEN_TOKENS, "<|im_end|>", _QWEN_IMAGE, "Qwen2_5_VLProcessor",
        _QWEN2_VL.image_processor, sees_video=True,
    ),
    "qwen3_vl": Recipe(
        _qwen3_vl, _QWEN_TOKENS, "<|im_end|>", _QWEN_IMAGE, "Qwen3VLProcessor",
        {**_QWEN2_VL.image_processor, "patch_size": 16, "min_pixels": 64 * 64,
         "max_pixels": 16_777_216},
        sees_video=True,
    ),
    "internvl": Recipe(
        _internvl, (*_QWEN_TOKENS[:3], "<img>", "</img>", "<IMG_CONTEXT>", "<video>"),
        "<|im_end|>", "<IMG_CONTEXT>\n", "InternVLProcessor",
        {"image_processor_type": "GotOcr2ImageProcessor", "size": _SIDES, "min_patches": 1,
         "max_patches": 12, "crop_to_patches": True},
        {"image_seq_length": 4},
        {"start_image_token": "<img>", "end_image_token": "</img>",
         "context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"},
        sees_video=True,
    ),
    "paddleocr_vl": Recipe(
        _paddleocr_vl,
        ("<unk>", "<s>", "</s>", "<|IMAGE_START|>", "<|IMAGE_END|>", "<|IMAGE_PLACEHOLDER|>",
         "<|video_pad|>"),
        "</s>", "<|IMAGE_START|><|IMAGE_PLACEHOLDER|><|IMAGE_END|>", "PaddleOCRVLProcessor",
        {"image_processor_type": "PaddleOCRVLImageProcessor", "min_pixels": 56 * 56,
         "max_pixels": 12_845_056, "patch_size": _PATCH, "merge_size": 2, "temporal_patch_size": 1},
        named_tokens={"image_token": "<|IMAGE_PLACEHOLDER|>"},
    ),
}  # fmt: skip
