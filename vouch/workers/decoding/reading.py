"""Prompts in a model's KV cache, and what is written after them.

Rows of a batch advance unequally. A slot of the cache that a row does not use is masked out, and
positions are told to the model, so that a gap changes nothing; slots that no row uses are cropped.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import PreTrainedModel
from transformers.cache_utils import Cache

_SPARE_SLOTS = 1.25
"""Gaps are closed when the cache has this many times the slots that are needed."""


class Reading:
    """What a model has read of B prompts and their answers; M-RoPE included.

    `inputs` are those that `generate` prepares: positions [B, S] or [axes, B, S], a cache, pictures
    and whatever else the family wants. The cache may hold the beginning of a single prompt already;
    then `inputs` are without the pictures that stand there.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        input_ids: torch.Tensor,
        lengths: Sequence[int],
        inputs: dict[str, Any],
    ) -> None:
        self.cache: Cache = inputs["past_key_values"]
        self._model = model
        self._input_ids = input_ids
        self._inputs = inputs
        self.live = _left_padded(lengths, input_ids)
        self._lengths = list(lengths)
        self._positions: torch.Tensor = inputs["position_ids"][..., -1:] + 1
        self._more: dict[str, torch.Tensor] = {}
        self._width = 0

    @property
    def can_go_back(self) -> bool:
        """Whether tokens can be taken out of the cache again without a trace."""
        return self.cache.is_croppable and not any(self.cache.is_sliding)

    def prefill(self) -> torch.Tensor:
        """Read the prompts; logits for what follows, [B, vocabulary]."""
        unread = self._input_ids.shape[1] - self.cache.get_seq_length()
        prepared = self._model.prepare_inputs_for_generation(
            self._input_ids,
            next_sequence_length=unread,
            is_first_iteration=True,
            **self._inputs,
        )
        outputs = self._model(**prepared, return_dict=True)
        if "image_attention_mask" in self._inputs:
            # Idefics looks at its pictures again with each token; it sees them as the last one did
            self._more = {
                "image_hidden_states": outputs.image_hidden_states,
                "image_attention_mask": self._inputs["image_attention_mask"][:, -1:],
            }
        return outputs.logits[:, -1]

    def read(self, feeds: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> torch.Tensor:
        """Append model tokens to each row; logits after those of them whose indices are `wanted`.

        [all that are wanted, vocabulary], row by row. `keep` must follow.
        """
        self._width = max(map(len, feeds))
        device = self._input_ids.device
        ids = torch.tensor([_widened(feed, self._width) for feed in feeds], device=device)
        kept = sorted({index for indices in wanted for index in indices})
        prepared = self._model.prepare_inputs_for_generation(
            ids,
            past_key_values=self.cache,
            attention_mask=self._mask([len(feed) for feed in feeds]),
            position_ids=self._positions + torch.arange(self._width, device=device),
            use_cache=True,
            logits_to_keep=torch.tensor(kept, dtype=torch.long, device=device),
            **self._more,
        )
        logits = self._model(**prepared, return_dict=True).logits
        picked = [
            row * len(kept) + kept.index(index)
            for row, indices in enumerate(wanted)
            for index in indices
        ]
        return logits.flatten(0, 1)[torch.tensor(picked, dtype=torch.long, device=device)]

    def keep(self, counts: Sequence[int]) -> None:
        """Of what was read last, keep the first `counts[row]` tokens of each row."""
        most = max(counts)
        if self._width > most:
            self.cache.crop(most - self._width)
        self.live = torch.cat([self.live, self._first(counts, most)], dim=1)
        self._lengths = [
            length + count for length, count in zip(self._lengths, counts, strict=True)
        ]
        self._positions = self._positions + torch.tensor(
            [[count] for count in counts], device=self._positions.device
        )
        if self.can_go_back and self.live.shape[1] > _SPARE_SLOTS * max(self._lengths):
            self._close_gaps()

    def select(self, rows: Sequence[int]) -> None:
        """Go on with these rows only."""
        chosen = torch.tensor(rows, device=self._input_ids.device)
        self.cache.reorder_cache(chosen)  # takes fewer rows than there are, for every kind of layer
        self.live = self.live[chosen]
        self._lengths = [self._lengths[row] for row in rows]
        self._positions = self._positions[..., chosen, :]
        self._more = {name: tensor[chosen] for name, tensor in self._more.items()}

    def _mask(self, counts: Sequence[int]) -> torch.Tensor | None:
        """Which slots each row may look at; None for all of them, which is faster."""
        slots = self.live.shape[1]
        if all(length == slots for length in self._lengths) and len(set(counts)) == 1:
            return None
        return torch.cat([self.live, self._first(counts, self._width)], dim=1).long()

    def _first(self, counts: Sequence[int], width: int) -> torch.Tensor:
        device = self.live.device
        most = torch.tensor([[count] for count in counts], device=device)
        return torch.arange(width, device=device) < most

    def _close_gaps(self) -> None:
        """Move what each row uses to the right, and drop the slots that are left over."""
        order = self.live.to(torch.uint8).argsort(dim=1, stable=True)[:, -max(self._lengths) :]
        for layer in self.cache.layers:
            layer.keys = layer.keys.take_along_dim(order[:, None, :, None], dim=2)
            layer.values = layer.values.take_along_dim(order[:, None, :, None], dim=2)
        self.live = self.live.gather(1, order)


def _left_padded(lengths: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    slots = torch.arange(like.shape[1], device=like.device)
    padding = [[like.shape[1] - length] for length in lengths]
    return slots >= torch.tensor(padding, device=like.device)


def _widened(feed: Sequence[int], width: int) -> list[int]:
    """Any real token will do behind the last one: nobody looks at it."""
    return [*feed, *[feed[-1]] * (width - len(feed))]
