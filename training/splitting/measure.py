"""How well files are taken apart: `make eval-splitting [ARGS="--files 60 --seed 1 DATASET…"]`.

Documents are put into files at random, two to six each: receipts and invoices that are drawn here,
and those of data sets. Each page is read as it is in any file. The last line is one JSON object:
precision, recall and F1 of the places where a document begins behind another, and the share of
files that were taken apart without a mistake; the share of pictures of two receipts that were
parted, each with its own total, and of pictures of one that were parted falsely.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.splitting.drawn import invoice, receipt_pages, totals, two_receipts
from training.splitting.pairs import parted
from training.splitting.score import counted
from vouch.evals.kept import Shelf
from vouch.evals.labels import load_dataset
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import depict, perceive, run
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.apart import pieces
from vouch.workers.stages.split import documents_in

Pages = tuple[PageLayout, ...]
_WAYS = {"side by side": True, "one above the other": False}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("datasets", nargs="*", type=Path)
    asked.add_argument("--files", type=int, default=60, help="files of each source")
    asked.add_argument("--drawn", type=int, default=24, help="documents drawn of each kind")
    asked.add_argument("--pairs", type=int, default=8, help="pictures of two receipts each way")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--reuse", type=Path, help="folder of `vouch eval --reuse`")
    args = asked.parse_args()
    settings = WorkerSettings()
    engines = build_engines(settings)
    seeds = range(1000 * args.seed, 1000 * args.seed + args.drawn)
    found = {
        "drawn receipts": _measured([_receipt(s, engines) for s in seeds], "receipt", args),
        "drawn invoices": _measured([_read(invoice(s), engines) for s in seeds], "invoice", args),
    }
    pairs = range(2000 * args.seed, 2000 * args.seed + 2 * args.pairs, 2)
    shared = {
        "drawn receipts": {
            name: _share([_is_parted(seed, engines, beside=beside) for seed in pairs])
            for name, beside in _WAYS.items()
        }
    }
    falsely: dict[str, float] = {}
    shelf = Shelf(engines, settings.limits, args.reuse)
    for folder in args.datasets:
        dataset = load_dataset(folder)
        options = Options(schema_name=dataset.documents[0].schema_name, readers="rules")
        paths = [folder / one.file for one in dataset.documents]
        documents = [shelf.kept(path, options)[0].perception.layouts for path in paths]
        found[dataset.name] = _measured(documents, options.schema_name, args)
        if options.schema_name == "receipt":
            falsely[dataset.name] = _share([_is_torn(one, options) for one in documents])
            pages = [page for document in documents for page in document]
            shared[dataset.name] = {
                name: parted(pages, args.files, args.seed, beside=beside)
                for name, beside in _WAYS.items()
            }
    print(json.dumps({"files": found, "two_on_a_page": shared, "falsely_parted": falsely}))  # noqa: T201


def _is_parted(seed: int, engines: Engines, *, beside: bool) -> bool:
    """Whether two receipts on one picture are two documents, each with its own total."""
    options = Options(schema_name="receipt", readers="rules")
    record = run(two_receipts(seed, beside=beside), options, engines, WorkerSettings().limits)
    return [one.data["total"] for one in record.documents] == totals(seed)


def _is_torn(pages: Pages, options: Options) -> bool:
    """Whether a page of one receipt is taken for several."""
    return any(len(pieces(page, options)) > 1 for page in pages)


def _share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / max(len(verdicts), 1), 4)


def _receipt(seed: int, engines: Engines) -> Pages:
    return tuple(page for photo in receipt_pages(seed) for page in _read(photo, engines))


def _read(content: bytes, engines: Engines) -> Pages:
    progress = Progress()
    pages = depict(content, WorkerSettings().limits, progress)
    return perceive(pages, engines, progress, Options(readers="rules"))


def _measured(
    documents: Sequence[Pages], schema: str, args: argparse.Namespace
) -> dict[str, float]:
    options = Options(schema_name=schema, readers="rules")
    files = _files(documents, args.files, random.Random(args.seed))
    return counted(
        ({one.places.start for one in documents_in(pages, options)}, starts)
        for pages, starts in files
    ).numbers()


def _files(
    documents: Sequence[Pages], count: int, rng: random.Random
) -> Iterator[tuple[Pages, set[int]]]:
    """Files of two to six documents, and where those behind the first begin."""
    for _ in range(count):
        chosen = rng.sample(documents, rng.randint(2, min(6, len(documents))))
        pages = [page for document in chosen for page in document]
        starts = {sum(map(len, chosen[:place])) for place in range(1, len(chosen))}
        yield tuple(_numbered(page, number) for number, page in enumerate(pages, start=1)), starts


def _numbered(page: PageLayout, number: int) -> PageLayout:
    tokens = page.tokens.model_copy(update={"page": number})
    return page.model_copy(update={"tokens": tokens, "regions": ()})


if __name__ == "__main__":
    main()
