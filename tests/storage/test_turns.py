"""Whose turn it is, where weights and caps are far apart; and how much one step may do."""

from redis import Redis

from tests.storage.made import another
from vouch.schemas.job import Job
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key
from vouch.storage.settings import StorageSettings


async def test_who_joins_after_a_tenant_of_small_weight_has_its_turn_with_the_others(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:small", mapping={"weight": "0.01"})
    await line_of(jobs, job, "first", 30)
    await line_of(jobs, job, "small", 2)
    while not redis.exists("vouch:flight:small"):
        await served(jobs, redis)
    await line_of(jobs, job, "late", 10)
    turns = [await served(jobs, redis) for _ in range(10)]
    assert turns.count("late") >= 4


async def test_a_tenant_held_up_by_its_cap_throws_nobody_back(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:capped", mapping={"running": "1"})
    await line_of(jobs, job, "capped", 3)
    await line_of(jobs, job, "first", 40)
    for _ in range(20):
        await served(jobs, redis, but_not="capped")
    await served(jobs, redis, of="capped")
    await line_of(jobs, job, "late", 20)
    turns = [await served(jobs, redis, but_not="capped") for _ in range(10)]
    assert turns.count("first") >= 4


async def test_many_tenants_at_their_caps_do_not_hide_one_that_is_not(
    storage: StorageSettings, job: Job, redis: Redis
) -> None:
    redis.zadd("vouch:live:cpu", {"a worker": 9e15})
    async with JobStore.at(storage.model_copy(update={"jobs_per_worker": 400})) as jobs:
        for number in range(205):
            redis.hset(f"vouch:tenant:t{number}", mapping={"running": "1"})
            await line_of(jobs, job, f"t{number}", 2)
        submitted = await jobs.submit(another(job, tenant="z"))
    assert [ticket.job_id for ticket in submitted.tickets] == [submitted.job_id]


async def test_room_for_thousands_is_filled_in_several_steps(
    storage: StorageSettings, jobs: JobStore, job: Job, redis: Redis
) -> None:
    await line_of(jobs, job, "a", 2100)
    redis.zadd("vouch:live:cpu", {"a worker": 9e15})
    async with JobStore.at(storage.model_copy(update={"jobs_per_worker": 3000})) as roomy:
        admitted = [len((await roomy.submit(another(job))).tickets) for _ in range(2)]
    assert admitted == [500, 500]


async def line_of(jobs: JobStore, job: Job, tenant: str, count: int) -> None:
    for _ in range(count):
        await jobs.submit(another(job, tenant=tenant))


async def served(jobs: JobStore, redis: Redis, of: str = "", but_not: str = "") -> str:
    """Whose job is admitted when one in flight ends."""
    flying = [str(member).split(":") for member in redis.zrange("vouch:flight", 0, -1)]
    ends = [
        (job_id, tenant) for job_id, tenant in flying if of in ("", tenant) and tenant != but_not
    ]
    (ticket,) = await jobs.cancel(*ends[0])
    return str(redis.hget(job_key(ticket.job_id), "tenant"))
