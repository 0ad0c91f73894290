"""Writes drawn errors as a data set: `python -m training.errors.write FOLDER --drawings 2`.

Drawings of one error share a group, so that cross-validation never splits them.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import get_args

from PIL import Image

from training.errors import pages
from training.errors.cases import Case, Corpus, calm, errors, labelled_buttons
from training.errors.drawing import Look, draw
from training.screens.browser import chromium

Painter = Callable[[Case, Look, str], bytes]


def labelled(case: Case, look: Look) -> dict[str, object]:
    """What is true of a drawing, by pointer. An ordinary screen has nothing but that it is one."""
    if not case.is_error:
        return {"/is_error": False}
    told = {
        "/kind": case.kind,
        "/category": case.category,
        "/severity": case.severity,
        "/suggested_action": case.action,
    }
    return {
        "/is_error": True,
        **{pointer: value for pointer, value in told.items() if value is not None},
        "/title": None if case.layout == "terminal" else case.title,
        "/message": case.message,
        "/code": case.code,
        "/buttons": labelled_buttons(case, look.language),
    }


def write(folder: Path, corpus: Corpus, drawings: int, seed: int) -> int:
    """Pictures and labels.jsonl; gives how many pictures."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    cases = (*errors(corpus), *calm(corpus))
    lines = []
    with painter(corpus) as paint:
        for number, case in enumerate(cases):
            for repeat in range(drawings):
                name, lot = f"images/{number:03}-{repeat}.png", f"{seed} {number} {repeat}"
                chance = random.Random(lot)
                filled, look = case.filled(chance), Look.drawn(chance)
                (folder / name).write_bytes(paint(filled, look, lot))
                line = {"file": name, "schema": "error_screenshot", "group": f"{corpus} {number}"}
                lines.append({**line, "expected": labelled(filled, look)})
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")
    return len(lines)


@contextmanager
def painter(corpus: Corpus) -> Iterator[Painter]:
    """What makes the pictures of a corpus: those that only measure are shown by a browser."""
    if corpus == "fresh":
        with chromium() as browser:
            yield lambda case, look, lot: pages.draw(
                browser, case, labelled_buttons(case, look.language), lot
            )
    else:
        yield lambda case, look, _lot: png(draw(case, look))


def png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--corpus", choices=get_args(Corpus), default="errors")
    asked.add_argument("--drawings", type=int, default=2, help="of each error")
    asked.add_argument("--seed", type=int, default=0)
    args = asked.parse_args()
    write(args.folder, args.corpus, args.drawings, args.seed)


if __name__ == "__main__":
    main()
