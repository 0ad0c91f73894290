"""Settings that the service and the workers must share to find each other."""

import base64
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """Environment: REDIS_URL, and VOUCH_<NAME>, e.g. VOUCH_BLOBS=s3://bucket/vouch."""

    model_config = SettingsConfigDict(
        env_prefix="VOUCH_", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", validation_alias=AliasChoices("REDIS_URL", "redis_url")
    )
    blobs: str = "var/blobs"
    """A folder, or memory://, s3://…, gs://…, az://… (credentials from the usual variables)."""
    blob_keys: SecretStr = SecretStr("")
    """Base64 of 32 random bytes each, comma between: the first seals blobs, all open them."""
    blobs_must_be_sealed: bool = False
    """Refuse to start without a key, and to read blobs that were stored before there was one."""
    job_ttl_seconds: int = Field(default=24 * 3600, gt=0)
    """How long a job and its record are kept after the last change."""
    lease_seconds: float = Field(default=5.0, gt=1)
    """A worker that has not said for this long that it works on a leg has lost it. It says so every
    second."""
    overdue_seconds: float = Field(default=15.0, gt=0)
    """A message that nobody took up in this time is sent again."""
    most_failures: int = Field(default=5, gt=0)
    """A job is quarantined when one of its legs was begun so often and never finished."""
    jobs_per_worker: int = Field(default=4, gt=0)
    """Jobs in flight for each live worker; all others wait in the line, where order is decided."""
    promise_seconds: float | None = Field(default=None, gt=0)
    """Jobs that would take longer than this are refused (503); None: none is."""

    def keys_of_blobs(self) -> tuple[bytes, ...]:
        """The keys of 32 bytes; ValueError, which never contains one, when one is malformed."""
        texts = [text.strip() for text in self.blob_keys.get_secret_value().split(",")]
        return tuple(_key(text, at) for at, text in enumerate(texts, 1) if text)

    @model_validator(mode="after")
    def _can_seal(self) -> Self:
        if not self.keys_of_blobs() and self.blobs_must_be_sealed:
            raise ValueError("VOUCH_BLOBS_MUST_BE_SEALED needs a key in VOUCH_BLOB_KEYS")
        return self


def wrong_settings(error: ValidationError) -> str:
    """Which settings are wrong and why, in a line without their values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    named = ("__".join(map(str, fault["loc"])).upper() for fault in faults)
    return "; ".join(
        f"{name or 'settings'}: {fault['msg']}" for name, fault in zip(named, faults, strict=True)
    )


def _key(text: str, at: int) -> bytes:
    wrong = f"key {at} of VOUCH_BLOB_KEYS is not the base64 of 32 bytes"
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(wrong) from None  # the cause would hold the key
    if len(key) != 32:
        raise ValueError(wrong)
    return key
