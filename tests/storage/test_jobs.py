import asyncio
from datetime import datetime

import pytest
from redis import Redis

from vouch.schemas.errors import (
    IdempotencyConflict,
    InvalidRequest,
    JobFinished,
    JobNotFound,
    NotReplayable,
    QueueTooLong,
    QuotaSpent,
    RateLimited,
    RecordNotReady,
    StaleAttempt,
    StoreUnavailable,
)
from vouch.schemas.job import LEGS, Job, JobError, JobView, Ticket
from vouch.schemas.record import Record
from vouch.schemas.tenant import Terms
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore, Submitted
from vouch.storage.keys import idempotency_key, job_key, new_job_id
from vouch.storage.rows import from_row, to_row
from vouch.storage.settings import StorageSettings

BROKEN = JobError(code="engine_failed", detail="the model raised", retryable=True)


def another(job: Job, **changes: object) -> Job:
    return job.model_copy(update={"id": new_job_id(), **changes})


async def done(jobs: JobStore, attempts: AttemptStore, job: Job, record: Record) -> None:
    """A job from submit to record."""
    await jobs.submit(job)
    for leg in LEGS[:-1]:
        attempts.claim(job.id, 1, leg)
        attempts.hand_over(job.id, 1, leg, f"jobs/{leg}", 0.5)
    attempts.claim(job.id, 1, "conclude")
    attempts.succeed(job.id, 1, record, 0.5)


async def test_a_row_gives_the_job_back(job: Job) -> None:
    full = job.model_copy(
        update={
            "stage": "read",
            "progress": 0.25,
            "attempt": 3,
            "pages": 4,
            "callback_url": "https://example.org/hook",
            "batch": new_job_id(),
            "error": JobError(code="empty_upload", detail="“nothing”"),
            "hand_overs": {"depict": "jobs/a/depict/b"},
            "options": job.options.model_copy(update={"json_schema": {"type": "object"}}),
        }
    )
    for seen in (job, full):
        stamped = {"tenant": seen.tenant, "updated": str(int(seen.updated_at.timestamp() * 1000))}
        if seen.error:
            stamped["error"] = seen.error.model_dump_json()
        wish, row = to_row(seen)
        back = from_row(wish, row | stamped)
        assert back.model_copy(update={"updated_at": seen.updated_at}) == seen


