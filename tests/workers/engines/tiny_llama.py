"""A random language model of 100 KB for llama.cpp, which reads and writes ASCII only.

Characters that a tokenizer of bytes does not hold are skipped where they are read. Written at
random, bytes would not make characters, and llama.cpp fails where its own output is no text.
"""

from pathlib import Path

import gguf
import numpy as np

_WIDTH, _LAYERS, _HEADS, _CONTEXT = 32, 2, 4, 16_384
_MERGES = ("n u", "l l", "nu ll")
_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_tiny_llama(path: Path) -> Path:
    """The same weights each time: what it writes under a grammar is nonsense, and repeatable."""
    normal = [*_letters(), *(merge.replace(" ", "") for merge in _MERGES)]
    tokens = [*normal, "<|im_start|>", "<|im_end|>"]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(2 * _WIDTH)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * len(normal) + [gguf.TokenType.CONTROL] * 2)
    writer.add_token_merges(list(_MERGES))
    writer.add_bos_token_id(len(normal))
    writer.add_eos_token_id(len(normal) + 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(_TEMPLATE)
    for name, weights in _weights(len(tokens)).items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(tokens: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(4)  # one that fills in the fields of the tests
    shapes = {"token_embd": (tokens, _WIDTH), "output": (tokens, _WIDTH)}
    norms = ["output_norm"]
    for block in (f"blk.{index}" for index in range(_LAYERS)):
        norms += [f"{block}.attn_norm", f"{block}.ffn_norm"]
        shapes |= {f"{block}.attn_{part}": (_WIDTH, _WIDTH) for part in ("q", "k", "v", "output")}
        shapes |= {f"{block}.ffn_{part}": (2 * _WIDTH, _WIDTH) for part in ("gate", "up")}
        shapes[f"{block}.ffn_down"] = (_WIDTH, 2 * _WIDTH)
    drawn = {
        f"{name}.weight": (0.2 * random.standard_normal(shape)).astype(np.float32)
        for name, shape in shapes.items()
    }
    return drawn | {f"{name}.weight": np.ones(_WIDTH, np.float32) for name in norms}


def _letters() -> list[str]:
    """What stands for each character in GPT-2's vocabulary: blank and line end have stand-ins."""
    return ["\u0120", "\u010a", *map(chr, range(ord("!"), ord("~") + 1))]
