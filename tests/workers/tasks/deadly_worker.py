"""An ocr worker that marked pages kill: `python -m tests.workers.tasks.deadly_worker ocr`."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from vouch.schemas.geometry import Polygon
from vouch.storage.logs import log_as_json
from vouch.storage.settings import StorageSettings
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.worker import equip, work

Colour = tuple[int, int, int]
DEADLY: Mapping[Colour, signal.Signals] = MappingProxyType(
    {(255, 0, 255): signal.SIGSEGV, (0, 255, 255): signal.SIGKILL}
)
"""By the colour of a page's first pixel: a library crashes, or the kernel has no more memory."""


@dataclass(frozen=True, slots=True)
class DeadlyOcr(FakeOcr):
    """Ends the process that shows it a marked page."""

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        red, green, blue = (int(value) for value in image[0, 0])
        if (red, green, blue) in DEADLY:
            os.kill(os.getpid(), DEADLY[red, green, blue])
        return FakeOcr.detect(self, image, side)


def main() -> None:
    log_as_json()
    storage, settings = StorageSettings(), WorkerSettings()
    place = equip("ocr", storage, settings)
    if place.engines is None:
        raise SystemExit("an ocr worker has engines")
    deadly = replace(place, engines=replace(place.engines, ocr=DeadlyOcr()))
    sys.exit(work("ocr", deadly, storage, settings))


if __name__ == "__main__":
    main()
