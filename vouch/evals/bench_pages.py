"""What long documents cost: `python -m vouch.evals.bench_pages [--sizes 25,50,100,200]`.

PDFs with a text layer, drawn here, go through each leg in a process of its own, as workers run
them. The last line printed is one JSON object: for each size the seconds and the peak memory of
depict, perceive and conclude, and how the seconds a page grow from the shortest to the longest.
VOUCH_OCR=fake leaves the models out: pages with a text layer need them for memory's sake only.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vouch.schemas.job import Options
from vouch.schemas.perception import Interpretation, Perception
from vouch.workers.app import build_engines
from vouch.workers.conclusion import conclude
from vouch.workers.images import AssessedPage, from_png, to_png
from vouch.workers.pipeline import depict, interpret, perceive
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.ingest import source_of
from vouch.workers.wire import Depicted

Cells = tuple[str, ...]
"""What a row of a page says, left to right."""
SIZES = (25, 50, 100, 200)
_ROWS = 45
_COLUMNS = (50, 90, 300, 370, 470)
"""Where the cells of a row begin, in points."""
_GOODS = ("Paper", "Ink", "Clips", "Folders", "Tape", "Envelopes", "Labels", "Pens", "Boards")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default=",".join(map(str, SIZES)), help="pages of each document")
    asked.add_argument("--schema", default="invoice")
    args = asked.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    print(json.dumps(measured(sizes, args.schema)))  # noqa: T201


def measured(sizes: Sequence[int], schema: str) -> dict[str, Any]:
    """Each leg of each document alone; `growth` is 1.0 where time is linear in pages."""
    found = {str(pages): _document(pages, schema) for pages in sizes}
    shortest, longest = found[str(min(sizes))], found[str(max(sizes))]
    growth = {
        leg: round(
            (longest[leg]["seconds"] / max(sizes)) / (shortest[leg]["seconds"] / min(sizes)), 2
        )
        for leg in longest
    }
    peak = max(leg["peak_mb"] for legs in found.values() for leg in legs.values())
    return {"schema": schema, "pages": found, "growth": growth, "peak_mb": peak}


def _document(pages: int, schema: str) -> dict[str, dict[str, float]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(long_pdf(pages))
        return {
            "depict": _alone(partial(_depict, folder)),
            "perceive": _alone(partial(_perceive, folder)),
            "conclude": _alone(partial(_conclude, folder, schema)),
        }


def _alone(leg: Callable[[], float]) -> dict[str, float]:
    """The leg in a fresh process: its peak is nobody else's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        seconds, peak = pool.submit(_with_peak, leg).result()
    return {"seconds": round(seconds, 2), "peak_mb": round(peak, 1)}


def _with_peak(leg: Callable[[], float]) -> tuple[float, float]:
    """Seconds that the leg tells, and the most memory that its process, or a child, ever held."""
    seconds = leg()
    usages = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return seconds, max(resource.getrusage(who).ru_maxrss for who in usages) / 1024


def _depict(folder: Path) -> float:
    content = (folder / "document.pdf").read_bytes()
    started, progress = time.perf_counter(), Progress()
    pages, qualities = [], []
    for seen in depict(content, WorkerSettings().limits, progress):
        (folder / f"{seen.page.number}.png").write_bytes(to_png(seen.image))
        pages.append(seen.page)
        qualities.append(seen.quality)
    left = Depicted(
        source=source_of(content, None, len(pages)),
        pages=tuple(pages),
        qualities=tuple(qualities),
        timings=progress.timings,
    )
    (folder / "depict.json").write_text(left.model_dump_json(), "utf-8")
    return time.perf_counter() - started


def _perceive(folder: Path) -> float:
    engines = build_engines(WorkerSettings())
    started = time.perf_counter()
    left = Depicted.model_validate_json((folder / "depict.json").read_bytes())
    shown = (
        AssessedPage(page, from_png((folder / f"{page.number}.png").read_bytes()), quality)
        for page, quality in zip(left.pages, left.qualities, strict=True)
    )
    perception = Perception(
        source=left.source,
        pages=left.pages,
        qualities=left.qualities,
        layouts=perceive(shown, engines, Progress(), Options()),
        identities=engines.identities(left.pages[0]),
    )
    (folder / "perceive.json").write_text(perception.model_dump_json(), "utf-8")
    return time.perf_counter() - started


def _conclude(folder: Path, schema: str) -> float:
    started, options = time.perf_counter(), Options(schema_name=schema, readers="rules")
    perception = Perception.model_validate_json((folder / "perceive.json").read_bytes())
    told: Interpretation = interpret((), perception.layouts, options, None, Progress())
    record = conclude(perception, told, options, Progress(), "bench")
    (folder / "record.json").write_text(record.model_dump_json(), "utf-8")
    return time.perf_counter() - started


def long_pdf(pages: int) -> bytes:
    """An invoice over so many pages: rows on each, sums on the last."""
    return pdf_of([_rows(number, pages) for number in range(1, pages + 1)], _COLUMNS)


def _rows(number: int, pages: int) -> list[Cells]:
    rows: list[Cells] = [(f"Invoice No. 2024-0815    Date 2024-05-17    Page {number} of {pages}",)]
    rows.append(("Pos", "Description", "Qty", "Unit price", "Amount"))
    for row in range(_ROWS):
        goods = _GOODS[(number * 7 + row) % len(_GOODS)]
        price = f"{(row * 37 + number) % 90 + 1}.50"
        article = f"{goods} no. {number * 100 + row}"
        rows.append((str(row + 1), article, "1", price, price))
    if number == pages:
        rows += [("Net amount 1,000.00 EUR",), ("VAT 19% 190.00 EUR",)]
        rows += [("Amount due 1,190.00 EUR",)]
    return rows


def pdf_of(pages: Sequence[Sequence[Cells]], columns: Sequence[int]) -> bytes:
    """Rows of cells on each page, as plain PDF with a text layer; columns begin at these points."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    places = []
    for rows in pages:
        text = _page_text(rows, columns)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        places.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(places))
    return _file(objects)


def _page_text(rows: Sequence[Cells], columns: Sequence[int]) -> bytes:
    shown = (
        f"1 0 0 1 {x} {800 - 15 * place} Tm ({cell}) Tj"
        for place, row in enumerate(rows)
        for x, cell in zip(columns, row, strict=False)
    )
    return b"BT /F1 10 Tf " + " ".join(shown).encode("cp1252") + b" ET"


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, with a table of where each stands."""
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + trailer % (len(objects) + 1, len(body))


if __name__ == "__main__":
    main()
