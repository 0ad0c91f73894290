"""vouch-vlm as it is released: its parts, and the checkpoint that they become."""

import hashlib
from pathlib import Path

import pytest

from vouch.schemas.errors import ModelMissing
from vouch.workers.app import build_vision
from vouch.workers.engines.shipped.released import (
    ADAPTER,
    MIND,
    checkpoint_place,
    written_once,
)
from vouch.workers.models import locked_model
from vouch.workers.settings import WorkerSettings


def test_the_model_card_names_the_digests_of_all_parts() -> None:
    card = (ADAPTER / "README.md").read_text(encoding="utf-8")
    weights = (ADAPTER / "adapter_model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() in card
    assert locked_model(MIND).sha256 in card
    assert len(weights) <= 40_000_000


def test_without_the_language_model_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="--with vlm"):
        build_vision(WorkerSettings(vlm="vouch", models_dir=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        folder.mkdir()
        (folder / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        written_once(tmp_path / "model", fail)
    assert not list(tmp_path.iterdir())
    written_once(tmp_path / "model", lambda folder: folder.mkdir())
    assert written_once(tmp_path / "model", fail) == tmp_path / "model"


def test_of_two_that_write_at_once_the_first_stays(tmp_path: Path) -> None:
    def late(folder: Path) -> None:
        folder.mkdir()
        (tmp_path / "model").mkdir()
        (tmp_path / "model" / "first").touch()

    written = written_once(tmp_path / "model", late)
    assert [path.name for path in written.iterdir()] == ["first"]


def test_another_adapter_or_language_model_is_another_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = checkpoint_place(tmp_path)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (tmp_path / name).write_bytes(b"another")
    monkeypatch.setattr("vouch.workers.engines.shipped.released.ADAPTER", tmp_path)
    assert checkpoint_place(tmp_path) != released
    assert released.parent == tmp_path
