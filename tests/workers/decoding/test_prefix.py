"""A second question about a document reads only what is new, with the same answer."""

import weakref
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace

import pytest
import torch

from tests.workers.checkpoints import FAMILIES
from tests.workers.decoding.tiny import Asked, Page, Tiny
from vouch.workers.decoding.prefix import PrefixCache, Prompt, prompt_of

Models = Callable[[str], Tiny]

PAGES = (Page(1), Page(2, 120, 90))
FIRST = Asked("All fields, please", PAGES)
SECOND = {
    "retry": Asked("All fields, please", PAGES),
    "other question": Asked("The total only", PAGES),
    "with a close-up": Asked("Look again", PAGES, (Page(7, 60, 120),)),
    "other second page": Asked("All fields, please", (Page(1), Page(8, 120, 90))),
    "other document": Asked("All fields, please", (Page(9, 200, 90),)),
}


@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND.keys())
@pytest.mark.parametrize("family", FAMILIES)
def test_reuse_changes_nothing(tiny: Models, family: str, second: Asked) -> None:
    prefix = PrefixCache()
    tiny(family).decode([FIRST], "fast", prefix=prefix)
    (fresh,) = tiny(family).decode([second], "fast")
    (again,) = tiny(family).decode([second], "fast", prefix=prefix)
    assert again.text == fresh.text
    assert [token.logprob for token in again.tokens] == pytest.approx(
        [token.logprob for token in fresh.tokens], abs=1e-9
    )


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"idefics", "llava_next"}))
@pytest.mark.parametrize(
    ("second", "pages_read"),
    [("other question", 0), ("with a close-up", 1), ("other second page", 1)],
)
def test_only_what_is_new_is_read(
    tiny: Models, family: str, second: str, pages_read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = PrefixCache()
    tiny(family).decode([FIRST], "fast", prefix=prefix)
    model = tiny(family).checkpoint.model
    seen: list[tuple[int, int]] = []
    forward = model.forward

    @wraps(forward)
    def watched(*args: object, **inputs: torch.Tensor) -> object:
        pixels = inputs.get("pixel_values")
        seen.append((inputs["input_ids"].shape[1], 0 if pixels is None else pixels.numel()))
        return forward(*args, **inputs)

    monkeypatch.setattr(model, "forward", watched)
    tiny(family).decode([SECOND[second]], "fast")
    (tokens, pixels), seen[:] = seen[0], []
    tiny(family).decode([SECOND[second]], "fast", prefix=prefix)
    assert seen[0][0] < tokens
    assert (seen[0][1] > 0) == (pages_read > 0)
    assert seen[0][1] < pixels


def test_nothing_is_kept_while_several_prompts_are_read(tiny: Models) -> None:
    prefix = PrefixCache()
    tiny("qwen2_vl").decode([FIRST], "fast", prefix=prefix)
    (cache,) = [weakref.ref(cache) for _, cache in filter(None, [prefix._kept])]
    held: list[bool] = []

    def watch(*_: object) -> None:
        held.append(cache() is not None)

    hook = tiny("qwen2_vl").checkpoint.model.register_forward_pre_hook(watch)
    tiny("qwen2_vl").decode([FIRST, FIRST], "fast", prefix=prefix)
    hook.remove()
    assert set(held) == {False}


def test_blank_pages_of_another_shape_are_other_pages() -> None:
    config = SimpleNamespace(image_token_id=7, vision_config=SimpleNamespace(spatial_merge_size=1))

    def blank(high: int, wide: int) -> Prompt | None:
        grid = torch.tensor([[1, high, wide]])
        inputs = {"pixel_values": torch.ones(high * wide, 3), "image_grid_thw": grid}
        return prompt_of(torch.tensor([[1, *[7] * 6, 2]]), inputs, config)

    portrait, same, landscape = blank(3, 2), blank(3, 2), blank(2, 3)
    assert portrait is not None
    assert same is not None
    assert landscape is not None
    assert portrait.shared(same) == 8
    assert portrait.shared(landscape) == 1
