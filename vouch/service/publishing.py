"""Messages for workers: sent after the job store has decided that they are due."""

import asyncio
from collections.abc import Sequence

import structlog
from celery import Celery

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Ticket
from vouch.storage.queues import publish

_log = structlog.get_logger(__name__)


async def publish_all(queues: Celery, tickets: Sequence[Ticket]) -> None:
    """Send what is due. A message that cannot be sent now, a reaper sends later."""
    if not tickets:
        return
    try:
        # Celery's client blocks: a thread of the pool
        await asyncio.to_thread(publish, queues, *tickets)
    except StoreUnavailable:
        _log.warning("not_published", tickets=len(tickets))
