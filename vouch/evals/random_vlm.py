"""Checkpoints of Qwen3-VL's shapes with random weights: true speeds, no download, no sense.

What a model writes depends on its weights; how long a forward pass takes does not. Every tensor is
filled from one block of random numbers, repeated: eight billion of them are written in seconds.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3VLConfig, Qwen3VLForConditionalGeneration

ShapeName = Literal["tiny", "qwen3-vl-2b", "qwen3-vl-8b"]
_SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
_PICTURE = "<|vision_start|><|image_pad|><|vision_end|>"
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}" + _PICTURE + "{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a published model, from its config.json."""

    vocabulary: int
    """Model tokens, special ones included; the logits are `width` wide."""
    width: int
    text: dict[str, Any]
    vision: dict[str, Any]
    tied: bool = True


def _text(hidden: int, intermediate: int, layers: int, heads: int, head_dim: int) -> dict[str, Any]:
    sixteenths = [round(head_dim / 2 * share) for share in (3 / 8, 5 / 16, 5 / 16)]
    return {
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": min(heads, 8),
        "head_dim": head_dim,
        "max_position_embeddings": 262_144,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 5_000_000.0,
            "mrope_section": sixteenths,
            "mrope_interleaved": True,
        },
    }


def _vision(
    hidden: int, intermediate: int, depth: int, out: int, stack: list[int]
) -> dict[str, Any]:
    return {
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "depth": depth,
        "num_heads": 16 if hidden > 64 else 2,
        "out_hidden_size": out,
        "deepstack_visual_indexes": stack,
        "patch_size": 16,
        "num_position_embeddings": 2304,
    }


SHAPES: dict[ShapeName, Shape] = {
    "tiny": Shape(320, 384, _text(64, 128, 2, 4, 16), _vision(32, 64, 2, 64, [0])),
    "qwen3-vl-2b": Shape(
        151_669,
        151_936,
        _text(2048, 6144, 28, 16, 128),
        _vision(1024, 4096, 24, 2048, [5, 11, 17]),
    ),
    "qwen3-vl-8b": Shape(
        151_669,
        151_936,
        _text(4096, 12_288, 36, 32, 128),
        _vision(1152, 4304, 27, 4096, [8, 16, 24]),
        tied=False,
    ),
}


def write_random_vlm(
    name: ShapeName, folder: Path, dtype: torch.dtype, words: Path | None = None
) -> Path:
    """Write a checkpoint of this shape, and return its folder.

    `words` is a tokenizer.json whose vocabulary is taken along and filled up with pairs of its own
    tokens to the shape's size, as masks cost more the more tokens there are; None: bytes only.
    """
    shape = SHAPES[name]
    tokenizer = _tokenizer(shape.vocabulary, words)
    tokenizer.save_pretrained(folder)
    _model(shape, tokenizer, dtype).save_pretrained(folder)
    named = {"processor_class": "Qwen3VLProcessor"}
    pictures = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "patch_size": 16,
        "merge_size": 2,
        "temporal_patch_size": 2,
        "min_pixels": 65_536,
        "max_pixels": 1_500_000,
        **named,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(pictures))
    (folder / "processor_config.json").write_text(json.dumps(named))
    (folder / "chat_template.jinja").write_text(_CHATML)
    return folder


def _model(
    shape: Shape, tokenizer: PreTrainedTokenizerFast, dtype: torch.dtype
) -> Qwen3VLForConditionalGeneration:
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in _SPECIAL}
    ends = {"bos_token_id": ids["<|im_start|>"], "pad_token_id": ids["<|endoftext|>"]}
    ends["eos_token_id"] = ids["<|im_end|>"]
    config = Qwen3VLConfig(
        text_config={
            "vocab_size": shape.width,
            "tie_word_embeddings": shape.tied,
            **shape.text,
            **ends,
        },
        vision_config=shape.vision,
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
        tie_word_embeddings=shape.tied,
        dtype=dtype,
    )
    with torch.device("meta"):
        model = Qwen3VLForConditionalGeneration(config).to(dtype)
    model.to_empty(device="cpu")
    model.tie_weights()
    _fill(model, dtype)
    return model


def _fill(model: torch.nn.Module, dtype: torch.dtype) -> None:
    block = torch.randn(_BLOCK, generator=torch.Generator().manual_seed(0)).mul_(0.05).to(dtype)
    for parameter in model.parameters():
        if parameter.dim() == 1:  # norms and biases
            torch.nn.init.ones_(parameter)
            continue
        flat = parameter.data.view(-1)
        whole = flat.numel() // _BLOCK * _BLOCK
        flat[:whole].view(-1, _BLOCK).copy_(block)
        flat[whole:].copy_(block[: flat.numel() - whole])


def _tokenizer(size: int, words: Path | None) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer of exactly `size` model tokens."""
    vocabulary, merges = _learned(words)
    plain = size - len(_SPECIAL)
    for pair in _pairs(vocabulary):
        if len(vocabulary) == plain:
            break
        vocabulary.setdefault(pair, len(vocabulary))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIAL])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",  # noqa: S106  # of the kind that models write
        pad_token="<|endoftext|>",  # noqa: S106
        padding_side="left",
    )


def _learned(words: Path | None) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges of a byte-level tokenizer.json; the bare bytes without one."""
    if words is None:
        return {byte: n for n, byte in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []
    parts = json.loads(words.read_text("utf-8"))
    special = {token["content"] for token in parts["added_tokens"]}
    ordinary = [token for token in parts["model"]["vocab"] if token not in special]
    merges = [(left, right) for left, right in parts["model"]["merges"]]
    return {token: n for n, token in enumerate(ordinary)}, merges


def _pairs(vocabulary: Iterable[str]) -> Iterator[str]:
    """Runs of two tokens, those of frequent ones first."""
    tokens = list(vocabulary)
    for total in range(2 * len(tokens)):
        for first in range(max(0, total - len(tokens) + 1), min(total, len(tokens) - 1) + 1):
            yield tokens[first] + tokens[total - first]
