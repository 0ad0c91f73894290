"""Data sets: a folder with pictures and `labels.jsonl`, one labelled document a line."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from vouch.schemas.draft import Pointer
from vouch.schemas.errors import InvalidRequest
from vouch.schemas.geometry import Polygon
from vouch.schemas.value import Value


class AnyOf(Value):
    """Several values are right; any of them will do."""

    any: tuple[str, ...]


Expected = bool | str | AnyOf | tuple[str, ...] | None
"""None: the field is not on the document. A tuple: the whole of a list of plain values."""


def alternatives(expected: Expected) -> tuple[str, ...]:
    """The texts of which any is right; none for null."""
    match expected:
        case None:
            return ()
        case AnyOf():
            return expected.any
        case tuple():
            return expected
        case bool():
            return (str(expected).lower(),)
        case str():
            return (expected,)


class LabelledDocument(Value):
    """One document and what is true of it. A pointer that `expected` lacks is not judged."""

    model_config = ConfigDict(extra="ignore")

    file: str
    group: str | None = None
    """Documents of one group are never split between fitting and judging."""
    schema_name: str = Field(alias="schema")
    expected: dict[Pointer, Expected]
    raw: dict[Pointer, Expected] = Field(default_factory=dict)
    """As printed."""
    regions: dict[Pointer, tuple[Polygon, ...]] = Field(default_factory=dict)
    """Where it is printed, in upload pixels; several: any of them is right."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled documents and the folder that their files are relative to."""

    folder: Path
    documents: tuple[LabelledDocument, ...]

    @property
    def name(self) -> str:
        return self.folder.resolve().name


def load_dataset(folder: Path, limit: int | None = None) -> Dataset:
    """The first `limit` documents of a folder. InvalidRequest when its labels cannot be read."""
    path = folder / "labels.jsonl"
    if not path.is_file():
        raise InvalidRequest(f"{str(folder)!r} is no data set: it has no labels.jsonl")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Dataset(folder, tuple(_parse(path, n, line) for n, line in enumerate(lines[:limit], 1)))


def _parse(path: Path, number: int, line: str) -> LabelledDocument:
    try:
        return LabelledDocument.model_validate_json(line)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidRequest(f"{path.name}, document {number}: {where!r} is not valid") from error
