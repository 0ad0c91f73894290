"""Who may use a service, and how much of it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from vouch.schemas.value import Value

Scope = Literal["read", "submit", "admin"]
"""read: see jobs and schemas · submit: make, change and delete them · admin: all that is the
tenant's."""
LOCAL = "local"
"""The operator: the tenant of a service without keys, and the one whose admins see metrics."""
TENANT_NAME = r"^[a-z][a-z0-9_-]{0,31}$"


class Terms(Value):
    """What a tenant is given. None means without limit, or what the service's settings say."""

    submits_per_minute: int | None = Field(default=None, gt=0)
    requests_per_second: float | None = Field(default=None, gt=0)
    """Of all kinds, at each process of the service."""
    running: int | None = Field(default=None, gt=0)
    """Jobs that are worked on at once; more wait in line."""
    waiting: int | None = Field(default=None, gt=0)
    """Jobs in line; more are refused."""
    submits_per_day: int | None = Field(default=None, gt=0)
    weight: float = Field(default=1.0, gt=0)
    """Share of the workers where several tenants have jobs in line."""
    retention_seconds: int | None = Field(default=None, gt=0)
    """How long a job, its record and its pictures are kept after the last change."""


NO_LIMITS = Terms()


class Tenant(Value):
    """One customer of a service: sees its own jobs, schemas and blobs, and no one else's."""

    name: str = Field(pattern=TENANT_NAME)
    terms: Terms = Terms()


class ApiKey(Value):
    """What is known of a key. The key itself is told once and stored only as its digest."""

    id: str
    tenant: str
    scopes: frozenset[Scope]
    label: str = ""
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens_at(self, moment: datetime) -> bool:
        """Whether it is good for anything then."""
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


class Caller(Value):
    """Who makes a request, and on which terms."""

    tenant: Tenant
    scopes: frozenset[Scope]
    key_id: str | None = None
    """None for the anonymous caller of a service that serves this machine alone."""
