"""What models make of a document, kept between runs: OCR is not repeated for another VLM or prompt.

A perception belongs to the picture and to the engines that read it; an interpretation besides to
the vision-language model, its prompts and the schema.
"""

import hashlib
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict

from vouch.prompts import prompt, worded
from vouch.schemas.builtin import wanted_schema
from vouch.schemas.job import Options
from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.routing import AUTO
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value
from vouch.workers.app import Engines
from vouch.workers.images import Spool
from vouch.workers.pipeline import depict, interpret, see
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.elements.wanting import may_want_elements
from vouch.workers.stages.route import is_asked

PERCEPTION_VERSION = "2"
"""Raise it when what is perceived of the same picture by the same models changes: 2 has marks."""


class KeptPerception(Value):
    """One picture, read. Files of earlier versions also hold an interpretation."""

    model_config = ConfigDict(extra="ignore")

    perception: Perception
    timings: dict[str, float]


class KeptInterpretation(Value):
    """One picture, interpreted by one model that was asked in one way."""

    interpretation: Interpretation
    timings: dict[str, float]


class Kept(Value):
    """What the models made of a document: all that an understanding starts from."""

    perception: Perception
    interpretation: Interpretation
    timings: dict[str, float]
    """Wall seconds of the stages up to here, when they were run."""


_Stored = TypeVar("_Stored", bound=Value)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Makes models look at documents, and keeps what they saw in a folder; None keeps nothing."""

    engines: Engines
    limits: IngestLimits
    folder: Path | None

    def kept(self, path: Path, options: Options) -> tuple[Kept, bool]:
        """What the models make of a document, and whether OCR's part was kept from before."""
        content = path.read_bytes()
        place = self._place(_perception_key(content, options, self.engines))
        stored = _stored(place, KeptPerception)
        read = stored or self._see(content, path.name, options)
        if stored is None:
            _keep(place, read)
        told = self._told(content, options, read.perception.layouts)
        # The perception may have been kept by a process with another model, or none.
        identities = self.engines.identities(read.perception.pages[0])
        whole = Kept(
            perception=read.perception.model_copy(update={"identities": identities}),
            interpretation=told.interpretation,
            timings={**read.timings, **told.timings},
        )
        return whole, stored is not None

    def _see(self, content: bytes, name: str, options: Options) -> KeptPerception:
        progress = Progress()
        pages = depict(content, self.limits, progress, options.pages)
        perception = see(pages, content, name, self.engines, progress, options)
        return KeptPerception(perception=perception, timings=progress.timings)

    def _told(
        self, content: bytes, options: Options, layouts: Sequence[PageLayout]
    ) -> KeptInterpretation:
        """Kept only where a model is asked: without one it costs nothing."""
        vision = None if options.readers == "rules" else self.engines.vision
        place = self._place(interpretation_key(content, options, self.engines)) if vision else None
        stored = _stored(place, KeptInterpretation)
        if stored is not None:
            return stored
        progress, looks = Progress(), self.engines.second_looks
        with Spool() as spool:
            if vision:
                deque(spool.passing(depict(content, self.limits, Progress(), options.pages)), 0)
            told = interpret(spool.pages, layouts, options, vision, progress, looks)
        fresh = KeptInterpretation(interpretation=told, timings=progress.timings)
        _keep(place, fresh)
        return fresh

    def _place(self, key: str) -> Path | None:
        return self.folder and self.folder / f"{key}.json"


def _perception_key(content: bytes, options: Options, engines: Engines) -> str:
    models = (engines.ocr, engines.layout, engines.document_layout)
    digests = (model.identity.digest for model in models)
    names = [PERCEPTION_VERSION, options.schema_name, *digests]
    if options.pages:
        names.append(f"pages {options.pages}")
    if may_want_elements(options):
        names.append(engines.elements.identity.digest)
    return _digest(names, content)


def interpretation_key(content: bytes, options: Options, engines: Engines) -> str:
    vision = engines.vision.identity.digest if engines.vision else ""
    wording = engines.vision.wording if engines.vision else "full"
    prompts = [worded(prompt("extract"), wording).digest, prompt("reread").digest]
    schema = AUTO if is_asked(options) else wanted_schema(options).ref.digest
    names = [vision, *prompts, schema, options.readers, str(engines.second_looks)]
    return _digest([_perception_key(content, options, engines), *names], b"")


def _digest(names: Sequence[str], content: bytes) -> str:
    return hashlib.sha256("\n".join(names).encode() + content).hexdigest()


def _stored(place: Path | None, kind: type[_Stored]) -> _Stored | None:
    if place is None or not place.is_file():
        return None
    return kind.model_validate_json(place.read_bytes())


def _keep(place: Path | None, found: Value) -> None:
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when whole: a run that is stopped leaves no half file behind.
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_text(found.model_dump_json(), encoding="utf-8")
    unfinished.replace(place)
