"""Small random checkpoints, in the files that published ones have, for every family of models.

`checkpoint("qwen2_vl", folder)` writes what `from_pretrained` wants to find: config.json, weights
as safetensors, a byte-level BPE tokenizer trained on the spot, the settings of the image processor
and a chat template. Weights are seeded: the same family is the same model everywhere.
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForImageTextToText, PreTrainedTokenizerFast

from tests.workers.recipes import RECIPES, Recipe

FAMILIES = tuple(RECIPES)


def checkpoint(family: str, folder: Path) -> Path:
    """Write a random checkpoint of a family into `folder`, and return it."""
    recipe = RECIPES[family]
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(recipe)
    tokenizer.save_pretrained(folder)
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in recipe.tokens}
    _save_model(family, recipe, ids, padded(len(tokenizer)), folder)
    _write_settings(recipe, folder)
    return folder


def padded(vocabulary: int) -> int:
    """Models have more logits than there are tokens, as Qwen's do."""
    return (vocabulary // 64 + 2) * 64


def _save_model(
    family: str, recipe: Recipe, ids: dict[str, int], vocabulary: int, folder: Path
) -> None:
    first = ids[recipe.tokens[0]]
    ends = {"bos_token_id": first, "pad_token_id": first, "eos_token_id": ids[recipe.eos]}
    wanted = recipe.config(ids, vocabulary)
    if "text_config" in wanted:
        wanted["text_config"] = {**wanted["text_config"], **ends}
    config = AutoConfig.for_model(family, **wanted, **ends)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AutoModelForImageTextToText.from_config(config, dtype=torch.float32)
    model.save_pretrained(folder)


def _write_settings(recipe: Recipe, folder: Path) -> None:
    named = {"processor_class": recipe.processor_class}
    pictures = {"do_resize": True, **recipe.image_processor, **named}
    (folder / "preprocessor_config.json").write_text(json.dumps(pictures))
    (folder / "processor_config.json").write_text(json.dumps({**recipe.processor, **named}))
    if recipe.sees_video:
        kind = recipe.processor_class.replace("Processor", "VideoProcessor").replace("2_5_", "2")
        videos = {**pictures, "video_processor_type": kind}
        (folder / "video_preprocessor_config.json").write_text(json.dumps(videos))
    if recipe.image is not None:
        (folder / "chat_template.jinja").write_text(_chat_template(recipe))


def _chat_template(recipe: Recipe) -> str:
    """Roles, pictures and texts in the order of the parts: as the published templates do."""
    return (
        "{% for message in messages %}{{ message['role'] + ': ' }}"
        "{% for part in message['content'] %}{% if part['type'] == 'image' %}"
        f"{{{{ {json.dumps(recipe.image)} }}}}"
        "{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
        f"{{{{ {json.dumps(recipe.eos)} }}}}{{{{ '\\n' }}}}{{% endfor %}}"
        "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
    )


def _tokenizer(recipe: Recipe) -> PreTrainedTokenizerFast:
    plain = Tokenizer(models.BPE())
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    plain.train_from_iterator(_CORPUS, trainer)
    plain.add_special_tokens(list(recipe.tokens))
    return PreTrainedTokenizerFast(
        tokenizer_object=plain,
        bos_token=recipe.tokens[0],
        eos_token=recipe.eos,
        pad_token=recipe.tokens[0],
        extra_special_tokens=recipe.named_tokens,
        padding_side="left",
    )


_CORPUS = (
    '{"merchant":{"name":{"lines":[1],"raw":"COFFEE HOUSE"},"address":null,"phone":null},"total":',
    '{"lines":[3,4],"raw":"TOTAL 33.90","value":"33.90"},"date":null,"items":[],"correction":"',
    "1 [0.10,0.20] RECEIPT NO 0012 DATE 2026-11-20 SUBTOTAL TAX CASH CHANGE THANK YOU",
)
