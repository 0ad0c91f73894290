"""`make bench-pipeline`: what the whole line costs over bare OCR; does its memory stay flat?

Both take turns on the same pictures in one process with the same models and threads, and processor
seconds are compared, children's included: wall seconds of a shared machine say little. Memory is
that of a process which does what an ocr worker does. The last line printed is one JSON object.
"""

import io
import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer
from PIL import Image

from vouch.evals.labels import load_dataset
from vouch.schemas.job import Options
from vouch.schemas.record import Record
from vouch.schemas.value import Value
from vouch.workers.app import build_engines
from vouch.workers.images import RgbImage
from vouch.workers.models import model_dir
from vouch.workers.pipeline import depict, perceive, run
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.assess import assess

ROOT = Path(__file__).parents[2]
DATASETS = tuple(
    ROOT.parent / "shared" / "data" / name for name in ("receipts-sroie", "receipts-wild")
)
WARM_UP_PAGES = 50
"""Allocators and caches grow with the first, ever larger pages; growth is judged after these."""
WINDOW = 25
"""Pages over which a median is taken: one large page is no leak."""


DETECTION_SIDE = 960
"""Longest side in pixels at which the harder one of two bare OCRs looks for text. PaddleOCR's own
default, the full size, costs much on large pictures: that alone would flatter the line."""
Contestant = Literal["chain", "ocr", "ocr_at_960"]


class PipelineBench(Value):
    """What `make bench-pipeline` prints last."""

    chain_over_ocr: float
    """Processor seconds of the whole line over those of bare PaddleOCR as it comes."""
    chain_over_ocr_at_960: float
    """The same over PaddleOCR that is told to look for text at 960 pixels: a harder comparison."""
    cpu_seconds: dict[Contestant, float]
    """A document."""
    documents: int
    threads: int
    assess_12mp_ms: float
    """Processor milliseconds of the quality gate on a picture of 12 megapixels."""
    seconds_per_stage: dict[str, float]
    """Wall seconds a document."""
    rss_growth_mb: float | None
    """Median of the last pages less median of the first ones after the warm-up."""
    rss_mb: float | None
    pages: int


