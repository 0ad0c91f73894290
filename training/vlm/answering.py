"""The right answer to a lesson, as a model has to write it, and which parts of it teach."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from training.vlm.lessons import Lesson, Truth
from training.vlm.placing import PrintedWords, Run
from vouch.evals.compare import kind_of
from vouch.evals.printed import amount_readings, date_readings, decimal_or_none, time_readings
from vouch.grammar.drafts import MOST_LINES
from vouch.grammar.proof import allows
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape, escaped
from vouch.workers.drafting.lines import NumberedLines


class Segment(NamedTuple):
    """A piece of an answer."""

    text: str
    teaches: bool
    """False where nobody knows what is right: OCR lost what the label says."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Writes the answers about one page."""

    numbered: NumberedLines
    words: PrintedWords

    def segments(self, lesson: Lesson) -> tuple[Segment, ...]:
        """The answer in pieces, in order."""
        return tuple(self._node(lesson.schema.shape, "", lesson.truths))

    def _node(
        self, shape: Shape, at: Pointer, truths: Mapping[Pointer, Truth]
    ) -> Iterator[Segment]:
        match shape:
            case LeafShape():
                yield from self._leaf(shape, at, truths)
            case ObjectShape():
                for number, child in enumerate(shape.properties):
                    opening = "," if number else "{"
                    name = json.dumps(child.name, ensure_ascii=False)
                    yield Segment(f"{opening}{name}:", teaches=True)
                    yield from self._node(child.shape, f"{at}/{escaped(child.name)}", truths)
                yield Segment("}", teaches=True)
            case ListShape():
                yield from self._list(shape, at, truths)

    def _list(
        self, shape: ListShape, at: Pointer, truths: Mapping[Pointer, Truth]
    ) -> Iterator[Segment]:
        """Where the labels do not speak of a list, its length teaches nothing."""
        inner = [pointer.removeprefix(f"{at}/") for pointer in truths if pointer.startswith(at)]
        length = max((int(one.split("/")[0]) + 1 for one in inner if one[:1].isdigit()), default=0)
        whole = truths.get(at)
        known = bool(length) or (whole is not None and whole.value is None)
        yield Segment("[", teaches=known)
        for index in range(length):
            if index:
                yield Segment(",", teaches=known)
            yield from self._node(shape.member, f"{at}/{index}", truths)
        yield Segment("]", teaches=known)

    def _leaf(
        self, shape: LeafShape, at: Pointer, truths: Mapping[Pointer, Truth]
    ) -> Iterator[Segment]:
        truth = truths.get(at)
        if truth is None or truth.value is None:
            yield Segment("null", teaches=truth is not None)
            return
        run = self._run(truth, at, shape)
        value = None if run is None else _value(truth, run.raw, at, shape)
        if run is not None and (shape.copied or value is not None):
            yield from self._cited(run, truth, "" if shape.copied else f',"value":{value}')
        elif not shape.copied and (said := _judged(truth.value, shape)) is not None:
            yield Segment(f'{{"raw":null,"lines":[],"value":{said}}}', teaches=True)
        else:
            yield Segment("null", teaches=False)

    def _cited(self, run: Run, truth: Truth, rest: str) -> Iterator[Segment]:
        """Which of several places is meant is known only where the label says where it stands."""
        numbers = ",".join(map(str, run.lines[:MOST_LINES]))
        is_known = bool(truth.regions) or bool(self.numbered.sole_lines(run.raw))
        yield Segment(f'{{"raw":{json.dumps(run.raw, ensure_ascii=False)},"lines":[', teaches=True)
        yield Segment(f"{numbers}]", teaches=is_known)
        yield Segment(f"{rest}}}", teaches=True)

    def _run(self, truth: Truth, at: Pointer, shape: LeafShape) -> Run | None:
        exact = kind_of(at) != "text" or not shape.copied
        within = self._lines_at(truth.regions)
        for allowed in (within, frozenset[int]()) if within else (within,):
            found = (
                self.words.best(printed, exact=exact, within=allowed) for printed in truth.printed
            )
            runs = [run for run in found if run is not None]
            if runs:
                return max(runs, key=lambda run: run.likeness)
        return None

    def _lines_at(self, regions: tuple[Polygon, ...]) -> frozenset[int]:
        """The lines that a region covers, by more than half of their height."""
        boxes = [Bbox.around(region) for region in regions]
        return frozenset(
            line.number
            for line in self.numbered.lines
            if any(_covers(box, line.bbox) for box in boxes)
        )


def _covers(box: Bbox, line: Bbox) -> bool:
    high = min(box.bottom, line.bottom) - max(box.top, line.top)
    wide = min(box.right, line.right) - max(box.left, line.left)
    return wide > 0 and high > min(line.height, box.height) / 2


def _judged(value: str, shape: LeafShape) -> str | None:
    """As JSON, what is said rather than printed: yes or no, one of several."""
    judged = shape.json_schema.get("enum") or shape.json_schema.get("type") == "boolean"
    allowed = judged and allows(shape.json_schema, shape.read(value))
    return json.dumps(shape.read(value)) if allowed else None


def _value(truth: Truth, raw: str, at: Pointer, shape: LeafShape) -> str | None:
    """The value as JSON, in the form that the schema wants; labels may hold printed forms."""
    candidates = [truth.value or "", *_readings(truth.value or raw, at), *_readings(raw, at)]
    for candidate in candidates:
        try:
            value = shape.read(candidate)
        except ValueError:
            continue
        if allows(shape.json_schema, value):
            return json.dumps(value, ensure_ascii=False)
    return None


def _readings(printed: str, at: Pointer) -> Iterator[str]:
    match kind_of(at):
        case "amount":
            exact = decimal_or_none(printed)
            yield from map(str, sorted(amount_readings(printed)) if exact is None else [exact])
        case "date":
            yield from sorted(date_readings(printed), reverse=True)
        case "time":
            yield from sorted(time_readings(printed))
