import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from vouch.schemas.errors import ModelDigestMismatch, ModelMissing
from vouch.workers.models import WEIGHTS, locked_packages, model_dir, verify

MODELS = Path(__file__).parents[2] / "models"


def test_the_lock_pins_every_file_by_digest_and_names_its_licence() -> None:
    packages = locked_packages()
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
