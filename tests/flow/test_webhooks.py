"""The whole chain with a receiver at its end: a document by URL in, a signed webhook out."""

from pathlib import Path

import httpx
from standardwebhooks import Webhook

from tests.eventually import eventually
from tests.service.courier.receivers import receiver
from tests.service.outward.servers import says, server
from tests.stacks import stack_with

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


def test_a_receiver_is_told_of_a_document_that_was_fetched(tmp_path: Path) -> None:
    document = says(SAMPLE.read_bytes(), content_disposition="inline; filename=lunch.jpg")
    with (
        receiver(500) as (port, received),
        server(document) as documents,
        stack_with(
            tmp_path / "var", VOUCH_OUTWARD_ALLOW="localhost", VOUCH_WEBHOOK_PAUSE_SECONDS="0"
        ) as stack,
        httpx.Client(base_url=stack.url, timeout=60) as client,
    ):
        secret = client.post("/v1/webhooks/secret:rotate").json()["secret"]
        wish = {
            "url": f"http://localhost:{documents}/receipt.jpg",
            "callback_url": f"http://localhost:{port}/vouch",
        }
        location = client.post("/v1/jobs", json=wish).headers["location"]
        job = client.get(location, params={"wait": 55}).json()
        assert (job["status"], job["filename"]) == ("succeeded", "lunch.jpg")
        eventually(lambda: len(client.get(f"{location}/deliveries").json()["deliveries"]) == 2)
        log = client.get(f"{location}/deliveries").json()
    assert [entry["status_code"] for entry in log["deliveries"]] == [500, 204]
    event = Webhook(secret).verify(received.bodies[-1], received.headers[-1])
    assert event["type"] == "job.succeeded"
    assert event["data"]["decision"] == job["record"]["decision"]["outcome"]
    assert event["data"]["links"]["job"] == location
    assert job["record"]["data"]["merchant"]["name"] not in received.bodies[-1]
