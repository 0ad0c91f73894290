"""Where a model computes, in which numbers, and what running out of memory there looks like."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
import torch

from vouch.schemas.errors import EngineFailed

DeviceName = Literal["auto", "cpu", "cuda", "mps"]
DtypeName = Literal["auto", "float32", "bfloat16", "float16"]
_SHORT_ON_CPU = ("avx512_bf16", "amx_bf16", "bf16")
"""Capabilities of processors that multiply bfloat16 themselves; the last is ARM's."""
_EXHAUSTED = ("out of memory", "can't allocate memory", "not enough memory")
"""What backends without an exception of their own say: MPS, oneDNN, the CPU's allocator."""

_log = structlog.get_logger(__name__)


class OutOfMemory(Exception):
    """A computation did not fit: it can be tried again with less."""


def chosen_device(name: DeviceName) -> torch.device:
    """The device of that name; `auto` is a GPU where there is one."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def chosen_dtype(name: DtypeName, device: torch.device) -> torch.dtype:
    """The numbers of that name; `auto` are the shortest that a device computes fast.

    bfloat16 comes before float16: it has float32's range, and models that were trained in it
    overflow in float16. Only GPUs before Ampere have nothing better.
    """
    if name != "auto":
        return {
            "float32": torch.float32,
            "bfloat16": torch.bfloat16,
            "float16": torch.float16,
        }[name]
    if device.type == "cuda":
        short = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if short else torch.float16
    if device.type == "mps":
        return torch.bfloat16 if torch.backends.mps.is_macos_or_newer(14, 0) else torch.float32
    capable = torch.cpu.get_capabilities()
    return torch.bfloat16 if any(capable.get(name) for name in _SHORT_ON_CPU) else torch.float32


@contextmanager
def computing() -> Iterator[None]:
    """OutOfMemory when what is computed within does not fit; EngineFailed when it goes wrong."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory from error
    except (RuntimeError, ValueError, LookupError) as error:
        if any(said in str(error).lower() for said in _EXHAUSTED):
            raise OutOfMemory from error
        # The type alone: what others write into their errors may quote the document.
        _log.error("vlm_raised", error=type(error).__name__)
        raise EngineFailed("the VLM raised while it computed") from error


def free_memory(device: torch.device) -> None:
    """Give back what is cached; what an exception's frames still hold stays."""
    gc.collect(1)  # what a failed pass left in cycles is young; the old are many
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
