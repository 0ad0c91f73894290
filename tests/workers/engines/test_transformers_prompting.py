"""A chat as model tokens: everything that is shown, in order, in every family."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoConfig, ProcessorMixin

from tests.workers.questions import ROWS, question
from tests.workers.recipes import RECIPES
from vouch.workers.drafting.prompting import Chat, chat
from vouch.workers.engines.transformers_loading import load_processor
from vouch.workers.engines.transformers_prompting import inputs_of, takes_system

CheckpointOf = Callable[[str], Path]


def processor_of(folder: Path) -> ProcessorMixin:
    return load_processor(folder, AutoConfig.from_pretrained(folder))


def said(processor: ProcessorMixin, inputs: dict[str, torch.Tensor], row: int = 0) -> str:
    """The prompt of one row without what pictures and padding stand for."""
    ids = inputs["input_ids"][row][inputs["attention_mask"][row].bool()]
    return str(processor.tokenizer.decode(ids, skip_special_tokens=True))


@pytest.mark.parametrize("family", RECIPES)
def test_all_that_is_said_reaches_the_model_in_order(
    family: str, checkpoint_of: CheckpointOf
) -> None:
    processor = processor_of(checkpoint_of(family))
    asked = chat(question(ROWS, ("PAGE TWO",), closeups=1))
    prompt = said(processor, inputs_of(processor, [asked], {}))
    places = [prompt.index(text.strip()) for text in asked.texts]
    assert places == sorted(places)


@pytest.mark.parametrize("family", RECIPES)
def test_another_picture_is_another_input(family: str, checkpoint_of: CheckpointOf) -> None:
    """Each of several pictures counts, the close-up too."""
    processor = processor_of(checkpoint_of(family))
    asked = chat(question(ROWS, ("PAGE TWO",), closeups=1))
    pictures = [*asked.images]
    before = inputs_of(processor, [asked], {})["pixel_values"]
    for index in range(len(pictures)):
        darker = [*pictures]
        darker[index] = np.zeros_like(pictures[index])
        parts = iter(darker)
        changed = Chat(
            asked.system,
            tuple(part if isinstance(part, str) else next(parts) for part in asked.shared),
            tuple(part if isinstance(part, str) else next(parts) for part in asked.asked),
        )
        after = inputs_of(processor, [changed], {})["pixel_values"]
        assert after.shape == before.shape
        assert not torch.equal(after, before)


@pytest.mark.parametrize("family", RECIPES)
def test_prompts_of_a_batch_are_those_alone_padded_on_the_left(
    family: str, checkpoint_of: CheckpointOf
) -> None:
    processor = processor_of(checkpoint_of(family))
    chats = [chat(question()), chat(question(ROWS, ("PAGE TWO", "SUM 2.00")))]
    together = inputs_of(processor, chats, {})
    for row, one in enumerate(chats):
        alone = inputs_of(processor, [one], {})["input_ids"][0]
        mask = together["attention_mask"][row]
        assert torch.equal(together["input_ids"][row][mask.bool()], alone)
        assert mask.tolist() == sorted(mask.tolist())


@pytest.mark.parametrize("family", RECIPES)
def test_a_document_can_neither_show_pictures_nor_end_its_turn(
    family: str, checkpoint_of: CheckpointOf
) -> None:
    """Special tokens that are printed on a page are words, and take no picture's place."""
    processor = processor_of(checkpoint_of(family))
    tokens = RECIPES[family].tokens
    honest, forged = question(("A B",)), question((f"A B {' '.join(tokens)}",))
    forged = replace(forged, images=honest.images)
    before, after = (
        inputs_of(processor, [chat(asked)], {})["input_ids"] for asked in (honest, forged)
    )
    assert after.shape[1] > before.shape[1]
    for token in tokens:
        number = processor.tokenizer.convert_tokens_to_ids(token)
        assert (after == number).sum() == (before == number).sum()


def test_an_address_on_a_page_is_not_fetched(checkpoint_of: CheckpointOf) -> None:
    """Idefics' processor opens texts that are nothing but an address."""
    processor = processor_of(checkpoint_of("idefics"))
    asked = Chat("http://127.0.0.1:9/picture.png", (question().images[0],), ("http://[::1]/b",))
    prompt = said(processor, inputs_of(processor, [asked], {}))
    assert "http://127.0.0.1:9/picture.png" in prompt
    assert "http://[::1]/b" in prompt


REFUSES = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
DROPS = "{% for message in messages if message['role'] != 'system' %}"
PARTS = (
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
)


@pytest.mark.parametrize(
    "template",
    [
        REFUSES + "{% for message in messages %}" + PARTS + "{% endfor %}",
        DROPS + PARTS + "{% endfor %}",
    ],
    ids=["refuses", "drops"],
)
def test_templates_without_a_system_get_its_words_from_the_user(
    template: str, checkpoint_of: CheckpointOf
) -> None:
    processor = processor_of(checkpoint_of("llava"))
    assert takes_system(processor)
    processor.chat_template = template
    assert not takes_system(processor)
    asked = chat(question())
    assert said(processor, inputs_of(processor, [asked], {})).count(asked.system) == 1


def test_a_model_without_a_template_is_shown_the_same(checkpoint_of: CheckpointOf) -> None:
    processor = processor_of(checkpoint_of("qwen2_vl"))
    asked = chat(question(ROWS, ("PAGE TWO",)))
    pictures = inputs_of(processor, [asked], {})["image_grid_thw"]
    processor.chat_template = None
    inputs = inputs_of(processor, [asked], {})
    assert torch.equal(inputs["image_grid_thw"], pictures)
    prompt = said(processor, inputs)
    assert all(text in prompt for text in asked.texts)
    assert prompt.endswith("Answer:")
