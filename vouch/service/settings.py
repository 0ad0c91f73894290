"""Settings of the HTTP service, built once in its composition root and passed down."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Environment: VOUCH_<NAME>, e.g. VOUCH_MAX_UPLOAD_BYTES=10000000."""

    model_config = SettingsConfigDict(env_prefix="VOUCH_", frozen=True)

    max_upload_bytes: int = 50_000_000
    max_wait_seconds: float = 60.0
    """The longest that a long-poll is held; a longer wish is cut to this."""
