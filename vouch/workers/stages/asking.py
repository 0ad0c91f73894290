"""The caller's own words put to a model: a question, or what is to be located.

A model only names printed words. Where they stand is measured from them, and a question's kind is
judged from the question.
"""

from collections.abc import Mapping, Sequence

from vouch.prompts import Wording
from vouch.schemas.answer import QuestionKind
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.job import Options
from vouch.schemas.perception import Interpretation
from vouch.schemas.record import Task
from vouch.schemas.shape import JsonSchema, ListShape, ObjectShape
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.stages.readers.answer.kinds import kind_claim, kind_of
from vouch.workers.stages.readers.answer.reader import ANSWER, KIND
from vouch.workers.stages.readers.location.named import placed
from vouch.workers.stages.readers.location.reader import LABEL
from vouch.workers.stages.second_look import narrowed

PROMPTS: Mapping[Task, str] = {
    "extract": "extract",
    "classify": "extract",
    "ask": "ask",
    "locate": "locate",
}
"""Which prompt asks for each task."""
_NULL: JsonSchema = {"type": "null"}
_FORMS: Mapping[QuestionKind, JsonSchema] = {
    "check": {"enum": ["yes", "no"]},
    "counting": {"type": "string", "pattern": "^[0-9]{1,6}$"},
}
"""What answers of a kind look like; the others are any text."""

_TAUGHT: Mapping[str, frozenset[str]] = {
    "error_screenshot": frozenset({"title", "message", "code", "buttons"}),
    "ui": frozenset(),
    "generic": frozenset(),
}
"""Members of built-in schemas that a model of the terse wording was taught; of others all. The rest
is seen or judged rather than read, and left to the rules."""


def wish_of(options: Options) -> str:
    """The caller's words; empty where the schema says what is wanted."""
    return options.question or options.locate or ""


def told(schema: WantedSchema, options: Options) -> WantedSchema:
    """The part of the schema that a model fills in: never a place, never the question's kind."""
    if options.task == "locate":
        return narrowed(schema, [LABEL])
    if options.task != "ask":
        return schema
    form = _FORMS.get(kind_of(wish_of(options)))
    if form is None:
        return narrowed(schema, [ANSWER])
    answer = {"answer": {"anyOf": [form, _NULL]}}
    asked = {"type": "object", "properties": answer, "required": ["answer"]}
    return schema.model_copy(update={"json_schema": asked})


def taught(schema: WantedSchema, wording: Wording) -> WantedSchema | None:
    """What of a schema a model of that wording is asked for, and in which order; None: nothing.

    A small model may go astray in a long list: lists come last, so that nothing else is lost.
    """
    whole, shape = schema.json_schema, schema.shape
    if wording == "full" or not isinstance(shape, ObjectShape) or "properties" not in whole:
        return schema
    names = _TAUGHT.get(schema.name)
    if names is None or schema != builtin_schema(schema.name):
        names = whole["properties"].keys()
    asked = [one for one in shape.properties if one.name in names]
    asked.sort(key=lambda one: isinstance(one.shape, ListShape))
    members = {one.name: whole["properties"][one.name] for one in asked}
    required = [name for name in whole.get("required", ()) if name in members]
    known = {**whole, "properties": members, "required": required}
    return schema.model_copy(update={"json_schema": known}) if members else None


def completed(
    said: Interpretation, layouts: Sequence[PageLayout], options: Options
) -> Interpretation:
    """What a model said, with all that follows from it."""
    if said.draft is None or options.task not in ("ask", "locate"):
        return said
    if options.task == "locate":
        draft = placed(said.draft, layouts)
    else:
        kind = {KIND: (kind_claim(wish_of(options)),)}
        draft = said.draft.model_copy(update={"candidates": {**said.draft.candidates, **kind}})
    return said.model_copy(update={"draft": draft})
