"""How steady the reader of error screenshots is: `python -m training.errors.measure --drawings 5`.

Each error is drawn several times, in another theme, scale, width and language of buttons, with
other ids, times and paths, and goes through the real OCR. The last line is one JSON object.
"""

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter

from training.errors.cases import Case, Corpus, calm, errors, labelled_buttons
from training.errors.drawing import Look, draw
from vouch.evals.compare import fold, token_f1
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import depict, perceive_page
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.stages.readers.error_screenshot.reading import read_error_screenshot

_LAYOUTS = TypeAdapter(tuple[PageLayout, ...])


@dataclass(frozen=True, slots=True)
class Reading:
    """One drawing of a case, and what was read on it."""

    number: int
    """Of the case."""
    case: Case
    look: Look
    draft: Draft

    def value(self, pointer: str) -> str | None:
        found = self.draft.candidates.get(pointer)
        return found[0].value if found else None

    @property
    def buttons(self) -> list[str]:
        found = self.draft.candidates
        return [found[pointer][0].value for pointer in found if pointer.startswith("/buttons/")]


def perceived(content: bytes, engines: Engines, kept: Path | None) -> tuple[PageLayout, ...]:
    """A picture through the real stages up to the rules; kept in a folder where one is given."""
    place = kept and kept / f"{hashlib.sha256(content).hexdigest()}.json"
    if place and place.exists():
        return _LAYOUTS.validate_json(place.read_bytes())
    pages = depict(content, IngestLimits(), Progress())
    layouts = tuple(
        perceive_page(page, engines, Progress(), Options(schema_name="error_screenshot"))
        for page in pages
    )
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_LAYOUTS.dump_json(layouts))
    return layouts


def readings(
    cases: Sequence[Case], drawings: int, seed: int, engines: Engines, kept: Path | None = None
) -> Iterator[Reading]:
    """Every case in as many looks as asked for."""
    for number, case in enumerate(cases):
        for repeat in range(drawings):
            chance = random.Random(f"{seed} {number} {repeat}")
            filled, look = case.filled(chance), Look.drawn(chance)
            file = BytesIO()
            draw(filled, look).save(file, "png")
            draft = read_error_screenshot(perceived(file.getvalue(), engines, kept))
            yield Reading(number, filled, look, draft)


def steadiness(seen: Sequence[Reading]) -> dict[str, float]:
    """How often two drawings of one error, and of two errors, have the same fingerprint."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for one, other in combinations(seen, 2):
        mark = one.value("/fingerprint")
        equal = mark is not None and mark == other.value("/fingerprint")
        counts[one.number == other.number, equal] += 1
    return {
        "equal_same": _share(counts[True, True], counts[True, False]),
        "equal_different": _share(counts[False, True], counts[False, False]),
    }


def _share(hits: float, misses: float) -> float:
    return round(hits / max(hits + misses, 1), 4)


def accuracy(seen: Sequence[Reading]) -> dict[str, float]:
    """How well the fields of drawn errors were read."""
    titled = [one for one in seen if one.case.title and one.case.layout != "terminal"]
    wanted = [labelled_buttons(one.case, one.look.language) for one in seen]
    right = sum(
        (Counter(map(fold, labelled)) & Counter(map(fold, one.buttons))).total()
        for labelled, one in zip(wanted, seen, strict=True)
    )
    given = sum(len(one.buttons) for one in seen)
    return {
        "is_error": _mean(one.value("/is_error") == "true" for one in seen),
        "kind": _mean(one.value("/kind") == one.case.kind for one in seen if one.case.kind),
        "title": _mean(
            fold(one.value("/title") or "") == fold(one.case.title or "") for one in titled
        ),
        "message_token_f1": _mean(
            token_f1(one.case.message, one.value("/message") or "") for one in seen
        ),
        "code": _mean(one.value("/code") == one.case.code for one in seen if one.case.code),
        "no_code": _mean(one.value("/code") is None for one in seen if not one.case.code),
        "buttons_f1": round(2 * right / max(given + sum(map(len, wanted)), 1), 4),
    }


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(sum(listed) / max(len(listed), 1), 4)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--drawings", type=int, default=5, help="of each error")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument(
        "--corpus",
        choices=get_args(Corpus),
        default="errors",
        help="those that the reader was made with, or unseen ones",
    )
    asked.add_argument("--limit", type=int, help="only the first errors")
    asked.add_argument("--kept", type=Path, help="folder to keep what OCR read")
    args = asked.parse_args()
    engines = build_engines(WorkerSettings())
    seen = list(
        readings(errors(args.corpus)[: args.limit], args.drawings, args.seed, engines, args.kept)
    )
    quiet = list(
        readings(calm(args.corpus)[: args.limit], args.drawings, args.seed, engines, args.kept)
    )
    for one in seen:
        sys.stderr.write(f"{one.number} {one.value('/fingerprint')} {one.value('/message')!r}\n")
    score = {
        "errors": len({one.number for one in seen}),
        "drawings": len(seen),
        **steadiness(seen),
        **accuracy(seen),
        "calm": _mean(one.value("/is_error") == "false" for one in quiet),
    }
    sys.stdout.write(f"{json.dumps(score)}\n")


if __name__ == "__main__":
    main()
