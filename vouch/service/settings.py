"""Settings of the HTTP service, built once in its composition root and passed down."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(text: object) -> object:
    """The parts of a text with commas, without spaces and capitals."""
    if not isinstance(text, str):
        return text
    return [part.strip().lower() for part in text.split(",") if part.strip()]


HostName = Annotated[str, Field(pattern=r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$")]
Allowed = Annotated[IPv4Network | IPv6Network | HostName, Field(union_mode="left_to_right")]


class ServiceSettings(BaseSettings):
    """Environment: VOUCH_<NAME>, e.g. VOUCH_MAX_UPLOAD_BYTES=10000000."""

    model_config = SettingsConfigDict(env_prefix="VOUCH_", frozen=True)

    max_upload_bytes: int = 50_000_000
    max_batch_files: int = 100
    max_bytes_at_hand: int = Field(default=1_000_000_000, gt=0)
    """Of all bodies that one process takes in at one time; beyond it the answer is 503. Its memory
    grows by about as much."""
    max_wait_seconds: float = 60.0
    """The longest that a long-poll is held; a longer wish is cut to this."""
    metrics_are_open: bool = False
    """Whether /metrics is shown without a key of the scope admin."""
    metrics_tenants: int = Field(default=10, ge=0)
    """How many tenants, those with the longest lines, /metrics names."""
    heartbeat_seconds: float = 15.0
    """Between signs of life to those who follow a job that does not change."""
    max_head_bytes: int = 32_768
    """Of a request: its line and its headers."""
    head_seconds: float = 10.0
    """In which the head of a request must have arrived."""
    body_bytes_per_second: float = 4_000.0
    """At which bodies must arrive; 50 MB take 3.5 hours at most."""
    body_grace_seconds: float = 10.0
    """That a body may be behind."""
    keep_alive_seconds: int = 65
    """For which an idle connection is kept: longer than usual balancers keep theirs to us."""
    drain_seconds: float = 0.2
    """Between SIGTERM and the end of accepting: /readyz says 503, everything else goes on. Where a
    balancer asks for readiness every n seconds, 2n + 1."""
    finish_seconds: int = 4
    """In which requests that have begun may finish after that."""
    outward_allow: Annotated[tuple[Allowed, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Networks and names that callers may have called although they are not public, with commas
    between them: 10.1.0.0/16,hooks.intern.example. Metadata of a cloud is never among them."""
    outward_ports: Annotated[frozenset[int], NoDecode, BeforeValidator(_listed)] = frozenset(
        {80, 443}
    )
    """Ports of public addresses that callers may have called."""
    fetch_seconds: float = 30.0
    """In which a document submitted by URL must have arrived."""
    webhook_attempts: int = 8
    """How often a receiver is told of the end of a job before it is given up."""
    webhook_pause_seconds: float = 5.0
    """At most, after the first attempt that failed; fourfold after each further one."""
    webhook_longest_pause_seconds: float = 6 * 3600.0
    webhook_timeout_seconds: float = 15.0
    """In which a receiver must have answered."""
