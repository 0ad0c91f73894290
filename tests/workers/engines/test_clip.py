"""CLIP and SigLIP through transformers, on small random checkpoints made here."""

import json
from pathlib import Path

import numpy as np
import pytest

from vouch.schemas.errors import ModelMissing
from vouch.workers.engines.fake_clip import FakeClip
from vouch.workers.protocols import PictureModel

SIDE = 32
TEXTS = ("a photo of a receipt", "a screenshot of an error message", "an empty page")


def checkpoint(family: str, folder: Path) -> Path:
    """The files that a published dual encoder has, with seeded random weights."""
    import torch  # noqa: PLC0415 - seconds, for these tests alone
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers  # noqa: PLC0415
    from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast  # noqa: PLC0415

    words = Tokenizer(models.BPE(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.ByteLevel()
    specials = ["<pad>", "<s>", "</s>", "<unk>"]
    words.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=200, special_tokens=specials))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    tokenizer.save_pretrained(folder)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2}
    text = {**small, "num_hidden_layers": 1, "vocab_size": 256, "max_position_embeddings": 16}
    ends = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "projection_size": 16}
    seen = {**small, "num_hidden_layers": 1, "image_size": SIDE, "patch_size": 8}
    config = AutoConfig.for_model(family, text_config={**text, **ends}, vision_config=seen)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        AutoModel.from_config(config).save_pretrained(folder)
    processor = {"clip": "CLIPImageProcessor", "siglip": "SiglipImageProcessor"}[family]
    size = {"shortest_edge": SIDE} if family == "clip" else {"height": SIDE, "width": SIDE}
    told = {"image_processor_type": processor, "size": size, "do_resize": True}
    crop = {"crop_size": {"height": SIDE, "width": SIDE}, "do_center_crop": family == "clip"}
    (folder / "preprocessor_config.json").write_text(json.dumps({**told, **crop}))
    return folder


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (60, 45, 3), dtype=np.uint8)


@pytest.fixture(scope="module", params=["clip", "siglip", "fake"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PictureModel:
    if request.param == "fake":
        return FakeClip()
    from vouch.workers.engines.clip import Clip  # noqa: PLC0415

    return Clip(checkpoint(request.param, tmp_path_factory.mktemp(request.param)))


def test_shares_add_up_and_embeddings_have_length_one(model: PictureModel) -> None:
    seen = model.glance(noise(1), TEXTS)
    assert len(seen.shares) == len(TEXTS)
    assert sum(seen.shares) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(seen.embedding) == pytest.approx(1.0, abs=1e-5)


def test_the_same_picture_is_seen_the_same_and_another_otherwise(model: PictureModel) -> None:
    seen, again = model.glance(noise(1), TEXTS), model.glance(noise(1), TEXTS)
    other = model.glance(np.zeros((60, 45, 3), np.uint8), TEXTS)
    assert np.allclose(seen.embedding, again.embedding, atol=1e-5)
    assert not np.allclose(seen.embedding, other.embedding, atol=1e-3)


def test_descriptions_keep_their_places(model: PictureModel) -> None:
    there = model.glance(noise(2), TEXTS).shares
    back = model.glance(noise(2), TEXTS[::-1]).shares
    assert np.allclose(there, back[::-1], atol=1e-4)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    from vouch.workers.engines.clip import Clip  # noqa: PLC0415

    with pytest.raises(ModelMissing):
        Clip(tmp_path)