@dataclass
class Spent:
    """Processor seconds of this process and the children it has waited for."""

    seconds: float = 0.0
    _before: float = field(default=0.0, repr=False)

    def __enter__(self) -> None:
        self._before = _processor_seconds()

    def __exit__(self, *_: object) -> None:
        self.seconds += _processor_seconds() - self._before


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pictures(datasets: Sequence[Path], most: int) -> list[bytes]:
    """Evenly spread over the data sets that are there; else the shipped sample, varied."""
    paths = [
        folder / labels.file
        for folder in datasets
        if (folder / "labels.jsonl").is_file()
        for labels in load_dataset(folder).documents
    ]
    if not paths:
        return list(islice(_varied_sample(), most))
    step = max(1, len(paths) // most)
    return [path.read_bytes() for path in paths[::step][:most]]


def _varied_sample() -> Iterator[bytes]:
    """The shipped sample in other sizes and a little turned, so that no two pages are alike."""
    sample = Image.open(ROOT / "samples" / "receipt.jpg")
    for index in range(10_000):
        scale, angle = 0.6 + 0.07 * (index % 7), 0.5 * (index % 5 - 2)
        size = (round(sample.width * scale), round(sample.height * scale))
        encoded = io.BytesIO()
        sample.resize(size).rotate(angle, fillcolor=(70, 50, 35)).save(encoded, "JPEG", quality=85)
        yield encoded.getvalue()


def bare_ocr(settings: WorkerSettings, longest_side: int | None) -> Callable[[RgbImage], object]:
    """PaddleOCR as its own documentation builds it, with our models and threads.

    `longest_side` is the size at which it looks for text; None is PaddleOCR's own: full size.
    """
    detector, recogniser = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"
    scale = {"text_det_limit_side_len": longest_side, "text_det_limit_type": "max"}
    pipeline = import_module("paddleocr").PaddleOCR(
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": settings.ocr_threads, "inter_op_num_threads": 1},
        text_detection_model_name=detector,
        text_detection_model_dir=str(model_dir(settings.models_dir, detector)),
        text_recognition_model_name=recogniser,
        text_recognition_model_dir=str(model_dir(settings.models_dir, recogniser)),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        return_word_box=True,
        **(scale if longest_side else {}),
    )

    def read(image: RgbImage) -> object:
        found: list[Any] = pipeline.predict(np.ascontiguousarray(image[:, :, ::-1]))
        return found[0]["rec_texts"]

    return read


def compare(
    contents: Sequence[bytes], settings: WorkerSettings
) -> tuple[dict[Contestant, Spent], list[Record]]:
    """Processor seconds of the line and of bare OCR, taking turns; the line's records."""
    # The engines come first: loading them sets what PaddleOCR's import looks for.
    engines = build_engines(settings)
    records: list[Record] = []

    def line(content: bytes, _: RgbImage) -> None:
        records.append(run(content, Options(), engines, settings.limits))

    full, small = bare_ocr(settings, None), bare_ocr(settings, DETECTION_SIDE)
    contestants: list[tuple[Contestant, Callable[[bytes, RgbImage], object]]] = [
        ("chain", line),
        ("ocr", lambda _, image: full(image)),
        ("ocr_at_960", lambda _, image: small(image)),
    ]
    spent: dict[Contestant, Spent] = {}
    for index, content in enumerate([contents[0], *contents]):
        image = next(depict(content, settings.limits, Progress())).image
        # The first picture comes twice: what it costs at first, loading and all, is thrown away.
        if index <= 1:
            spent = {name: Spent() for name, _ in contestants}
        # Whoever comes second finds warm caches: they take turns at that too.
        turn = index % len(contestants)
        for name, read in (*contestants[turn:], *contestants[:turn]):
            with spent[name]:
                read(content, image)
    return spent, records[1:]


def assess_milliseconds(pixels: float = 12e6, runs: int = 20) -> float:
    """What the quality gate takes for the shipped sample, enlarged."""
    sample = Image.open(ROOT / "samples" / "receipt.jpg")
    scale = (pixels / (sample.width * sample.height)) ** 0.5
    size = (round(sample.width * scale), round(sample.height * scale))
    image = np.asarray(sample.convert("RGB").resize(size))
    assess(image)
    spent = Spent()
    with spent:
        for _ in range(runs):
            assess(image)
    return 1000 * spent.seconds / runs


def rss_of_pages(contents: Sequence[bytes], pages: int, settings: WorkerSettings) -> list[float]:
    """Resident megabytes after each page of a process that perceives them all."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_perceive_pages, (list(contents), pages, settings))


def _perceive_pages(contents: list[bytes], pages: int, settings: WorkerSettings) -> list[float]:
    engines = build_engines(settings)
    resident = []
    for content in islice(cycle(contents), pages):
        seen = tuple(depict(content, settings.limits, Progress()))
        perceive(seen, engines, Progress(), Options())
        resident.append(_resident_mb())
    return resident


def _resident_mb() -> float:
    """From /proc: resident pages of this process."""
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") / 1e6


def growth(resident: Sequence[float], warm_up: int = WARM_UP_PAGES) -> float | None:
    """Median of the last pages less that of the first after the warm-up; None for too few."""
    judged = resident[warm_up:]
    window = min(WINDOW, len(judged) // 2)
    if window == 0:
        return None
    return statistics.median(judged[-window:]) - statistics.median(judged[:window])


def main(
    documents: Annotated[int, typer.Option(min=1, help="Pictures that both read.")] = 40,
    pages: Annotated[
        int, typer.Option(min=0, help="Pages after the warm-up over which memory is watched.")
    ] = 300,
    threads: Annotated[int, typer.Option(min=1, help="OCR threads, of both.")] = 1,
    datasets: Annotated[
        list[Path] | None, typer.Option("--data", help="Folders with a labels.jsonl.")
    ] = None,
) -> None:
    """Compare the whole line with bare OCR, and watch a worker's memory."""
    settings = WorkerSettings().model_copy(update={"ocr_threads": threads})
    contents = pictures(datasets or DATASETS, documents)
    spent, records = compare(contents, settings)
    cpu = {name: one.seconds / len(contents) for name, one in spent.items()}
    stages: Counter[str] = Counter()
    for record in records:
        stages.update(record.timings)
    resident = rss_of_pages(contents, pages + WARM_UP_PAGES, settings) if pages else []
    grown = growth(resident)
    bench = PipelineBench(
        chain_over_ocr=round(cpu["chain"] / cpu["ocr"], 4),
        chain_over_ocr_at_960=round(cpu["chain"] / cpu["ocr_at_960"], 4),
        cpu_seconds={name: round(seconds, 4) for name, seconds in cpu.items()},
        documents=len(contents),
        threads=threads,
        assess_12mp_ms=round(assess_milliseconds(), 1),
        seconds_per_stage={name: round(s / len(records), 4) for name, s in stages.items()},
        rss_growth_mb=None if grown is None else round(grown, 1),
        rss_mb=round(resident[-1], 1) if resident else None,
        pages=pages,
    )
    typer.echo(bench.model_dump_json())


if __name__ == "__main__":
    typer.run(main)
