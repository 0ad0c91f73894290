"""Examples for the fit: `python -m training.routing.gather DATASET… --out FOLDER`."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from training.routing.examples import (
    DRAWN,
    Example,
    cut_out,
    drawn,
    labelled,
    printed_and_photographed,
    shelf_of,
)
from vouch.workers.app import build_engines
from vouch.workers.settings import WorkerSettings


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("datasets", nargs="*", type=Path)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--drawn", type=int, default=60, help="pictures of each generator")
    asked.add_argument("--most", type=int, default=60, help="pictures of each labelled source")
    asked.add_argument("--cut-outs", type=int, default=0, help="of each set of rendered screens")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--kept", type=Path, nargs="*", default=[], help="of `vouch eval --reuse`")
    args = asked.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    engines, shelf = build_engines(WorkerSettings()), shelf_of(args.kept)
    for folder in args.datasets:
        _write(args.out / folder.name, labelled(folder, args.most, engines, shelf))
        if folder.name.startswith("screens"):
            parts = cut_out(folder, args.cut_outs, args.seed, engines)
            _write(args.out / f"{folder.name}-cut-out", parts)
        if folder.name.startswith("invoices"):
            photos = printed_and_photographed(folder, args.seed, engines)
            _write(args.out / f"{folder.name}-photo", photos)
    for source in DRAWN:
        _write(args.out / source, drawn(source, args.drawn, args.seed, engines, shelf))


def _write(place: Path, examples: Iterable[Example]) -> None:
    """One line an example. What is there is not made again."""
    place = place.with_name(f"{place.name}.jsonl")
    if not place.exists():
        lines = "".join(f"{example.model_dump_json()}\n" for example in examples)
        place.write_text(lines, "utf-8")


if __name__ == "__main__":
    main()