async def test_a_submitted_job_is_seen_by_both_sides(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    submitted = await jobs.submit(job)
    ticket = Ticket(leg="depict", job_id=job.id, attempt=1)
    assert submitted == Submitted(job.id, is_new=True, tickets=(ticket,))
    seen = await jobs.get(job.id, "local")
    assert seen == job.model_copy(update={"updated_at": seen.updated_at})
    assert attempts.claim(job.id, 1, "depict").options == job.options


async def test_a_submit_that_is_said_twice_changes_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    before = await jobs.get(job.id, "local")
    await jobs.submit(job)
    assert await jobs.get(job.id, "local") == before


async def test_an_unknown_id_is_not_found(jobs: JobStore, attempts: AttemptStore) -> None:
    unknown = new_job_id()
    for ask in (jobs.get, jobs.view, jobs.record, jobs.cancel, jobs.replay, jobs.delete):
        for job_id in (unknown, "x"):
            with pytest.raises(JobNotFound):
                await ask(job_id, "local")
    with pytest.raises(JobNotFound):
        await jobs.wait(unknown, "local", 1)
    with pytest.raises(JobNotFound):
        attempts.claim(unknown, 1, "depict")


async def test_another_tenants_job_is_not_found(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record)
    for ask in (jobs.get, jobs.view, jobs.record, jobs.cancel, jobs.replay, jobs.delete):
        with pytest.raises(JobNotFound):
            await ask(job.id, "stranger")
    assert (await jobs.get(job.id, "local")).status == "succeeded"


async def test_the_view_of_a_job_is_a_job_view(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    queued = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (queued.id, queued.status, queued.filename) == (job.id, "queued", job.filename)
    assert queued.options == job.options
    attempts.claim(job.id, 1, "depict")
    attempts.enter(job.id, 1, "assess")
    running = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (running.status, running.stage) == ("running", "assess")
    attempts.fail(job.id, 1, BROKEN)
    failed = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (failed.status, failed.error, failed.eta_seconds) == ("failed", BROKEN, None)
    other = another(job)
    await done(jobs, attempts, other, record)
    assert JobView.model_validate_json(await jobs.view(other.id, "local")).record == record


async def test_each_leg_is_claimed_once_and_in_order(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    with pytest.raises(StaleAttempt):
        attempts.claim(job.id, 1, "perceive")
    attempts.claim(job.id, 1, "depict")
    with pytest.raises(StaleAttempt):
        attempts.claim(job.id, 1, "depict")
    tickets = attempts.hand_over(job.id, 1, "depict", "somewhere", 0.1)
    assert tickets == (Ticket(leg="perceive", job_id=job.id, attempt=1),)
    assert attempts.hand_over(job.id, 1, "depict", "somewhere", 0.1) == tickets
    with pytest.raises(StaleAttempt):
        attempts.hand_over(job.id, 1, "depict", "elsewhere", 0.1)


async def test_an_old_attempt_is_refused_and_changes_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    attempts.give_back(job.id, 1, BROKEN)
    before = await jobs.get(job.id, "local")
    writes = (
        lambda: attempts.claim(job.id, 1, "depict"),
        lambda: attempts.beat(job.id, 1),
        lambda: attempts.enter(job.id, 1, "read"),
        lambda: attempts.pages_read(job.id, 1, 1, 2),
        lambda: attempts.hand_over(job.id, 1, "depict", "somewhere", 1),
        lambda: attempts.succeed(job.id, 1, record, 1),
        lambda: attempts.fail(job.id, 1, BROKEN),
        lambda: attempts.give_back(job.id, 1, BROKEN),
    )
    for write in writes:
        with pytest.raises(StaleAttempt):
            write()
    assert await jobs.get(job.id, "local") == before
    assert before.attempt == 2


async def test_a_record_is_there_when_the_job_succeeded(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    with pytest.raises(RecordNotReady):
        await jobs.record(job.id, "local")
    other = another(job)
    await done(jobs, attempts, other, record)
    assert Record.model_validate_json(await jobs.record(other.id, "local")) == record


async def test_what_is_said_twice_at_the_end_counts_once(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await done(jobs, attempts, job, record)
    attempts.succeed(job.id, 1, record, 0.5, {"mine": 1})
    with pytest.raises(StaleAttempt):
        attempts.fail(job.id, 1, BROKEN)
    assert redis.hget(job_key(job.id), "records") == "1"
    tally = await jobs.tally()
    assert tally['vouch_jobs_finished_total{status="succeeded"}'] == 1
    assert "mine" not in tally


async def test_a_lease_that_runs_out_makes_another_attempt(
    jobs: JobStore, storage: StorageSettings, job: Job
) -> None:
    brief = storage.model_copy(update={"lease_seconds": 0.05})
    await jobs.submit(job)
    with AttemptStore.at(brief) as attempts:
        attempts.claim(job.id, 1, "depict")
        assert await reaped(attempts, 1) == (Ticket(leg="depict", job_id=job.id, attempt=2),)
        with pytest.raises(StaleAttempt):
            attempts.beat(job.id, 1)
        attempts.claim(job.id, 2, "depict")
        assert (await jobs.get(job.id, "local")).failures == 1


async def test_a_lease_that_is_renewed_does_not_run_out(
    jobs: JobStore, storage: StorageSettings, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    with AttemptStore.at(storage) as attempts:
        attempts.claim(job.id, 1, "depict")
        member = f"{job.id}:local"
        redis.zadd("vouch:flight", {member: 1})
        attempts.beat(job.id, 1)
        assert attempts.reap() == (0, ())
        assert (redis.zscore("vouch:flight", member) or 0) > 1


async def test_after_an_outage_workers_have_a_leases_time_to_report(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    attempts.reap()
    attempts.claim(job.id, 1, "depict")
    redis.zadd("vouch:flight", {f"{job.id}:local": 1})
    redis.set("vouch:reaped", 1)  # the last time that anybody could look
    assert attempts.reap() == (0, ())
    redis.delete("vouch:grace")
    assert attempts.reap()[0] == 1


async def test_a_job_that_kills_its_workers_is_quarantined(
    jobs: JobStore, storage: StorageSettings, job: Job
) -> None:
    brief = storage.model_copy(update={"lease_seconds": 0.01, "most_failures": 2})
    await jobs.submit(job)
    with AttemptStore.at(brief) as attempts:
        attempts.claim(job.id, 1, "depict")
        await reaped(attempts, 1)
        attempts.claim(job.id, 2, "depict")
        assert await reaped(attempts, 1) == ()
    seen = await jobs.get(job.id, "local")
    assert seen.status == "quarantined"
    assert seen.error is not None
    assert seen.error.code == "attempts_exhausted"


async def test_a_quarantined_job_is_replayed_from_the_leg_that_failed(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    with pytest.raises(NotReplayable):
        await jobs.replay(job.id, "local")
    attempts.claim(job.id, 1, "depict")
    attempts.hand_over(job.id, 1, "depict", "somewhere", 1)
    attempts.claim(job.id, 1, "perceive")
    attempts.fail(job.id, 1, BROKEN)
    tickets = await jobs.replay(job.id, "local")
    assert tickets == (Ticket(leg="perceive", job_id=job.id, attempt=2),)
    seen = await jobs.get(job.id, "local")
    assert (seen.status, seen.error, seen.failures) == ("queued", None, 0)
    assert seen.hand_overs == {"depict": "somewhere"}


async def test_what_was_given_back_with_a_delay_is_published_later(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    assert attempts.give_back(job.id, 1, BROKEN, delay_seconds=60) == ()
    assert attempts.reap() == (0, ())
    redis.zadd("vouch:flight", {f"{job.id}:local": 1})
    assert attempts.reap() == (0, (Ticket(leg="depict", job_id=job.id, attempt=2),))


async def test_a_message_that_nobody_took_up_is_sent_again(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    (ticket,) = (await jobs.submit(job)).tickets
    assert attempts.reap() == (0, ())
    redis.zadd("vouch:flight", {f"{job.id}:local": 1})
    assert attempts.reap() == (0, (ticket,))
    assert attempts.reap() == (0, ())


async def test_only_so_many_jobs_are_in_flight(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    submitted = [await jobs.submit(another(job)) for _ in range(12)]
    assert [len(each.tickets) for each in submitted] == [1] * 8 + [0] * 4
    first = submitted[0].job_id
    attempts.claim(first, 1, "depict")
    (ticket,) = attempts.fail(first, 1, BROKEN)
    assert ticket.job_id == submitted[8].job_id


async def test_priority_goes_first_within_a_tenant(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    flying = [await jobs.submit(another(job)) for _ in range(8)]
    await jobs.submit(another(job, priority="low"))
    await jobs.submit(another(job))
    urgent = await jobs.submit(another(job, priority="high"))
    (ticket,) = await jobs.cancel(flying[0].job_id, "local")
    assert (ticket.job_id, ticket.rank) == (urgent.job_id, 0)


async def test_tenants_take_turns_by_weight(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:b", mapping={"weight": "2"})
    for _ in range(20):
        await jobs.submit(another(job, tenant="a"))
    for _ in range(20):
        await jobs.submit(another(job, tenant="b"))
    served: list[str] = []
    for _ in range(12):
        member = str(redis.zrange("vouch:flight", 0, 0)[0])
        job_id, _, tenant = member.partition(":")
        admitted = await jobs.cancel(job_id, tenant)
        served += [owner(redis, ticket.job_id) for ticket in admitted]
    assert served.count("b") == 8


async def test_a_tenant_has_no_more_jobs_in_flight_than_it_may(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:a", mapping={"running": "1"})
    first = await jobs.submit(another(job, tenant="a"))
    second = await jobs.submit(another(job, tenant="a"))
    other = await jobs.submit(another(job, tenant="b"))
    assert (len(first.tickets), len(second.tickets), len(other.tickets)) == (1, 0, 1)
    (ticket,) = await jobs.cancel(first.job_id, "a")
    assert ticket.job_id == second.job_id


async def test_a_queued_job_knows_its_place_and_its_time(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, another(job), record)
    for _ in range(8):
        await jobs.submit(another(job))
    views = []
    for _ in range(3):
        waiting = await jobs.submit(another(job))
        views.append(JobView.model_validate_json(await jobs.view(waiting.job_id, "local")))
    assert [view.position for view in views] == [0, 1, 2]
    etas = [view.eta_seconds or 0 for view in views]
    assert etas == sorted(etas)
    assert etas[0] >= 2.0  # four legs of half a second


async def test_the_same_idempotency_key_gives_the_same_job(jobs: JobStore, job: Job) -> None:
    key = idempotency_key("local", "order-1")
    first = await jobs.submit(another(job, idempotency_key=key), body_digest="d1")
    again = await jobs.submit(another(job, idempotency_key=key), body_digest="d1")
    assert (again.job_id, again.is_new) == (first.job_id, False)
    with pytest.raises(IdempotencyConflict):
        await jobs.submit(another(job, idempotency_key=key), body_digest="d2")
    await jobs.delete(first.job_id, "local")
    assert (await jobs.submit(another(job, idempotency_key=key), body_digest="d2")).is_new


async def test_many_at_once_with_one_key_make_one_job(jobs: JobStore, job: Job) -> None:
    key = idempotency_key("local", "order-1")
    made = await asyncio.gather(
        *(jobs.submit(another(job, idempotency_key=key), body_digest="d") for _ in range(20))
    )
    assert len({each.job_id for each in made}) == 1
    assert sum(each.is_new for each in made) == 1


async def test_terms_are_kept(jobs: JobStore, job: Job) -> None:
    for terms, refusal in (
        (Terms(submits_per_minute=1), RateLimited),
        (Terms(submits_per_day=1), QuotaSpent),
    ):
        tenant = f"t{refusal.code.replace('_', '-')}"
        await jobs.submit(another(job, tenant=tenant), terms)
        with pytest.raises(refusal) as refused:
            await jobs.submit(another(job, tenant=tenant), terms)
        assert refused.value.retry_after is not None
        assert refused.value.retry_after > 0


async def test_a_line_has_an_end(jobs: JobStore, job: Job) -> None:
    for _ in range(9):
        await jobs.submit(another(job))
    with pytest.raises(QuotaSpent):
        await jobs.submit(another(job), Terms(waiting=1))


async def test_what_would_take_too_long_is_refused(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, storage: StorageSettings
) -> None:
    await done(jobs, attempts, another(job), record)
    for _ in range(9):
        await jobs.submit(another(job))
    async with JobStore.at(storage.model_copy(update={"promise_seconds": 1.0})) as promising:
        with pytest.raises(QueueTooLong):
            await promising.submit(another(job))


async def test_a_retry_names_its_job_and_is_named_by_it(jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    with pytest.raises(InvalidRequest):
        await jobs.submit(another(job, retry_of=new_job_id()))
    better = await jobs.submit(another(job, retry_of=job.id))
    assert (await jobs.get(job.id, "local")).retried_by == better.job_id
    assert (await jobs.get(better.job_id, "local")).retry_of == job.id


@pytest.mark.parametrize("begun", ["queued", "running"])
async def test_a_cancelled_job_is_over(
    begun: str, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    if begun == "running":
        attempts.claim(job.id, 1, "depict")
    await jobs.cancel(job.id, "local")
    assert (await jobs.get(job.id, "local")).status == "cancelled"
    with pytest.raises(StaleAttempt):
        attempts.beat(job.id, 1)
    with pytest.raises(JobFinished):
        await jobs.cancel(job.id, "local")


async def test_a_deleted_job_leaves_nothing_but_the_sweep_of_its_blobs(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await done(jobs, attempts, job, record)
    await jobs.delete(job.id, "local")
    assert not [key for key in redis.scan_iter() if job.id in str(key)]
    assert attempts.expired() == ()
    redis.zadd("vouch:expiry", {f"{job.id}:local": 1})
    assert attempts.expired() == (f"{job.id}:local",)
    attempts.forget(attempts.expired())
    assert attempts.expired() == ()


async def test_who_waits_hears_of_the_end(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    waiting = asyncio.create_task(jobs.wait(job.id, "local", 30))
    for leg in LEGS[:-1]:
        await asyncio.to_thread(attempts.claim, job.id, 1, leg)
        await asyncio.to_thread(attempts.hand_over, job.id, 1, leg, "x", 0.1)
    assert not waiting.done()
    await asyncio.to_thread(attempts.claim, job.id, 1, "conclude")
    await asyncio.to_thread(attempts.succeed, job.id, 1, record, 0.1)
    async with asyncio.timeout(5):
        assert JobView.model_validate_json(await waiting).status == "succeeded"


async def test_waiting_ends_in_time(jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    view = JobView.model_validate_json(await jobs.wait(job.id, "local", 0.05))
    assert view.status == "queued"


async def test_workers_come_and_go(jobs: JobStore, attempts: AttemptStore) -> None:
    assert await jobs.queues_without_worker(["cpu", "ocr"]) == ("cpu", "ocr")
    attempts.announce("ocr", "ocr-1", 10, "digest")
    assert await jobs.queues_without_worker(["cpu", "ocr"]) == ("cpu",)
    assert await jobs.engines(["cpu", "ocr"]) == ("", "digest")
    attempts.announce("ocr", "ocr-1", 0)
    assert await jobs.queues_without_worker(["ocr"]) == ("ocr",)


async def test_everything_has_a_time_limit(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    key = idempotency_key("local", "order-1")
    full = another(job, idempotency_key=key, batch=new_job_id(), callback_url="https://x.example")
    terms = Terms(submits_per_minute=100, submits_per_day=100)
    await jobs.submit(full, terms, "d")
    await done(jobs, attempts, job, record)
    for _ in range(9):
        await jobs.submit(another(job))
    attempts.announce("cpu", "cpu-1", 10)
    attempts.reap()
    assert [name for name in redis.scan_iter() if redis.ttl(name) < 0] == []


async def test_a_redis_that_does_not_answer_is_an_error_of_ours(job: Job) -> None:
    nowhere = StorageSettings(redis_url="redis://127.0.0.1:1/0")
    async with JobStore.at(nowhere) as jobs:
        with pytest.raises(StoreUnavailable):
            await jobs.submit(job)
    with AttemptStore.at(nowhere) as attempts, pytest.raises(StoreUnavailable):
        attempts.claim(job.id, 1, "depict")


async def test_times_are_told_by_redis(jobs: JobStore, job: Job, redis: Redis) -> None:
    await jobs.submit(job)
    seconds, _ = redis.time()
    seen: datetime = (await jobs.get(job.id, "local")).updated_at
    assert abs(seen.timestamp() - seconds) < 5


async def reaped(attempts: AttemptStore, leases: int) -> tuple[Ticket, ...]:
    """Reap until so many leases have run out; the tickets of that time."""
    async with asyncio.timeout(5):
        while True:
            ran_out, tickets = await asyncio.to_thread(attempts.reap)
            if ran_out == leases:
                return tickets


def owner(redis: Redis, job_id: str) -> str:
    return str(redis.hget(job_key(job_id), "tenant"))
