"""Labelled documents in parts that share no merchant: `python -m training.vlm.folding OUT FOLDER…`.

OUT/0, OUT/1, … each hold a data set for each FOLDER. What is trained on all parts but one is judged
on that one.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from sklearn.model_selection import GroupKFold

from vouch.evals.compare import merchant_of
from vouch.evals.labels import load_dataset


def fold(out: Path, folders: Sequence[Path], folds: int) -> None:
    """Write the parts; documents of one merchant are together, whichever FOLDER they come from."""
    datasets = [load_dataset(folder) for folder in folders]
    owned = [(dataset, labels) for dataset in datasets for labels in dataset.documents]
    merchants = [one.group or merchant_of(one) or one.file for _, one in owned]
    for number, (_, chosen) in enumerate(GroupKFold(folds).split(owned, groups=merchants)):
        part = [owned[at] for at in chosen]
        for dataset in datasets:
            files = {labels.file for owner, labels in part if owner is dataset}
            _write(out / str(number) / dataset.name, dataset.folder, files)


def _write(out: Path, folder: Path, files: set[str]) -> None:
    """The lines of these files, which stay where they are."""
    lines = map(json.loads, (folder / "labels.jsonl").read_text("utf-8").splitlines())
    kept = [
        {**line, "file": str((folder / line["file"]).resolve())}
        for line in lines
        if line["file"] in files
    ]
    out.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in kept)
    (out / "labels.jsonl").write_text(text, encoding="utf-8")


def main() -> None:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=3)
    asked = parser.parse_args()
    fold(asked.out, asked.folders, asked.folds)


if __name__ == "__main__":
    main()
