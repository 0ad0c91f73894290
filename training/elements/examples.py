"""Boxes that the detector proposes on rendered pages, with what each of them truly is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.screens.labels import LabelledElement, LabelledScreen
from vouch.evals.kept import Shelf
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.pipeline import depict, upright
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.elements.canvas import Floats, canvas_of
from vouch.workers.stages.elements.features import features, scene_of
from vouch.workers.stages.elements.proposals import Proposal, proposals
from vouch.workers.stages.elements.runs import runs_of

NOTHING = "nothing"
_IS = 0.5
"""Overlap from which on a box is the element."""
_MAYBE = 0.35
"""Overlap from which on it is neither right nor wrong to say so."""
_STATED = ("checkbox", "radio")


@dataclass(frozen=True, slots=True)
class Examples:
    """All boxes of some pages. `margins` are (boxes, 4): how far the element reaches beyond."""

    names: tuple[str, ...]
    features: Floats
    kinds: NDArray[np.str_]
    truths: NDArray[np.str_]
    weights: Floats
    kits: NDArray[np.str_]


def labelled(folder: Path) -> list[LabelledScreen]:
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    return [LabelledScreen.model_validate_json(line) for line in lines]


def joined(parts: Sequence[Examples]) -> Examples:
    """Several pages' as one."""
    return Examples(
        names=parts[0].names,
        features=np.concatenate([part.features for part in parts]),
        kinds=np.concatenate([part.kinds for part in parts]),
        truths=np.concatenate([part.truths for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        kits=np.concatenate([part.kits for part in parts]),
    )


def seen(path: Path, shelf: Shelf) -> tuple[RgbImage, PageLayout]:
    """A picture's upright pixels, and what is printed on it."""
    kept, _ = shelf.kept(path, Options(schema_name="ui", readers="rules"))
    layout = kept.perception.layouts[0]
    page = next(depict(path.read_bytes(), IngestLimits(), Progress()))
    return upright(page.image, layout.tokens.turn), layout


def of_screen(folder: Path, screen: LabelledScreen, shelf: Shelf) -> Examples:
    """The boxes of one page."""
    image, layout = seen(folder / screen.file, shelf)
    tokens = layout.tokens.tokens
    canvas = canvas_of(image, tokens)
    runs = runs_of(canvas, tokens, layout.lines)
    found = proposals(canvas, runs)
    names, numbers = features(scene_of(canvas, tokens, runs), found)
    truths, weights = _truths(found, screen)
    return Examples(
        names=names,
        features=numbers,
        kinds=np.array([one.kind for one in found]),
        truths=np.array(truths),
        weights=np.array(weights, np.float32),
        kits=np.array([screen.kit] * len(found)),
    )


def _truths(found: Sequence[Proposal], screen: LabelledScreen) -> tuple[list[str], list[float]]:
    """Of each box: what it is, and whether that is beyond doubt (1) or not (0)."""
    elements = [Bbox.of(element.bbox) for element in screen.elements]
    covered = [Bbox.of(sides) for sides in screen.covered]
    truths: list[str] = []
    weights: list[float] = []
    for bbox in (Bbox.of(one.box) for one in found):
        shares = [bbox.iou(element) for element in elements]
        share = max(shares, default=0.0)
        is_one = share >= _IS
        hidden = max((bbox.iou(behind) for behind in covered), default=0.0)
        truths.append(name_of(screen.elements[shares.index(share)]) if is_one else NOTHING)
        weights.append(float(is_one or max(share, hidden) < _MAYBE))
    return truths, weights


def name_of(element: LabelledElement) -> str:
    """The class: a role, with its state where pixels show it."""
    if element.role in _STATED and element.state in ("checked", "unchecked"):
        return f"{element.role}:{element.state}"
    return element.role
