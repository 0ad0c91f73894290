"""Drafts of models that had not seen the documents, as those of the model that will be released.

`python -m training.vlm.crossing KEPT FOLDS RELEASED CHECKPOINT…`: CHECKPOINT number N has drafted
the data sets under FOLDS/N (`vouch eval --reuse KEPT`). From then on evals and calibrations with
VOUCH_VLM=transformers:RELEASED and the same KEPT find those drafts, so that every number is
cross-validated.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from training.vlm.reading import shelf_at
from vouch.evals.kept import interpretation_key
from vouch.evals.labels import load_dataset
from vouch.prompts import Wording
from vouch.schemas.job import Options
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.workers.app import Engines
from vouch.workers.engines.transformers_loading import digest_of
from vouch.workers.protocols import Question


@dataclass(frozen=True, slots=True)
class Named:
    """A model by its name only: what it said is kept already."""

    identity: Engine
    wording: Wording = "terse"

    @classmethod
    def of(cls, checkpoint: Path) -> Self:
        return cls(Engine(name=checkpoint.name, digest=digest_of(checkpoint)))

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        """LookupError: nothing is to be asked any more."""
        raise LookupError(f"{self.identity.name} has not drafted {len(questions)} documents yet")


def cross(kept: Path, folds: Path, released: Path, checkpoints: Sequence[Path]) -> int:
    """How many drafts were taken over. FileNotFoundError where one has not been made."""
    engines = shelf_at(kept).engines
    final = _with(engines, released)
    taken = 0
    for number, checkpoint in enumerate(checkpoints):
        drafting = _with(engines, checkpoint)
        for path, options in _documents(folds / str(number)):
            content = path.read_bytes()
            names = [interpretation_key(content, options, one) for one in (drafting, final)]
            shutil.copyfile(*(kept / f"{name}.json" for name in names))
            taken += 1
    return taken


def _with(engines: Engines, checkpoint: Path) -> Engines:
    return replace(engines, vision=Named.of(checkpoint))


def _documents(part: Path) -> Iterator[tuple[Path, Options]]:
    for folder in sorted(part.iterdir()):
        for labels in load_dataset(folder).documents:
            options = Options(schema_name=labels.schema_name, ignore_embedded=True)
            yield folder / labels.file, options


if __name__ == "__main__":
    first, second, third, *rest = map(Path, sys.argv[1:])
    sys.stdout.write(f"{cross(first, second, third, rest)} drafts taken over\n")
