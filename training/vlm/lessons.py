"""Labelled documents as lessons: what is asked about a page, and what is true.

Any data set of this repository will do. A line with `json_schema` teaches that schema, one with
`questions` or `locate` those, any other its built-in schema or a part of it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from training.forms.asking import asking
from vouch.evals.labels import AnyOf, Expected, alternatives
from vouch.schemas.builtin import BUILTIN, builtin_schema, wanted_schema
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Options
from vouch.schemas.pointers import steps_of
from vouch.schemas.shape import JsonSchema
from vouch.schemas.wanted import WantedSchema
from vouch.workers.stages.asking import taught, told

Task = Literal["extract", "ask", "locate"]
_MOST_MEMBERS = 8
"""Of a list: a longer one costs more than it teaches."""
_WHOLE = 0.5
"""How often a built-in schema is asked for as it is, lists and all."""


class Wished(BaseModel):
    """A question, or what is to be found, with its answer."""

    model_config = ConfigDict(extra="ignore")

    question: str = ""
    locate: str = ""
    answer: str | None = None
    label: str | None = None
    element: str | None = None
    """Instead of a label: an element of the screen, by its id."""
    region: Polygon | None = None


class Element(BaseModel):
    """An element of a drawn screen."""

    model_config = ConfigDict(extra="ignore")

    id: str
    label: str | None = None
    bbox: tuple[float, float, float, float]


class Labelled(BaseModel):
    """A line of labels.jsonl, of whatever data set."""

    model_config = ConfigDict(extra="ignore")

    file: str
    group: str | None = None
    schema_name: str | None = Field(None, alias="schema")
    json_schema: JsonSchema | None = None
    expected: dict[Pointer, Expected] = Field(default_factory=dict)
    raw: dict[Pointer, Expected] = Field(default_factory=dict)
    regions: dict[Pointer, tuple[Polygon, ...]] = Field(default_factory=dict)
    questions: tuple[Wished, ...] = ()
    locate: tuple[Wished, ...] = ()
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one leaf."""

    value: str | None
    """None: the document does not say it."""
    printed: tuple[str, ...] = ()
    """Forms in which it may be printed."""
    regions: tuple[Polygon, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to ask of a page."""

    task: Task
    schema: WantedSchema
    truths: Mapping[Pointer, Truth] = field(default_factory=dict)
    wish: str = ""


def lessons_of(labels: Labelled, chance: random.Random) -> Iterator[Lesson]:
    """What can be taught with one document; another time, other parts of its schema."""
    if labels.json_schema is not None:
        schema = WantedSchema(name="inline", version="inline", json_schema=labels.json_schema)
        yield Lesson("extract", taught(schema, "terse") or schema, _truths(labels))
    elif labels.schema_name in BUILTIN:
        known = taught(builtin_schema(labels.schema_name), "terse")
        if known is not None:
            yield _of_builtin(labels, known, chance)
    for asked in labels.questions:
        yield _asked(asked, Options(schema_name="answer", task="ask", question=asked.question))
    for sought in labels.locate:
        options = Options(schema_name="location", task="locate", locate=sought.locate)
        yield _asked(_named(sought, labels.elements), options)


def asked_besides(labels: Labelled, chance: random.Random) -> Iterator[Lesson]:
    """Questions and parts of the schema under new names, of a receipt or an invoice."""
    if labels.schema_name in ("receipt", "invoice") and not labels.questions:
        line = labels.model_dump(mode="json", by_alias=True)
        made = {"file": labels.file, "group": labels.group, **asking(line, chance)}
        yield from lessons_of(Labelled.model_validate(made), chance)


def _named(sought: Wished, elements: Sequence[Element]) -> Wished:
    """With the label of the element that is meant, and its place."""
    element = next((one for one in elements if one.id == sought.element), None)
    if element is None:
        return sought
    left, top, right, bottom = element.bbox
    region = ((left, top), (right, top), (right, bottom), (left, bottom))
    return sought.model_copy(update={"label": element.label or "", "region": region})


def _of_builtin(labels: Labelled, schema: WantedSchema, chance: random.Random) -> Lesson:
    """The part of a built-in schema that is labelled; all of that, or some."""
    known = schema.json_schema["properties"].keys()
    labelled = {steps_of(pointer)[0] for pointer in labels.expected} & known
    members = [steps for steps in map(steps_of, labels.expected) if len(steps) > 1]
    longest = max((int(steps[1]) for steps in members if steps[1].isdigit()), default=-1) + 1
    is_whole = chance.random() < _WHOLE
    if longest > _MOST_MEMBERS or not is_whole:
        labelled -= {"items"}
    if not is_whole and len(labelled) > 3:
        labelled = set(chance.sample(sorted(labelled), chance.randint(3, len(labelled))))
    part = WantedSchema(
        name=schema.name, version=schema.version, json_schema=_narrowed(schema, labelled, labels)
    )
    return Lesson("extract", part, _truths(labels))


def _narrowed(schema: WantedSchema, names: set[str], labels: Labelled) -> JsonSchema:
    """The schema with these members of its root only, and of objects only what is labelled."""
    whole = schema.json_schema
    kept = {name: part for name, part in whole["properties"].items() if name in names}
    defined = dict(whole.get("$defs", {}))
    for name, part in kept.items():
        inner = part.get("$ref", "").rpartition("/")[2]
        if inner and "properties" in defined.get(inner, {}):
            held = {steps_of(p)[1] for p in labels.expected if p.startswith(f"/{name}/")}
            fields = defined[inner]["properties"]
            defined[inner] = {
                **defined[inner],
                "properties": {key: value for key, value in fields.items() if key in held},
            }
    return {**whole, "properties": kept, "$defs": defined}


def _truths(labels: Labelled) -> dict[Pointer, Truth]:
    truths = {
        pointer: _truth(expected, labels.raw.get(pointer), labels.regions.get(pointer, ()))
        for pointer, expected in labels.expected.items()
    }
    lists = {key: values for key, values in labels.expected.items() if isinstance(values, tuple)}
    members = {
        f"{pointer}/{number}": Truth(value, (value,))
        for pointer, values in lists.items()
        for number, value in enumerate(values)
    }
    return {**truths, **members}


def _truth(expected: Expected, raw: Expected, regions: tuple[Polygon, ...]) -> Truth:
    values = alternatives(expected)
    if expected is None or not values:
        return Truth(None)
    printed = tuple(dict.fromkeys((*alternatives(raw), *values)))
    longest = max(printed, key=len) if isinstance(expected, AnyOf) and raw is None else None
    ordered = printed if longest is None else (longest, *printed)
    return Truth(values[0], ordered, regions)


def _asked(wished: Wished, options: Options) -> Lesson:
    value = wished.answer if options.task == "ask" else wished.label
    regions = () if wished.region is None else (wished.region,)
    truth = Truth(value, () if value is None else (value,), regions)
    pointer = "/answer" if options.task == "ask" else "/element/label"
    schema = told(wanted_schema(options), options)
    task: Task = "ask" if options.task == "ask" else "locate"
    return Lesson(task, schema, {pointer: truth}, wished.question or wished.locate)
