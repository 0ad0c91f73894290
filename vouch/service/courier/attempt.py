"""One attempt to tell a receiver that a job has ended."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from vouch.schemas.errors import AddressRefused
from vouch.schemas.webhook import Delivery, DeliveryError, Event
from vouch.service.outward.calling import FAILURES, Outward, failure_of


def signed(webhook_id: str, body: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """Headers after the Standard Webhooks specification; every secret signs, `at` is in UTC."""
    signatures = [Webhook(secret).sign(webhook_id, at, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def attempted(
    outward: Outward,
    url: str,
    seconds: float,
    event: Event,
    secrets: Sequence[str],
    webhook_id: str,
    attempt: int,
) -> Delivery:
    """Tell the receiver once. Its answer's body is not read, and no redirect is followed."""
    at, start = datetime.now(UTC), time.monotonic()
    status: int | None = None
    error: DeliveryError | None = None
    body = event.model_dump_json()
    try:
        if not secrets:
            error = "no_secret"
        else:
            headers = signed(webhook_id, body, secrets, at)
            async with outward.answer("POST", url, seconds, headers, body.encode()) as response:
                status = response.status
    except AddressRefused:
        error = "address_refused"
    except FAILURES as failure:
        error = failure_of(failure)
    return Delivery(
        webhook_id=webhook_id,
        attempt=attempt,
        at=at,
        seconds=round(time.monotonic() - start, 3),
        status_code=status,
        error=error,
    )
