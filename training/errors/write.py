"""Writes drawn errors as a data set: `python -m training.errors.write FOLDER --drawings 2`.

Drawings of one error share a group, so that cross-validation never splits them.
"""

import argparse
import json
import random
from pathlib import Path
from typing import get_args

from training.errors.cases import Case, Corpus, calm, errors, labels
from training.errors.drawing import Look, draw


def labelled(case: Case, look: Look, *, is_error: bool) -> dict[str, object]:
    """What is true of a drawing, by pointer. An ordinary screen has nothing but that it is one."""
    if not is_error:
        return {"/is_error": False}
    words = labels(look.language)
    kind = {"/kind": case.kind} if case.kind else {}
    return {
        "/is_error": True,
        **kind,
        "/title": None if case.layout == "terminal" else case.title,
        "/message": case.message,
        "/code": case.code,
        "/buttons": [words[name] for name in case.buttons],
    }


def write(folder: Path, corpus: Corpus, drawings: int, seed: int) -> int:
    """Pictures and labels.jsonl; gives how many pictures."""
    pictures = folder / "images"
    pictures.mkdir(parents=True, exist_ok=True)
    cases = [(case, True) for case in errors(corpus)] + [(case, False) for case in calm(corpus)]
    lines = []
    for number, (case, is_error) in enumerate(cases):
        for repeat in range(drawings):
            chance = random.Random(f"{seed} {number} {repeat}")
            filled, look = case.filled(chance), Look.drawn(chance)
            name = f"images/{number:03}-{repeat}.png"
            draw(filled, look).save(folder / name)
            line = {"file": name, "schema": "error_screenshot", "group": f"{corpus} {number}"}
            lines.append({**line, "expected": labelled(filled, look, is_error=is_error)})
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")
    return len(lines)


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
