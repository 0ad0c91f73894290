"""Ending tasks that talk to Redis."""

import asyncio
from collections.abc import Iterable


async def cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are done: redis-py 8.1 swallows a cancellation while it connects."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.1)
