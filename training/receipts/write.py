"""Writes drawn receipts as a data set: `python -m training.receipts.write DIR --count 60 --seed 1`.

Four in ten are flat as from a scanner, the others photos of worn paper. The group of a document is
its family: `--held-back` draws those that nothing may be tuned on.
"""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from training.asked import asked_to_draw
from training.receipts.drawing import draw
from training.receipts.families import HELD_BACK, TEACHING, Family
from training.receipts.labels import expected, raw, readings
from training.receipts.sale import drawn_sale
from training.receipts.sheet import Sheet
from training.routing.brush import Picture
from training.wear import as_photo, as_scan
from vouch.schemas.geometry import Polygon

_SCANNED = 0.4
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 93]


def main() -> None:
    args = asked_to_draw(__doc__)
    write(args.folder, args.count, args.seed, HELD_BACK if args.held_back else TEACHING)


def write(folder: Path, count: int, seed: int, families: tuple[Family, ...]) -> None:
    """Pictures and labels.jsonl; families take turns."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count):
            family = families[number % len(families)]
            name = f"images/{number:05}-{family.name}.jpg"
            picture, labels = receipt(family, f"{seed} {number} {family.name}")
            cv2.imwrite(str(folder / name), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), _QUALITY)
            file.write(json.dumps({"file": name, **labels}, ensure_ascii=False) + "\n")


def receipt(family: Family, seed: str) -> tuple[Picture, Mapping[str, object]]:
    """A picture and what is true of it, but for the file's name."""
    rng = random.Random(seed)
    sheet = draw(drawn_sale(rng), family, rng)
    is_scan = rng.random() < _SCANNED
    wear = as_scan if is_scan else as_photo
    found = readings(sheet)
    places = [box.polygon for one in found.values() for box in one.places]
    places += [box.polygon for _, box in sheet.lines]
    picture, moved = wear(np.random.default_rng(rng.randrange(2**32)), sheet.picture, places)
    rest = iter(moved)
    regions = {pointer: [next(rest) for _ in one.places] for pointer, one in found.items()}
    truth = expected(found)
    return picture, {
        "schema": "receipt",
        "group": family.name,
        "scan": is_scan,
        "width": picture.shape[1],
        "height": picture.shape[0],
        "expected": truth,
        "raw": raw(found),
        "regions": {pointer: regions[pointer] for pointer in regions if pointer in truth},
        "lines": _lines(sheet, list(rest)),
    }


def _lines(sheet: Sheet, polygons: list[Polygon]) -> list[dict[str, object]]:
    said = zip(sheet.lines, polygons, strict=True)
    return [{"text": text, "polygon": polygon} for (text, _), polygon in said if text.strip()]


if __name__ == "__main__":
    main()
