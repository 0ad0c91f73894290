"""Render receipts of invented shops, with wear, and their labels.

python -m samples.render_receipt             samples/receipt.jpg and receipt.json
python -m samples.render_receipt --dataset 40 --seed 7 OUT   images and labels.jsonl in OUT
"""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from samples.photograph import GENTLE, HARSH, Bend, Wear, photograph
from samples.sale import Slip, compose
from samples.typeset import Inked, typeset

HERE = Path(__file__).parent
SAMPLE_SEED = 14
Quad = list[list[float]]


def _polygon(inked: Inked, bend: Bend) -> Quad:
    left, top, right, bottom = inked.box
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return [[round(float(x), 1), round(float(y), 1)] for x, y in bend.forward(corners)]


def _visible(polygon: Quad, wear: Wear) -> bool:
    return all(0 <= x <= wear.width and 0 <= y <= wear.height for x, y in polygon)


def _labels(slip: Slip, inked: list[Inked], bend: Bend, wear: Wear) -> dict[str, Any]:
    """The labels of one photo; a pointer whose print lies (partly) outside is not judged."""
    placed = [(one, _polygon(one, bend)) for one in inked]
    lost = {one.pointer for one, polygon in placed if not _visible(polygon, wear)}
    regions: dict[str, list[Quad]] = {}
    for one, polygon in placed:
        if one.pointer is not None and one.pointer not in lost:
            regions.setdefault(one.pointer, []).append(polygon)
    lines = [
        {"text": one.text, "polygon": polygon} for one, polygon in placed if _visible(polygon, wear)
    ]
    judged = {pointer: value for pointer, value in slip.expected.items() if pointer not in lost}
    raw = {pointer: value for pointer, value in slip.raw.items() if pointer not in lost}
    return {"expected": judged, "raw": raw, "regions": regions, "lines": lines}


def render(seed: int, wear: Wear = GENTLE) -> tuple[bytes, dict[str, Any]]:
    """One receipt as JPEG bytes, and its line of labels.jsonl without the file name."""
    slip = compose(seed)
    ink, inked = typeset(slip.rows, seed)
    photo, bend = photograph(ink, wear, seed)
    encoded = io.BytesIO()
    Image.fromarray(photo).save(encoded, "JPEG", quality=82)
    facts = {"schema": "receipt", "width": wear.width, "height": wear.height}
    return encoded.getvalue(), facts | _labels(slip, inked, bend, wear)


def render_dataset(folder: Path, documents: int, seed: int) -> None:
    """A data set in the evals' format; every fourth photo is one to take again."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as labels:
        for index in range(documents):
            wear = HARSH[index // 4 % len(HARSH)] if index % 4 == 3 else GENTLE
            photo, label = render(seed + index, wear)
            name = f"images/{index:03d}.jpg"
            (folder / name).write_bytes(photo)
            labels.write(json.dumps({"file": name} | label, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dataset", type=int, metavar="N", help="render N receipts into OUT")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("out", type=Path, nargs="?", default=HERE)
    arguments = parser.parse_args()
    if arguments.dataset is not None:
        render_dataset(arguments.out, arguments.dataset, arguments.seed)
        return
    photo, label = render(SAMPLE_SEED)
    (arguments.out / "receipt.jpg").write_bytes(photo)
    line = json.dumps({"file": "receipt.jpg"} | label, ensure_ascii=False)
    (arguments.out / "receipt.json").write_text(line + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
