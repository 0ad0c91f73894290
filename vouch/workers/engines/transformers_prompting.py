"""A chat as the tensors that a family of models wants: through its template where it has one."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from jinja2 import TemplateError
from transformers import ProcessorMixin

from vouch.workers.drafting.prompting import Chat, Part

Message = dict[str, Any]


def inputs_of(
    processor: ProcessorMixin, chats: Sequence[Chat], pictures: Mapping[str, Any]
) -> dict[str, torch.Tensor]:
    """Prompts of several chats, padded on the left; `pictures` goes to the image processor."""
    if processor.chat_template is None:
        return dict(_without_template(processor, chats, pictures))
    with_system = takes_system(processor)
    inputs = processor.apply_chat_template(
        [_messages(chat, with_system=with_system) for chat in chats],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
        processor_kwargs={"padding": True, "images_kwargs": dict(pictures)},
    )
    return dict(inputs)


def takes_system(processor: ProcessorMixin) -> bool:
    """Whether the template shows what the system says: some drop it, some refuse it."""
    asked = _message("user", ["?"])
    try:
        shown: str = processor.apply_chat_template([_message("system", ["Read."]), asked])
    except TemplateError:
        return False
    return "Read." in shown


def _messages(chat: Chat, *, with_system: bool) -> list[Message]:
    parts = (*chat.shared, *chat.asked)
    if with_system:
        return [_message("system", [chat.system]), _message("user", parts)]
    return [_message("user", (chat.system, *parts))]


def _message(role: str, parts: Sequence[Part]) -> Message:
    return {
        "role": role,
        "content": [
            {"type": "text", "text": part}
            if isinstance(part, str)
            else {"type": "image", "image": part}
            for part in parts
        ],
    }


def _without_template(
    processor: ProcessorMixin, chats: Sequence[Chat], pictures: Mapping[str, Any]
) -> Mapping[str, torch.Tensor]:
    """For models that were never taught to chat: everything in order, then room for the answer."""
    spoken = [_spoken(chat) for chat in chats]
    mark = getattr(processor, "image_token", None)
    if mark is None:
        # Idefics takes texts and pictures in turns, and would fetch a text that is a mere address.
        turns = [
            [part if not isinstance(part, str) else f"{part} \n" for part in s] for s in spoken
        ]
        return processor(text=turns, padding="longest", return_tensors="pt")  # type: ignore[no-any-return]
    return processor(  # type: ignore[no-any-return]
        text=["\n".join(mark if not isinstance(part, str) else part for part in s) for s in spoken],
        images=[list(chat.images) for chat in chats],
        padding=True,
        return_tensors="pt",
        images_kwargs=dict(pictures),
    )


def _spoken(chat: Chat) -> list[Part]:
    return [chat.system, *chat.shared, *chat.asked, "Answer:"]
