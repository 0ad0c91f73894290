"""Files that are put together from drawn documents."""

from training.splitting.drawn import invoice
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import depict, perceive
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.stages.split import documents_in

INVOICES = Options(schema_name="invoice", readers="rules")


def test_drawn_invoices_in_one_file_are_told_apart() -> None:
    engines = build_engines(WorkerSettings(ocr="fake"))
    documents = [_pages(seed, engines) for seed in (3, 4, 5)]
    starts = [sum(map(len, documents[:place])) for place in range(len(documents))]
    pages = [page for document in documents for page in document]
    assert [one.places.start for one in documents_in(pages, INVOICES)] == starts


def _pages(seed: int, engines: Engines) -> tuple[PageLayout, ...]:
    progress = Progress()
    pages = depict(invoice(seed), IngestLimits(), progress)
    return perceive(pages, engines, progress, INVOICES)
