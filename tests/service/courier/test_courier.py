"""Real receivers are told of real jobs, with a real Redis between."""

import json
from base64 import b64encode
from multiprocessing import get_context

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from redis import Redis
from standardwebhooks import Webhook, WebhookVerificationError

from tests.service.courier.receivers import (
    AT_ONCE,
    courier_of,
    deliver_for_ever,
    ended,
    receiver,
    silent_receiver,
    tried,
    until,
)
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.service.courier.patience import Patience
from vouch.storage.attempts import AttemptStore
from vouch.storage.calls import CALLS, calls_key
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key
from vouch.storage.otlp import OtlpTracer
from vouch.storage.settings import StorageSettings
from vouch.storage.webhook_secrets import SecretStore


async def test_a_receiver_that_fails_twice_is_told_at_the_third_time(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with receiver(500, 429) as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/vouch?key=1")
        async with courier_of(storage) as calls:
            log = await tried(calls, job_id, 3)
    assert [entry.status_code for entry in log.deliveries] == [500, 429, 204]
    assert [entry.attempt for entry in log.deliveries] == [1, 2, 3]
    assert log.next_at is None
    assert received.paths == ["/vouch?key=1"] * 3
    assert len({headers["webhook-id"] for headers in received.headers}) == 1
    for body, headers in zip(received.bodies, received.headers, strict=True):
        event = Webhook(secret).verify(body, headers)
        assert event["type"] == "job.failed"
        assert event["data"]["id"] == job_id
        assert event["data"]["error"]["code"] == "unreadable_document"


async def test_a_changed_body_or_another_secret_is_not_verified(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with receiver() as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage) as calls:
            await tried(calls, job_id, 1)
    body, headers = received.bodies[0], received.headers[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace("failed", "passed"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(f"whsec_{b64encode(b'another').decode()}").verify(body, headers)


async def test_both_secrets_sign_while_one_replaces_the_other(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    async with SecretStore.at(storage) as secrets:
        newer = (await secrets.rotate("local", 60)).secret
    with receiver() as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage) as calls:
            await tried(calls, job_id, 1)
    for valid in (secret, newer):
        Webhook(valid).verify(received.bodies[0], received.headers[0])


async def test_a_success_tells_the_decision_and_nothing_of_the_document(
    storage: StorageSettings,
    jobs: JobStore,
    attempts: AttemptStore,
    job: Job,
    record: Record,
    secret: str,
) -> None:
    with receiver() as (port, received):
        wish = job.model_copy(update={"callback_url": f"http://hooks.example:{port}/"})
        await jobs.submit(wish)
        attempts.succeed(job.id, 1, record, 0.1)
        async with courier_of(storage) as calls:
            await tried(calls, job.id, 1)
    event = json.loads(received.bodies[0])
    assert event["type"] == "job.succeeded"
    assert event["data"]["decision"] == "review"
    assert event["data"]["links"]["record"] == f"/v1/jobs/{job.id}/record"
    assert "2018-12-25" not in received.bodies[0]
    assert "shop.png" not in received.bodies[0]


async def test_the_last_attempt_is_the_last(
    storage: StorageSettings,
    jobs: JobStore,
    attempts: AttemptStore,
    job: Job,
    secret: str,
    redis: Redis,
) -> None:
    with receiver(*[500] * 10) as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage, Patience(attempts=3, first_pause=0)) as calls:
            log = await tried(calls, job_id, 3)
            assert log.next_at is None
            await calls.schedule(job_id)
            log = await tried(calls, job_id, 4)
    assert [entry.attempt for entry in log.deliveries] == [1, 2, 3, 4]
    assert len({headers["webhook-id"] for headers in received.headers}) == 1
    assert redis.zcard(CALLS) == 0
    assert 0 < redis.ttl(calls_key(job_id)) <= redis.ttl(job_key(job_id))


async def test_what_a_killed_courier_was_telling_is_told_again(
    storage: StorageSettings,
    jobs: JobStore,
    attempts: AttemptStore,
    job: Job,
    secret: str,
    redis: Redis,
) -> None:
    with silent_receiver() as (port, received, over):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        process = get_context("spawn").Process(target=deliver_for_ever, args=(storage,))
        process.start()
        await until(lambda: len(received.bodies) == 1)
        process.kill()
        process.join()
        over.set()
        async with courier_of(storage) as calls:
            log = await calls.deliveries(job_id)
            assert log.deliveries == ()
            assert log.next_at is not None  # when the dead one's lease is over, which is now
            redis.zadd(CALLS, {job_id: 0})
            await tried(calls, job_id, 1)
    assert received.headers[0]["webhook-id"] == received.headers[1]["webhook-id"]


async def test_what_a_courier_tells_is_not_told_by_another_meanwhile(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with silent_receiver() as (port, received, over):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage) as calls:
            await until(lambda: len(received.bodies) == 1)
            assert await calls.claim(10, 60) == ()
            over.set()
            await tried(calls, job_id, 1)


async def test_a_courier_that_leaves_hands_back_what_it_has_not_begun(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with silent_receiver() as (port, received, over):
        url = f"http://hooks.example:{port}/"
        ids = [await ended(jobs, attempts, job, url) for _ in range(12)]
        async with courier_of(storage) as calls:
            await until(lambda: len(received.bodies) == 8)
            over.set()
        async with courier_of(storage) as calls:
            for job_id in ids:
                log = await tried(calls, job_id, 1)
                assert [entry.status_code for entry in log.deliveries] == [204]
    assert len(received.bodies) == 12


async def test_a_slow_receiver_holds_up_nobody(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with silent_receiver() as (slow, held_up, over), receiver() as (port, received):
        for _ in range(100):
            await ended(jobs, attempts, job, f"http://slow.example:{slow}/")
        quick = [
            await ended(jobs, attempts, job, f"http://hooks.example:{port}/", tenant)
            for tenant in ("local", "acme")
        ]
        async with courier_of(storage, Patience(timeout=30)) as calls:
            for job_id in quick:
                await tried(calls, job_id, 1)
            assert len(held_up.bodies) <= 8
            over.set()
    assert len(received.bodies) == 2


async def test_two_couriers_make_each_call_once(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with receiver() as (port, received):
        url = f"http://hooks.example:{port}/"
        ids = [await ended(jobs, attempts, job, url) for _ in range(20)]
        async with courier_of(storage) as calls, courier_of(storage):
            for job_id in ids:
                await tried(calls, job_id, 1)
    told = [json.loads(body)["data"]["id"] for body in received.bodies]
    assert sorted(told) == sorted(ids)


async def test_a_job_that_is_replayed_and_ends_again_is_another_event(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with receiver() as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage, AT_ONCE) as calls:
            await tried(calls, job_id, 1)
            await jobs.replay(job_id, "local")
            await jobs.cancel(job_id, "local")
            log = await tried(calls, job_id, 2)
    assert [entry.attempt for entry in log.deliveries] == [1, 1]
    assert len({headers["webhook-id"] for headers in received.headers}) == 2
    assert [json.loads(body)["type"] for body in received.bodies] == [
        "job.failed",
        "job.cancelled",
    ]


async def test_of_a_job_that_was_deleted_nobody_hears(
    storage: StorageSettings,
    jobs: JobStore,
    attempts: AttemptStore,
    job: Job,
    secret: str,
    redis: Redis,
) -> None:
    with receiver() as (port, received):
        gone = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        await jobs.delete(gone, "local")
        redis.zadd(CALLS, {gone: 0})  # as if the call had been taken before
        kept = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage) as calls:
            await tried(calls, kept, 1)
    assert [json.loads(body)["data"]["id"] for body in received.bodies] == [kept]
    assert redis.zcard(CALLS) == 0
    assert not redis.exists(calls_key(gone))


async def test_a_delivery_is_a_span_of_its_jobs_trace(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    traced = job.model_copy(update={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    with receiver(503) as (port, _):
        job_id = await ended(jobs, attempts, traced, f"http://hooks.example:{port}/?key=1")
        async with courier_of(storage, tracer=OtlpTracer(provider)) as calls:
            await tried(calls, job_id, 2)
    first, second = spans.get_finished_spans()
    assert {span.context.trace_id for span in (first, second)} == {int("a" * 32, 16)}
    answers = [dict(span.attributes or {})["vouch.answer"] for span in (first, second)]
    assert answers == ["5xx", "2xx"]
    assert "hooks.example" not in first.to_json()
