"""Settings of a worker process, built once in the composition root and passed down."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestLimits(BaseModel):
    """What a document may cost; pixels are judged from headers, before decoding."""

    model_config = ConfigDict(frozen=True)

    max_bytes: int = 50_000_000
    max_pages: int = 50
    max_pixels_page: int = 60_000_000
    max_pixels_document: int = 400_000_000
    pdf_dpi: int = 200
    child_seconds: float = 60.0
    """CPU and wall seconds that the decoding child may take."""
    child_memory: int = 3_000_000_000
    """Bytes of address space that the decoding child may take."""


class WorkerSettings(BaseSettings):
    """Environment: VOUCH_<NAME>, e.g. VOUCH_OCR_THREADS=1, VOUCH_LIMITS__MAX_PAGES=10."""

    model_config = SettingsConfigDict(
        env_prefix="VOUCH_", env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    models_dir: Path = Path(__file__).parents[2] / "models"
    """Where the set-up step puts them: beside the package."""
    ocr: Literal["paddle", "fake"] = "paddle"
    ocr_threads: int = 2
    layout: Literal["auto", "geometry", "rapid", "paddle"] = "auto"
    """auto: geometry for pictures, the bundled document model for PDF pages."""
    layout_paddle_dir: Path | None = None
    vlm: str | None = None
    """Not configured: the stage `extract` passes through and the record says vlm_unavailable."""
    limits: IngestLimits = IngestLimits()
