"""vouch-vlm as it is released: its parts, and the checkpoint that they become."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.questions import BAKERY, question
from vouch.prompts import prompt, worded
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import ModelMissing
from vouch.schemas.job import Options
from vouch.schemas.wanted import WantedSchema
from vouch.workers.app import build_vision
from vouch.workers.engines.shipped.released import (
    ADAPTER,
    MIND,
    checkpoint_place,
    written_once,
)
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.models import locked_model
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.asking import told


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


ROOT = Path(__file__).parents[3]
ASK = Options(task="ask", schema_name="answer", question="What is the total?")


@pytest.fixture(scope="module")
def vouch_vlm() -> VisionModel:
    """As `make setup` left it, with no hub in reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        vision = build_vision(WorkerSettings(vlm="vouch", models_dir=ROOT / "models"))
    assert vision is not None
    return vision


def test_it_is_loaded_as_any_other_checkpoint(vouch_vlm: VisionModel) -> None:
    assert isinstance(vouch_vlm, TransformersVlm)
    assert vouch_vlm.wording == "terse"
    assert vouch_vlm.identity.name == checkpoint_place(ROOT / "models").name


@pytest.mark.parametrize(
    ("task", "schema", "wish"),
    [
        ("extract", builtin_schema("receipt"), ""),
        ("extract", builtin_schema("invoice"), ""),
        ("ask", told(builtin_schema("answer"), ASK), "What is the total?"),
    ],
    ids=["receipt", "invoice", "ask"],
)
def test_what_it_says_is_printed_where_it_says(
    vouch_vlm: VisionModel, task: str, schema: WantedSchema, wish: str
) -> None:
    asked = replace(
        question(BAKERY), schema=schema, prompt=worded(prompt(task), "terse"), wish=wish
    )
    (drafted,) = vouch_vlm.draft([asked])
    assert drafted.draft is not None
    said = [candidates[0] for candidates in drafted.draft.candidates.values()]
    assert any(candidate.tokens for candidate in said)
    for candidate in said:
        words = [asked.layouts[0].tokens.tokens[ref.index].text for ref in candidate.tokens]
        assert not words or candidate.raw in " ".join(words)


def test_it_finds_what_nobody_can_miss(vouch_vlm: VisionModel) -> None:
    asked = replace(
        question(BAKERY),
        schema=builtin_schema("receipt"),
        prompt=worded(prompt("extract"), "terse"),
    )
    (drafted,) = vouch_vlm.draft([asked])
    assert drafted.draft is not None
    found = {pointer: one[0].value for pointer, one in drafted.draft.candidates.items()}
    assert found["/merchant/name"] == BAKERY[0]
    assert found["/total"] == "33.90"
    assert found["/date"] == "2018-12-25"
