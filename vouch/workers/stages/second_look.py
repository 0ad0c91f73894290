"""Fields in doubt, looked at once more from close by.

What the second look says counts for one of the readings that are on the table, or not at all: a
model that is asked often enough would say anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

import cv2
import numpy as np

from vouch.schemas.draft import Candidate, Draft, Pointer, TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.pointers import steps_of
from vouch.schemas.shape import JsonSchema, LeafShape, leaves
from vouch.schemas.text import PageLayout, Token
from vouch.schemas.wanted import WantedSchema
from vouch.workers.images import RgbImage
from vouch.workers.stages.meaning import key_of

UNSURE = 0.6
"""Below this mean probability of its model tokens, a model was guessing."""
_TEXT_HEIGHT = 48.0
"""Pixels that a word is high in a close-up, where enlarging achieves it."""
_LARGEST = 4.0
"""More enlargement shows nothing but larger pixels."""
_MOST_PIXELS = 1_000_000
"""Of one close-up."""


def in_doubt(
    rules: Draft, vlm: Draft, decisive: Sequence[Pointer], most: int
) -> tuple[Pointer, ...]:
    """The decisive fields that readers read differently, or that the model was unsure of."""
    doubted = (pointer for pointer in decisive if _is_in_doubt(rules, vlm, pointer))
    return tuple(doubted)[:most]


def _is_in_doubt(rules: Draft, vlm: Draft, pointer: Pointer) -> bool:
    ours, theirs = _first(rules, pointer), _first(vlm, pointer)
    if theirs is None:
        return False
    if ours is not None and key_of(ours.value) != key_of(theirs.value):
        return True
    return theirs.certainty is not None and theirs.certainty.probability < UNSURE


def _first(draft: Draft, pointer: Pointer) -> Candidate | None:
    return next(iter(draft.candidates.get(pointer, ())), None)


def settled(first: Draft, second: Draft | None, rules: Draft) -> Draft:
    """The model's draft after its second look.

    What it says again gets the signal `reread`. Where it now says what the rules say, that leads
    (`reread` and `changed_mind`), and its first reading stays as the runner-up. Anything else that
    it says now is left out.
    """
    if second is None:
        return first
    changes = {
        pointer: _settled(first.candidates.get(pointer, ()), seen[0], _first(rules, pointer))
        for pointer, seen in second.candidates.items()
        if seen
    }
    return first.model_copy(update={"candidates": {**first.candidates, **changes}})


def _settled(
    before: Sequence[Candidate], seen: Candidate, ours: Candidate | None
) -> tuple[Candidate, ...]:
    if before and key_of(before[0].value) == key_of(seen.value):
        return (_marked(before[0], "reread"), *before[1:])
    if ours is not None and key_of(ours.value) == key_of(seen.value):
        return (_marked(seen, "reread", "changed_mind"), *before)
    return tuple(before)


def _marked(candidate: Candidate, *names: str) -> Candidate:
    signals = {**candidate.signals, **dict.fromkeys(names, 1.0)}
    return candidate.model_copy(update={"signals": signals})


def narrowed(schema: WantedSchema, pointers: Sequence[Pointer]) -> WantedSchema:
    """The schema with only these leaves, in its own order; each may be null."""
    root: JsonSchema = {"type": "object", "properties": {}, "required": []}
    for pointer, leaf in leaves(schema.shape):
        if pointer in pointers:
            _plant(root, steps_of(pointer), leaf)
    return schema.model_copy(update={"json_schema": root})


def _plant(root: JsonSchema, steps: Sequence[str], leaf: LeafShape) -> None:
    node = root
    for step in steps[:-1]:
        empty: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
        node = _member(node, step, empty)
    schema = leaf.json_schema
    shared: JsonSchema = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    own = {key: child for key, child in schema.items() if key not in shared}
    _member(node, steps[-1], {"anyOf": [own, {"type": "null"}]})
    root.update(shared)


def _member(node: JsonSchema, name: str, schema: JsonSchema) -> JsonSchema:
    if name not in node["required"]:
        node["required"].append(name)
    member: JsonSchema = node["properties"].setdefault(name, schema)
    return member


def closeups(
    drafts: Sequence[Draft],
    pointers: Sequence[Pointer],
    layouts: Sequence[PageLayout],
    images: Mapping[int, RgbImage],
) -> tuple[RgbImage, ...]:
    """Where the readers say that these fields stand, enlarged; each place once, in page order."""
    pages = {layout.page: layout for layout in layouts}
    places: list[tuple[int, Bbox, float]] = []
    for tokens in _claims(drafts, pointers):
        if tokens[0].page in pages:
            place = _place(pages[tokens[0].page], tokens)
            if all(place[0] != page or place[1].iou(box) < 0.5 for page, box, _ in places):
                places.append(place)
    places.sort(key=lambda place: (place[0], place[1].top))
    crops = (_enlarged(images[page], box, height) for page, box, height in places)
    return tuple(crop for crop in crops if crop.size)


def claimed_pages(drafts: Sequence[Draft], pointers: Sequence[Pointer]) -> frozenset[int]:
    """Numbers of the pages where the readers say that these fields stand."""
    return frozenset(tokens[0].page for tokens in _claims(drafts, pointers))


def _claims(drafts: Sequence[Draft], pointers: Sequence[Pointer]) -> Iterator[tuple[TokenRef, ...]]:
    """The tokens of each reader's best candidate that has any."""
    for pointer in pointers:
        for draft in drafts:
            best = _first(draft, pointer)
            if best is not None and best.tokens:
                yield best.tokens


def _place(layout: PageLayout, tokens: Sequence[TokenRef]) -> tuple[int, Bbox, float]:
    """Around the lines that these tokens stand on, with a margin, and how high their words are."""
    mine = {token.index for token in tokens if token.page == layout.page}
    lines = [line.bbox for line in layout.lines if mine & set(line.tokens)]
    words: list[Token] = [layout.tokens.tokens[index] for index in sorted(mine)]
    box = Bbox.union(lines or [word.bbox for word in words])
    height = float(np.median([word.bbox.height for word in words])) or 1.0
    grown = Bbox(
        left=box.left - height,
        top=box.top - height,
        right=box.right + height,
        bottom=box.bottom + height,
    )
    return layout.page, grown, height


def _enlarged(image: RgbImage, box: Bbox, text_height: float) -> RgbImage:
    rows, columns = image.shape[:2]
    crop = image[
        max(round(box.top), 0) : min(round(box.bottom), rows),
        max(round(box.left), 0) : min(round(box.right), columns),
    ]
    if not crop.size:
        return crop
    scale = min(_TEXT_HEIGHT / text_height, _LARGEST, sqrt(_MOST_PIXELS / (crop[..., 0].size)))
    size = (max(round(crop.shape[1] * scale), 1), max(round(crop.shape[0] * scale), 1))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(crop, size, interpolation=way), np.uint8)
