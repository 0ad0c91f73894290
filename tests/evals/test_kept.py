"""OCR is not repeated for another model or another choice of readers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vouch.evals import kept
from vouch.evals.chain import Bench, examine
from vouch.evals.kept import KeptPerception, Shelf
from vouch.evals.labels import Dataset, LabelledDocument
from vouch.evals.scoreboard import compared, scoreboards
from vouch.prompts import Wording
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Options
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.schemas.text import Token
from vouch.workers.app import Engines
from vouch.workers.engines.fake_elements import FakeElements
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.engines.fake_vlm import FakeVlm
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question
from vouch.workers.settings import IngestLimits, WorkerSettings


@dataclass(frozen=True)
class CountingVlm:
    """The fake VLM under another name, and how often it was asked."""

    name: str
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def identity(self) -> Engine:
        return Engine(name=self.name, digest=self.name)

    @property
    def wording(self) -> Wording:
        return "full"

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        self.calls.update(question.prompt.id for question in questions)
        return FakeVlm().draft(questions)


@dataclass(frozen=True)
class CountingOcr(FakeOcr):
    calls: Counter[str] = field(default_factory=Counter)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        self.calls["recognise"] += 1
        return super().recognise(image, runs)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.png"
    Image.fromarray(np.full((600, 400, 3), 250, np.uint8)).save(path)
    return path


def shelf(tmp_path: Path, vlm: CountingVlm | None, ocr: CountingOcr) -> Shelf:
    layout = GeometryLayout("receipt")
    engines = Engines(
        ocr=ocr, layout=layout, document_layout=layout, elements=FakeElements(), vision=vlm
    )
    return Shelf(engines, IngestLimits(), tmp_path / "reuse")


def test_each_model_is_asked_once_and_ocr_only_once_for_all(tmp_path: Path, picture: Path) -> None:
    ocr, one, other = CountingOcr(), CountingVlm("one"), CountingVlm("other")
    first, reused = shelf(tmp_path, one, ocr).kept(picture, Options())
    again, reused_again = shelf(tmp_path, one, ocr).kept(picture, Options())
    changed, _ = shelf(tmp_path, other, ocr).kept(picture, Options())
    read_once = ocr.calls["recognise"]
    assert (reused, reused_again) == (False, True)
    assert first == again
    assert one.calls["extract"] == other.calls["extract"] == 1
    assert changed.perception.identities.vlm == other.identity
    shelf(tmp_path, None, ocr).kept(picture, Options())
    assert ocr.calls["recognise"] == read_once


def test_a_model_that_is_not_wanted_is_not_asked(tmp_path: Path, picture: Path) -> None:
    model = CountingVlm("one")
    found, _ = shelf(tmp_path, model, CountingOcr()).kept(picture, Options(readers="rules"))
    assert not model.calls
    assert found.interpretation.draft is None


def test_files_that_also_hold_an_interpretation_are_still_good(
    tmp_path: Path, picture: Path
) -> None:
    ocr = CountingOcr()
    whole, _ = shelf(tmp_path, None, ocr).kept(picture, Options())
    (place,) = (tmp_path / "reuse").iterdir()
    place.write_text(whole.model_dump_json(), encoding="utf-8")
    KeptPerception.model_validate_json(place.read_bytes())
    assert shelf(tmp_path, None, ocr).kept(picture, Options())[1]


def test_what_earlier_code_perceived_is_not_used(
    tmp_path: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ocr = CountingOcr()
    monkeypatch.setattr(kept, "PERCEPTION_VERSION", "1")
    shelf(tmp_path, None, ocr).kept(picture, Options())
    monkeypatch.undo()
    assert shelf(tmp_path, None, ocr).kept(picture, Options())[1] is False
    assert shelf(tmp_path, None, ocr).kept(picture, Options())[1] is True


def test_three_choices_of_readers_are_compared_on_one_perception(
    tmp_path: Path, picture: Path
) -> None:
    labels = LabelledDocument(
        file=picture.name, schema_name="receipt", expected={"/total": "9.00", "/date": "2018-12-25"}
    )
    settings = WorkerSettings(ocr="fake", vlm="fake")
    bench = Bench(settings, tmp_path / "reuse", readers=("both", "rules", "vlm"))
    judged = list(examine(Dataset(tmp_path, (labels,)), bench))
    assert [one.readers for one in judged] == ["both", "rules", "vlm"]
    boards = scoreboards("one", judged)
    assert boards["rules"].drafts is None
    assert boards["vlm"].drafts is not None
    assert boards["vlm"].drafts.invented == 0
    assert boards["both"].micro_f1 == 1.0
    assert '"rules": {"dataset": "one"' in compared(boards)
    both, rules, vlm = (one.record for one in judged if one.record is not None)
    assert (both.fields["/total"].parts.agreement, both.provenance.vlm) == (1.0, FakeVlm().identity)
    assert (rules.provenance.vlm, rules.provenance.prompt, rules.degraded) == (None, None, None)
    assert "+" in both.provenance.calibration.name
    assert {one.reader for f in vlm.fields.values() for one in f.candidates} <= {"vlm"}
    alone = replace(bench, readers=("rules",))
    (only,) = examine(Dataset(tmp_path, (labels,)), alone)
    assert only.record is not None
    assert only.record.data == rules.data
