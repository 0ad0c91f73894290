"""When a worker should make room for a fresh one: libraries keep memory that nobody uses any more.

Long-running OCR and VLM workers grow until the kernel kills them in the middle of a job
(PaddleOCR#16971, MinerU#5432). Looking after each job, and ending in peace, loses nothing.
"""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vouch.schemas.errors import MemoryLimitTooLow

GROWTH = 4_000_000_000
"""Bytes that a worker may gain where no limit is set: pages in flight and the caches of models."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How many bytes a worker may hold between jobs."""

    rss: int
    vram: int | None = None

    @classmethod
    def of(cls, rss: int | None, vram: int | None) -> Self:
        """For a worker that is ready now. MemoryLimitTooLow when its models alone are more."""
        watermark = cls(resident_bytes() + GROWTH if rss is None else rss, vram)
        if excess := watermark.excess():
            raise MemoryLimitTooLow(f"before its first job the worker holds {excess}")
        return watermark

    def excess(self) -> str | None:
        """What is held beyond the limit, in words; None while all is well."""
        rss, vram = resident_bytes(), reserved_bytes()
        if rss > self.rss:
            return f"{rss} bytes of memory, more than {self.rss}"
        if self.vram is not None and vram > self.vram:
            return f"{vram} bytes on the GPU, more than {self.vram}"
        return None


def gpu_failure() -> str | None:
    """What is wrong with the GPU, in words: CUDA's errors stay until the process ends."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return None
    try:
        torch.cuda.synchronize()
    except RuntimeError as error:
        return f"a GPU that answers no more ({type(error).__name__})"
    return None


def resident_bytes() -> int:
    """Memory that this process holds; outside Linux the most that it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def reserved_bytes() -> int:
    """Memory that torch holds on the GPU, whether in use or kept; 0 where there is no torch."""
    torch = sys.modules.get("torch")  # an engine's business to import
    if torch is None or not torch.cuda.is_initialized():
        return 0
    reserved: int = torch.cuda.memory_reserved()
    return reserved
