"""Folds without a common merchant, and drafts that are taken over from the models of folds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.workers.stages.documents import vlm
from training.vlm.crossing import Named, cross
from training.vlm.folding import fold
from vouch.evals.kept import Shelf
from vouch.evals.labels import load_dataset
from vouch.schemas.job import Options
from vouch.schemas.perception import Drafted, Effort
from vouch.workers.app import build_engines
from vouch.workers.protocols import Question
from vouch.workers.settings import WorkerSettings


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    """Two data sets of four pictures; each merchant has one in either."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for shade, folder in enumerate(folders):
        folder.mkdir()
        lines = []
        for number in range(4):
            name = f"{number}.png"
            Image.new("RGB", (300, 400), (240 + shade, 240, 240 + number)).save(folder / name)
            expected = {"/merchant/name": f"Shop {number}"}
            lines.append(json.dumps({"file": name, "schema": "receipt", "expected": expected}))
        (folder / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folders


def test_a_merchant_is_in_one_part_only_and_every_document_in_one(
    sets: list[Path], tmp_path: Path
) -> None:
    fold(tmp_path / "folds", sets, 2)
    parts = [
        [labels for name in ("first", "second") for labels in load_dataset(part / name).documents]
        for part in sorted((tmp_path / "folds").iterdir())
    ]
    names = [{str(labels.expected["/merchant/name"]) for labels in part} for part in parts]
    assert not names[0] & names[1]
    files = [labels.file for part in parts for labels in part]
    assert len(set(files)) == len(files) == 8
    assert all(Path(file).is_file() for file in files)


class Saying(Named):
    """A model whose drafts tell who drafted."""

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        seconds = float(self.identity.name)
        return tuple(
            Drafted(draft=vlm(), effort=Effort(tokens=1, seconds=seconds)) for _ in questions
        )


def test_the_released_model_is_judged_by_drafts_of_models_that_had_not_seen_the_document(
    sets: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_OCR", "fake")
    kept, folds = tmp_path / "kept", tmp_path / "folds"
    fold(folds, sets, 2)
    checkpoints = [tmp_path / name for name in ("1", "2", "final")]
    for checkpoint in checkpoints:
        checkpoint.mkdir()
        (checkpoint / "config.json").write_text(checkpoint.name)
    settings = WorkerSettings()

    def shelf(checkpoint: Path, model: type[Named]) -> Shelf:
        engines = replace(build_engines(settings), vision=model.of(checkpoint))
        return Shelf(engines, settings.limits, kept)

    def seconds(path: Path, on: Shelf) -> float:
        effort = on.kept(path, Options())[0].interpretation.effort
        assert effort is not None
        return effort.seconds

    with pytest.raises(FileNotFoundError):
        cross(kept, folds, checkpoints[2], checkpoints[:2])
    parts = [sorted((folds / str(number)).rglob("labels.jsonl")) for number in range(2)]
    documents = [
        (number, Path(labels.file))
        for number, part in enumerate(parts)
        for place in part
        for labels in load_dataset(place.parent).documents
    ]
    for number, path in documents:
        seconds(path, shelf(checkpoints[number], Saying))
    assert cross(kept, folds, checkpoints[2], checkpoints[:2]) == 8
    released = shelf(checkpoints[2], Named)
    assert [seconds(path, released) for _, path in documents] == [
        float(number + 1) for number, _ in documents
    ]
