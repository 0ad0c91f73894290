"""Checkpoints into memory: every family, without torchvision, and what is refused."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig

from tests.workers.recipes import RECIPES
from vouch.schemas.errors import ModelMissing
from vouch.workers.app import build_vision
from vouch.workers.engines.transformers_devices import chosen_device, chosen_dtype
from vouch.workers.engines.transformers_loading import digest_of, load_checkpoint, load_processor
from vouch.workers.settings import WorkerSettings

CPU = torch.device("cpu")
CheckpointOf = Callable[[str], Path]


@contextmanager
def edited(path: Path) -> Iterator[dict[str, Any]]:
    """A JSON file's content, written back when it has been changed."""
    content: dict[str, Any] = json.loads(path.read_text())
    yield content
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("family", RECIPES)
def test_a_family_loads_ready_to_answer(family: str, checkpoint_of: CheckpointOf) -> None:
    loaded = load_checkpoint(str(checkpoint_of(family)), CPU, torch.float32)
    assert not loaded.model.training
    assert loaded.model.dtype == torch.float32
    assert loaded.processor.tokenizer.padding_side == "left"
    assert loaded.logits > len(loaded.processor.tokenizer), "padded, as published ones are"
    assert loaded.positions == 4096


def test_logits_are_as_wide_as_the_model_makes_them(checkpoint_of: CheckpointOf) -> None:
    for family in ("idefics", "qwen2_vl"):
        loaded = load_checkpoint(str(checkpoint_of(family)), CPU, torch.float32)
        logits = loaded.model(
            input_ids=torch.zeros((1, 1), dtype=torch.long),
            attention_mask=torch.ones((1, 1), dtype=torch.long),
            **_no_picture(family),
        ).logits
        assert logits.shape[-1] == loaded.logits


def _no_picture(family: str) -> dict[str, torch.Tensor]:
    if family != "idefics":
        return {}
    return {
        "pixel_values": torch.zeros((1, 1, 3, 56, 56)),
        "image_attention_mask": torch.zeros((1, 1, 1), dtype=torch.long),
    }


def test_identity_is_the_name_and_what_the_files_hold(
    checkpoint_of: CheckpointOf, tmp_path: Path
) -> None:
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "mine")
    identity = load_checkpoint(str(copy), CPU, torch.float32).identity
    assert identity.name == "mine"
    assert identity.digest == digest_of(checkpoint_of("llava"))
    (copy / "chat_template.jinja").write_text("{{ messages }}")
    assert digest_of(copy) != identity.digest


def test_a_name_that_is_neither_here_nor_on_a_hub_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelMissing, match="neither a folder here nor on a hub"):
        load_checkpoint("nobody/nothing", CPU, torch.float32)


def test_a_folder_without_a_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="holds no model"):
        load_checkpoint(str(tmp_path), CPU, torch.float32)


def test_a_model_that_cannot_see_is_missing(tmp_path: Path) -> None:
    AutoConfig.for_model("llama").save_pretrained(tmp_path)
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_checkpoint(str(tmp_path), CPU, torch.float32)


def test_weights_that_are_cut_off_are_missing(checkpoint_of: CheckpointOf, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "cut")
    weights = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_checkpoint(str(copy), CPU, torch.float32)


def test_weights_of_another_shape_are_missing(checkpoint_of: CheckpointOf, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "wide")
    with edited(copy / "config.json") as config:
        config["text_config"]["intermediate_size"] *= 2
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_checkpoint(str(copy), CPU, torch.float32)


def test_a_package_that_a_checkpoint_wants_is_missing(
    checkpoint_of: CheckpointOf, tmp_path: Path
) -> None:
    """This one is quantised with bitsandbytes, which does not come with Vouch."""
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "quantised")
    with edited(copy / "config.json") as config:
        config["quantization_config"] = {"quant_method": "bitsandbytes", "load_in_8bit": True}
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_checkpoint(str(copy), CPU, torch.float32)


def test_pickled_weights_are_not_read(checkpoint_of: CheckpointOf, tmp_path: Path) -> None:
    """They could run code while they load."""
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "pickled")
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_checkpoint(str(copy), CPU, torch.float32)


def test_code_of_a_checkpoint_is_never_run(checkpoint_of: CheckpointOf, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "scripted")
    with edited(copy / "config.json") as config:
        config["model_type"] = "homemade"
        config["auto_map"] = {"AutoConfig": "homemade.Config"}
    (copy / "homemade.py").write_text("raise SystemExit('it was run')")
    with pytest.raises(ModelMissing, match="holds no model"):
        load_checkpoint(str(copy), CPU, torch.float32)


def test_a_tokenizer_without_padding_pads_with_its_end(
    checkpoint_of: CheckpointOf, tmp_path: Path
) -> None:
    copy = shutil.copytree(checkpoint_of("llava"), tmp_path / "unpadded")
    with edited(copy / "tokenizer_config.json") as settings:
        del settings["pad_token"]
    tokenizer = load_processor(copy, AutoConfig.from_pretrained(copy)).tokenizer
    assert tokenizer.pad_token == tokenizer.eos_token


def test_dtype_and_device_can_be_told() -> None:
    assert chosen_device("cpu") == CPU
    assert chosen_dtype("float16", CPU) == torch.float16


@pytest.mark.parametrize(
    ("capability", "expected"),
    [("avx512_bf16", torch.bfloat16), ("bf16", torch.bfloat16), ("avx2", torch.float32)],
)
def test_a_cpu_computes_in_what_it_multiplies_itself(
    capability: str, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {capability: True})
    assert chosen_dtype("auto", CPU) == expected


@pytest.mark.parametrize("expected", [torch.bfloat16, torch.float16])
def test_a_gpu_computes_in_bfloat16_where_it_can(
    expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    can = expected == torch.bfloat16
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: can)
    assert chosen_dtype("auto", torch.device("cuda")) == expected


def test_one_setting_chooses_the_model(checkpoint_of: CheckpointOf) -> None:
    folder = checkpoint_of("llava")
    vision = build_vision(WorkerSettings(vlm=f"transformers:{folder}"))
    assert vision is not None
    assert vision.identity.digest == digest_of(folder)
    assert build_vision(WorkerSettings(vlm=None)) is None


@pytest.mark.parametrize(
    "vlm", ["vouch:large", "transformers:", "openai:http://localhost", "clairvoyant"]
)
def test_a_setting_that_names_no_model_says_what_does(vlm: str) -> None:
    with pytest.raises(ModelMissing, match="is not vouch, transformers:"):
        build_vision(WorkerSettings(vlm=vlm))
