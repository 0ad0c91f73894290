"""How well elements of screens are found, and how often a click would land right."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.geometry import Bbox
from vouch.schemas.leaves import PixelBox, PixelPoint
from vouch.schemas.ui import Role
from vouch.schemas.value import Value

LEAST_OVERLAP = 0.5


class TrueElement(Value):
    """One element of the labels; what else stands there of it is for others."""

    model_config = ConfigDict(extra="ignore")

    id: str
    role: Role
    bbox: PixelBox


class LocateQuestion(Value):
    """Words for one element: its id, or None where the screen has none."""

    locate: str
    element: str | None


class TrueScreen(Value):
    """One line of a set's labels (training/README.md says what else it holds)."""

    model_config = ConfigDict(extra="ignore")

    file: str
    elements: tuple[TrueElement, ...]
    covered: tuple[PixelBox, ...] = ()
    """What stands behind a dialog: whoever finds it is neither right nor wrong."""
    locate: tuple[LocateQuestion, ...] = ()


class Found(Value):
    """One element as somebody detected it, in pixels of the picture."""

    role: Role
    bbox: PixelBox


@dataclass(frozen=True, slots=True)
class Tally:
    """Right, found and there, for one role."""

    right: int = 0
    found: int = 0
    there: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.found + other.found, self.there + other.there)

    @property
    def f1(self) -> float | None:
        """None where there is none and none was found."""
        both = self.found + self.there
        return 2 * self.right / both if both else None

    def numbers(self) -> dict[str, float | int | None]:
        return {
            "precision": _ratio(self.right, self.found),
            "recall": _ratio(self.right, self.there),
            "f1": None if self.f1 is None else round(self.f1, 4),
            "support": self.there,
        }


Locate = Callable[[Path, str], PixelPoint | None]
"""A picture and a question → where to click, or None for absent."""
Detect = Callable[[Path], Sequence[Found]]


def load_screens(folder: Path, limit: int | None = None) -> tuple[TrueScreen, ...]:
    """The labels of a set of screens. InvalidRequest where there are none."""
    path = folder / "labels.jsonl"
    if not path.is_file():
        raise InvalidRequest(f"{str(folder)!r} is no data set: it has no labels.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()[:limit]
    return tuple(TrueScreen.model_validate_json(line) for line in lines)


def overlap(one: PixelBox, two: PixelBox) -> float:
    """Intersection over union, in [0, 1]."""
    return Bbox.of(one).iou(Bbox.of(two))


def tally(screen: TrueScreen, found: Sequence[Found]) -> dict[Role, Tally]:
    """Per role: each true element is matched once, the best overlap first."""
    pairs = sorted(
        (
            (share, f, t)
            for f, guess in enumerate(found)
            for t, true in enumerate(screen.elements)
            if guess.role == true.role
            and (share := overlap(guess.bbox, true.bbox)) >= LEAST_OVERLAP
        ),
        reverse=True,
    )
    matched: dict[int, int] = {}
    for _, f, t in pairs:
        if f not in matched and t not in matched.values():
            matched[f] = t
    judged = [
        guess
        for f, guess in enumerate(found)
        if f in matched or not _behind(guess.bbox, screen.covered)
    ]
    right = Counter(found[f].role for f in matched)
    guesses = Counter(guess.role for guess in judged)
    there = Counter(true.role for true in screen.elements)
    return {role: Tally(right[role], guesses[role], there[role]) for role in guesses.keys() | there}


def _behind(bbox: PixelBox, covered: Iterable[PixelBox]) -> bool:
    return any(overlap(bbox, box) >= LEAST_OVERLAP for box in covered)


def landed(screen: TrueScreen, question: LocateQuestion, point: PixelPoint | None) -> bool:
    """Whether the click lands inside the right element; absent: whether it was said."""
    if question.element is None or point is None:
        return question.element is None and point is None
    left, top, right, bottom = next(e.bbox for e in screen.elements if e.id == question.element)
    return left <= point[0] <= right and top <= point[1] <= bottom


def judge_elements(
    folder: Path, screens: Sequence[TrueScreen], detect: Detect
) -> dict[str, dict[str, float | int | None]]:
    """Precision, recall and F1 of each role at IoU 0.5, over all screens."""
    sums: dict[Role, Tally] = {}
    for screen in screens:
        for role, one in tally(screen, detect(folder / screen.file)).items():
            sums[role] = sums.get(role, Tally()) + one
    return {role: sums[role].numbers() for role in sorted(sums)}


def judge_locate(
    folder: Path, screens: Sequence[TrueScreen], locate: Locate
) -> dict[str, float | int | None]:
    """The share of clicks that land right, and of absent things that were called absent."""
    right, asked = Counter[bool](), Counter[bool]()
    for screen in screens:
        for question in screen.locate:
            is_there = question.element is not None
            asked[is_there] += 1
            right[is_there] += landed(
                screen, question, locate(folder / screen.file, question.locate)
            )
    return {
        "click_inside": _ratio(right[True], asked[True]),
        "present": asked[True],
        "absent_said": _ratio(right[False], asked[False]),
        "absent": asked[False],
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
