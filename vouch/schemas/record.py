"""The record: what a caller gets for a document. See the README for a walk through one."""

from typing import Any, Literal

import pydantic

from vouch.schemas.document import Quality, Source
from vouch.schemas.draft import Certainty, Pointer, Reader
from vouch.schemas.geometry import Polygon, Transform
from vouch.schemas.redaction import Redactions
from vouch.schemas.routing import Routing
from vouch.schemas.text import RegionKind
from vouch.schemas.value import Value

Task = Literal["extract", "ask", "locate", "classify"]
Status = Literal[
    "grounded", "normalised", "computed", "inferred", "ungrounded", "absent", "illegible"
]
Match = Literal["exact", "normalised", "fuzzy", "seen", "none"]
"""How the value compares with what is printed there; `seen`: it is no text, but was seen there."""
Granularity = Literal["word", "line", "region", "page"]
Outcome = Literal["accept", "review", "reupload"]


class SchemaRef(Value):
    """Which schema `data` follows."""

    name: str
    version: str
    digest: str


class Evidence(Value):
    """Where on the document a value was read."""

    page: int
    polygon: Polygon
    """Pixels of the uploaded page as the person sees it."""
    polygon_norm: Polygon
    """The same in fractions of the page's width and height, 0 to 1."""
    text: str
    """The printed words there, as OCR read them."""
    match: Match
    granularity: Granularity = "word"


class FieldCandidate(Value):
    """One reader's reading of a field."""

    reader: Reader
    value: Any
    evidence: tuple[Evidence, ...] = ()


class Parts(Value):
    """The signals behind a confidence, all 0 to 1 but `vlm`; None where there is none."""

    ocr: float | None = None
    vlm: Certainty | None = None
    """What the vision-language model's probabilities say; None when it did not read the value."""
    agreement: float | None = None
    checks: float | None = None
    quality: float | None = None


class Field(Value):
    """One leaf of `data`, vouched for."""

    value: Any
    raw: str | None = None
    status: Status
    confidence: float | None
    """Calibrated probability that the value is right; None when the field is absent."""
    accepted: bool = False
    """Whether the value has evidence and its confidence reaches the target precision."""
    parts: Parts = Parts()
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[FieldCandidate, ...] = ()
    """What each reader saw, and runners-up, best first; empty where nothing competes."""


class Reason(Value):
    """Why the decision is what it is."""

    code: str
    pointer: Pointer | None = None
    page: int | None = None
    polygon: Polygon | None = None
    hint: str
    """A sentence that tells a person what to do; never contains text of the document."""


class Decision(Value):
    """What the caller should do with the record."""

    outcome: Outcome
    target_precision: float
    reasons: tuple[Reason, ...] = ()


class RecordRegion(Value):
    """A layout region in upload pixels."""

    id: str
    kind: RegionKind
    page: int
    polygon: Polygon
    score: float


class RecordPage(Value):
    """A page as it was uploaded, how it had to be turned, and how well it can be read."""

    number: int
    width: int
    height: int
    transform: Transform
    """Upright → upload pixels."""
    quality: Quality


class Engine(Value):
    """A thing that had a say: its name and a digest of its exact form."""

    name: str
    digest: str


class Provenance(Value):
    """Name and digest of everything that had a say; None where there was no such thing."""

    ocr: Engine
    layout: Engine
    elements: Engine | None = None
    """What told the elements of a screen; None where none were looked for, or found."""
    vlm: Engine | None = None
    prompt: Engine | None = None
    router: Engine | None = None
    """What judged the kind of picture; None where the caller named the schema."""
    calibration: Engine
    policy: Engine
    schema_: Engine = pydantic.Field(alias="schema")


class RecordDocument(Value):
    """One of several documents that stand in one file, by itself."""

    pages: tuple[int, ...]
    polygon: Polygon | None = None
    """Where it stands on its only page, in upload pixels; None where its pages are its own."""
    decision: Decision
    confidence: float | None
    data: Any
    fields: dict[Pointer, Field]


class Record(Value):
    """A document, understood and vouched for."""

    id: str
    schema_: SchemaRef = pydantic.Field(alias="schema")
    task: Task = "extract"
    decision: Decision
    confidence: float | None
    """Probability that every accepted value is right; None when none was accepted."""
    data: Any
    """Exactly the requested JSON Schema, nothing else."""
    fields: dict[Pointer, Field]
    routing: Routing | None = None
    """What the picture shows; None where the caller said what to look for."""
    documents: tuple[RecordDocument, ...] = ()
    """Where a file holds several documents, each of them; `data` and `fields` are the first's.
    Empty for one document."""
    regions: tuple[RecordRegion, ...]
    pages: tuple[RecordPage, ...]
    source: Source
    provenance: Provenance
    degraded: str | None = None
    """Why a reader was missing, e.g. "vlm_unavailable"."""
    timings: dict[str, float]
    """Wall seconds of each stage."""
    redactions: Redactions | None = None
    """What was masked in the record and its pages; None where the caller did not ask for it."""
