"""Settings of a worker process, built once in the composition root and passed down."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestLimits(BaseModel):
    """What a document may cost; pixels are judged from headers, before decoding."""

    model_config = ConfigDict(frozen=True)

    max_bytes: int = 50_000_000
    max_pages: int = 200
    max_pixels_page: int = 60_000_000
    max_pixels_document: int = 1_000_000_000
    pdf_dpi: int = 200
    child_seconds: float = 60.0
    """CPU seconds that the decoding child may take, and seconds that its parent waits for it."""
    child_memory: int = 3_000_000_000
    """Bytes of address space that the decoding child may take."""


Dialect = Literal["compatible", "openai", "vllm", "sglang", "llamacpp"]
"""How a server wants to be told the form of its answer. compatible, openai: a JSON Schema in
`response_format`. The others take our grammars, which admit no text that is not on the document:
vLLM and SGLang with their guidance backend, llama.cpp built with LLGuidance."""


class ServerSettings(BaseModel):
    """An OpenAI-compatible server that runs the model elsewhere."""

    model_config = ConfigDict(frozen=True)

    key: SecretStr = SecretStr("")
    """Empty: the server asks for none."""
    dialect: Dialect = "compatible"
    sees_pictures: bool = True
    """False for a model that reads text only: it is shown what OCR read, and no picture."""
    tells_probabilities: bool = True
    """False for servers that refuse requests with `logprobs`."""
    connect_seconds: float = Field(default=5.0, gt=0)
    answer_seconds: float = Field(default=120.0, gt=0)
    """For one attempt: an answer comes whole, so this is how long it may be written."""
    question_seconds: float = Field(default=240.0, gt=0)
    """For one question, all attempts and pauses together."""
    attempts: int = Field(default=4, gt=0)
    failures: int = Field(default=3, gt=0)
    """Questions in a row that fail before the server is left alone …"""
    rest_seconds: float = Field(default=30.0, gt=0)
    """… for this long."""


class VisionSettings(BaseModel):
    """What a vision-language model may be shown, write and cost."""

    model_config = ConfigDict(frozen=True)

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """auto: a GPU where there is one."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """auto: the shortest that the device computes fast without running over."""
    max_pixels_page: int = Field(default=1_500_000, gt=0)
    """Each picture is scaled down to this before a model sees it."""
    max_pixels_prompt: int = Field(default=6_000_000, gt=0)
    """All pictures of one prompt together."""
    max_pixels_decoded: int = Field(default=300_000_000, gt=0)
    """Pages of all jobs that are prepared at once, as they were uploaded: 3 bytes a pixel. A
    document that has more is read alone."""
    min_pixels_page: int = Field(default=150_000, gt=0)
    """Below this a page cannot be read: pages are shown one at a time before that."""
    max_prompt_tokens: int = Field(default=16_384, gt=0)
    """Model tokens, those of pictures included; less where the model knows fewer positions."""
    max_tokens: int = Field(default=2_048, gt=0)
    """Model tokens of an answer; one that takes more is closed by the grammar."""
    batch: int = Field(default=4, gt=0)
    """Prompts that are computed together."""
    gather_seconds: float = Field(default=0.05, ge=0)
    """How long the first question of a batch waits for others."""
    second_looks: int = Field(default=3, ge=0)
    """Decisive fields that the model is asked about once more, from close by, where it is unsure or
    the rules read something else; 0: it is never asked twice."""
    server: ServerSettings = ServerSettings()
    """Where the model is one of `openai:`."""


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
    clip: str | None = None
    """Folder of a CLIP or SigLIP model that helps to judge what a picture shows, or fake."""
    vlm: str | None = None
    """vouch, transformers:<hub id or folder>, openai:<url>#<model>, or fake. Not configured: the
    stage `extract` passes through and the record says vlm_unavailable."""
    vision: VisionSettings = VisionSettings()
    limits: IngestLimits = IngestLimits()
    finish_leg_seconds: float = Field(default=8.0, ge=0)
    """For what a worker has begun when it is told to end; then others begin it anew. Less than
    whoever stops workers allows them."""
    rss_limit: int | None = None
    """Bytes of memory that a worker may hold after a job before it makes room for a fresh one.
    None: 4 GB more than it held when it was ready."""
    vram_limit: int | None = None
    """The same of the GPU's memory that torch holds; None: no limit."""
