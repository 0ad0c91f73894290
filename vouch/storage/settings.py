"""Settings that the service and the workers must share to find each other."""

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """Environment: REDIS_URL, and VOUCH_<NAME>, e.g. VOUCH_BLOBS=s3://bucket/vouch."""

    model_config = SettingsConfigDict(env_prefix="VOUCH_", frozen=True, populate_by_name=True)

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", validation_alias=AliasChoices("REDIS_URL", "redis_url")
    )
    blobs: str = "var/blobs"
    """A folder, or memory://, s3://…, gs://…, az://… (credentials from the usual variables)."""
    job_ttl_seconds: int = 24 * 3600
    """How long a job and its record are kept after the last change."""
    visibility_timeout_seconds: int = 3600
    """An unacknowledged message is delivered again after this; must exceed the longest leg."""
