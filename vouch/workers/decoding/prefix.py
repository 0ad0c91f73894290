"""What was read last, kept for the next question about the same document.

A second question begins as the first did: with the page pictures and the document's text. Only what
differs has to be read again, close-ups at the end included.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any

import torch
from transformers import PretrainedConfig
from transformers.cache_utils import Cache

_PICTURES = frozenset({"pixel_values", "pixel_attention_mask", "image_grid_thw"})
_KNOWN = _PICTURES | {
    "attention_mask", "position_ids", "mm_token_type_ids", "past_key_values", "use_cache",
    "logits_to_keep",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt, as far as it can be compared and cut in two.

    Where a family cuts pictures into tiles, each tile counts as a picture.
    """

    ids: tuple[int, ...]
    digests: tuple[bytes, ...]
    """Of each picture's pixels, and how they are laid out: blank pages differ in that alone."""
    starts: tuple[int, ...]
    """Where each one's placeholders begin among the ids."""
    rows: tuple[int, ...]
    """How many rows of `pixel_values` each one has."""
    axis: int
    """The axis of `pixel_values` that counts them."""

    def shared(self, other: "Prompt") -> int:
        """How many model tokens two prompts have in common, pictures included."""
        seen = _common(self.digests, other.digests)
        new = [prompt.starts[seen] for prompt in (self, other) if seen < len(prompt.starts)]
        return min([_common(self.ids, other.ids), *new])

    def without(self, read: int, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs without the pictures that stand among the first `read` model tokens."""
        seen = sum(start < read for start in self.starts)
        if seen == len(self.starts):
            return {name: value for name, value in inputs.items() if name not in _PICTURES}
        rest = dict(inputs)
        for name in ("pixel_values", "pixel_attention_mask"):
            if name in inputs:
                done = sum(self.rows[:seen])
                left = inputs[name].shape[self.axis] - done
                rest[name] = inputs[name].narrow(self.axis, done, left)
        if "image_grid_thw" in inputs:
            rest["image_grid_thw"] = inputs["image_grid_thw"][seen:]
        return rest


class PrefixCache:
    """The KV cache of the last prompt that was read alone: one slot, as it may take gigabytes.

    Whatever is read next takes it, or drops it before memory for another is needed.

    Of no use for the first Idefics, whose tokens look at all pictures anew, for families that want
    inputs which are not known here (LLaVA-NeXT), and for caches that cannot be taken back.
    """

    def __init__(self) -> None:
        self._kept: tuple[Prompt, Cache] | None = None

    def take(self, prompt: Prompt) -> tuple[Cache, int] | None:
        """A cache that holds the beginning of `prompt`, and how much of it; gone from here then.

        At least the last model token is left to read.
        """
        kept, self._kept = self._kept, None
        if kept is None:
            return None
        before, cache = kept
        shared = min(before.shared(prompt), len(prompt.ids) - 1)
        if shared == 0:
            return None
        cache.crop(shared - cache.get_seq_length())
        return cache, shared

    def drop(self) -> None:
        """Make room for prompts that cannot build on what is held."""
        self._kept = None

    def put(self, prompt: Prompt, cache: Cache) -> None:
        """Keep a cache that holds `prompt` and perhaps what was written after it."""
        if cache.is_croppable and not any(cache.is_sliding):
            self._kept = (prompt, cache)


def prompt_of(
    input_ids: torch.Tensor, inputs: dict[str, Any], config: PretrainedConfig
) -> Prompt | None:
    """The prompt that stands alone in a batch; None where it cannot be told apart."""
    present = {name for name, value in inputs.items() if value is not None}
    if len(input_ids) != 1 or present - _KNOWN:
        return None
    ids: list[int] = input_ids[0].tolist()
    if "pixel_values" not in present:
        return Prompt(tuple(ids), (), (), (), 0)
    places = [at for at, token in enumerate(ids) if token == config.image_token_id]
    axis = 1 if "pixel_attention_mask" in present else 0
    rows, sizes = _pictures(inputs, axis, len(places), config)
    if sum(sizes) != len(places):
        return None
    blocks = inputs["pixel_values"].split(rows, dim=axis)
    starts = [places[count - size] for count, size in zip(accumulate(sizes), sizes, strict=True)]
    grids = inputs["image_grid_thw"].tolist() if "image_grid_thw" in present else [None] * len(rows)
    digests = tuple(_digest(block, grid) for block, grid in zip(blocks, grids, strict=True))
    return Prompt(tuple(ids), digests, tuple(starts), tuple(rows), axis)


def _pictures(
    inputs: dict[str, Any], axis: int, places: int, config: PretrainedConfig
) -> tuple[list[int], list[int]]:
    """Rows of pixels, and placeholders, of each picture."""
    if "image_grid_thw" in inputs:
        rows: list[int] = inputs["image_grid_thw"].prod(dim=1).tolist()
        return rows, [count // config.vision_config.spatial_merge_size**2 for count in rows]
    tiles: int = inputs["pixel_values"].shape[axis]
    return [1] * tiles, [places // tiles] * tiles


def _digest(pixels: torch.Tensor, grid: list[int] | None) -> bytes:
    whole = pixels.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes()
    return hashlib.sha256(str((tuple(pixels.shape), grid)).encode() + whole).digest()


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items two sequences have in common at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
