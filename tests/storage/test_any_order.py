"""Whatever order callers, workers, crashes and reapers come in: each job ends once, not twice."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from vouch.schemas.errors import JobNotFound, StaleAttempt
from vouch.schemas.job import LEGS, TERMINAL, Job, JobError, Options, Ticket
from vouch.schemas.record import Record
from vouch.schemas.tenant import NO_LIMITS
from vouch.storage.attempts import AttemptStore
from vouch.storage.keys import (
    FLIGHT,
    RESTING,
    job_key,
    line_key,
    new_job_id,
    record_key,
    tenant_key,
)
from vouch.storage.rows import to_row
from vouch.storage.scripts import Script, script
from vouch.storage.settings import StorageSettings
from vouch.storage.submitting import submit_arguments
from vouch.storage.writes import tickets_of

MOST_FAILURES = 3
BROKEN = JobError(code="engine_failed", detail="the model raised", retryable=True)
TENANTS = ("a", "b", "c")
ASKED: tuple[Script, ...] = ("cancel", "replay")


class JobsInAnyOrder(RuleBasedStateMachine):
    """Rules are what may happen; invariants, what must hold in between; `teardown`, at the end."""

    messages = Bundle("messages")
    held = Bundle("held")

    redis: Redis
    record: Record
    url: str

    def __init__(self) -> None:
        super().__init__()
        self.redis.flushall()
        storage = StorageSettings(redis_url=self.url, most_failures=MOST_FAILURES)
        self.storage = storage
        self.attempts = AttemptStore.at(storage)
        self.tenant_of: dict[str, str] = {}
        self.claimed: set[Ticket] = set()
        self.gone: set[str] = set()
        for tenant in TENANTS:  # so that jobs also wait in line
            self.redis.hset(tenant_key(tenant), "running", 1)

    @rule(target=messages, tenant=st.sampled_from(TENANTS))
    def submit(self, tenant: str) -> object:
        now = datetime.now(UTC)
        job = Job(
            id=new_job_id(), tenant=tenant, status="queued", options=Options(), upload="x",
            created_at=now, updated_at=now,
        )  # fmt: skip
        wish, row = to_row(job)
        flat = [part for pair in row.items() for part in pair]
        before = submit_arguments(job, NO_LIMITS, "", self.storage)
        answer = self.redis.eval(script("submit"), 0, *before, wish, len(flat), *flat)
        self.tenant_of[job.id] = tenant
        # one that waits in line has no message yet, but callers know it
        return multiple(Ticket(leg=LEGS[0], job_id=job.id, attempt=1), *tickets_of(answer[2:]))

    @rule(target=held, message=messages, legs=st.integers(0, 3))
    def work(self, message: Ticket, legs: int) -> object:
        """A worker takes a message, fresh or delivered again; some legs later it still works."""
        with refusals():
            self.attempts.claim(message.job_id, message.attempt, message.leg)
            assert message not in self.claimed
            self.claimed.add(message)
            if legs == 0 or message.leg == LEGS[-1]:
                return message
            following, *_ = self.attempts.hand_over(
                message.job_id, message.attempt, message.leg, "k", 0.1
            )
            return self.work(following, legs - 1)
        return multiple()

    @rule(target=messages, leg=consumes(held))
    def end(self, leg: Ticket) -> object:
        """A worker has done its leg: it is heard only for the attempt that owns the job."""
        owner = self.redis.hget(job_key(leg.job_id), "attempt")
        with refusals():
            if leg.leg == LEGS[-1]:
                given = self.attempts.succeed(leg.job_id, leg.attempt, self.record, 0.1)
            else:
                given = self.attempts.hand_over(leg.job_id, leg.attempt, leg.leg, "k", 0.1)
            assert owner == str(leg.attempt)
            return multiple(*given)
        return multiple()

    @rule(target=messages, leg=held)
    def end_twice(self, leg: Ticket) -> object:
        """The answer was lost, so it is said again; or an old worker wakes up."""
        self.end_once(leg)
        return self.end_once(leg)

    @rule(target=messages, leg=consumes(held), fatal=st.booleans())
    def break_down(self, leg: Ticket, *, fatal: bool) -> object:
        with refusals():
            if fatal:
                return multiple(*self.attempts.fail(leg.job_id, leg.attempt, BROKEN))
            given = self.attempts.give_back(leg.job_id, leg.attempt, BROKEN, delay_seconds=60)
            return multiple(*given)
        return multiple()

    @rule(leg=consumes(held))
    def be_killed(self, leg: Ticket) -> None:
        """The worker dies: its lease runs out."""
        self.run_out(leg.job_id)

    @rule(target=messages)
    def reap(self) -> object:
        self.redis.delete("vouch:grace")
        return multiple(*self.attempts.reap()[1])

    @rule(target=messages, message=messages)
    def be_lost(self, message: Ticket) -> object:
        """A message is lost: it is overdue one day."""
        held_now = self.redis.hget(job_key(message.job_id), "held") == "1"
        if not held_now:
            self.run_out(message.job_id)
        return multiple()

    @rule(target=messages, message=messages, name=st.sampled_from(ASKED))
    def change(self, message: Ticket, name: Script) -> object:
        return self.ask(message.job_id, name)

    @rule(target=messages, message=messages)
    def delete(self, message: Ticket) -> object:
        self.gone.add(message.job_id)
        return self.ask(message.job_id, "delete")

    @invariant()
    def every_job_is_somewhere(self) -> None:
        """In a line, in flight, or over; nowhere twice."""
        for job_id, tenant in self.tenant_of.items():
            status = self.redis.hget(job_key(job_id), "status")
            in_line = self.redis.zscore(line_key(tenant), job_id) is not None
            in_flight = self.redis.zscore(FLIGHT, f"{job_id}:{tenant}") is not None
            resting = self.redis.zscore(RESTING, f"{job_id}:{tenant}") is not None
            over = status is None or status in TERMINAL
            assert in_line + in_flight + resting + over == 1
            assert (status is None) == (job_id in self.gone)
            counted = self.redis.sismember(f"vouch:flight:{tenant}", job_id)
            assert bool(counted) == in_flight

    @invariant()
    def a_record_is_written_once(self) -> None:
        for job_id in self.tenant_of:
            status, records = self.redis.hmget(job_key(job_id), "status", "records")
            assert records == ("1" if status == "succeeded" else None)
            assert self.redis.exists(record_key(job_id)) == (status == "succeeded")

    def teardown(self) -> None:
        """Once nothing breaks any more, a worker and a reaper bring every job to its end."""
        for _ in range(20 * len(self.tenant_of) + 20):
            for where in (FLIGHT, RESTING):
                for member in self.redis.zrange(where, 0, -1):
                    self.run_out(str(member)[:32])
            self.redis.delete("vouch:grace")
            for ticket in self.attempts.reap()[1]:
                with refusals():
                    self.attempts.claim(ticket.job_id, ticket.attempt, ticket.leg)
                    self.end_once(ticket)
        statuses = {self.redis.hget(job_key(job_id), "status") for job_id in self.tenant_of}
        assert statuses <= {*TERMINAL, None}
        self.every_job_is_somewhere()
        self.a_record_is_written_once()
        self.attempts.__exit__()

    def end_once(self, leg: Ticket) -> object:
        with refusals():
            if leg.leg == LEGS[-1]:
                self.attempts.succeed(leg.job_id, leg.attempt, self.record, 0.1)
            else:
                given = self.attempts.hand_over(leg.job_id, leg.attempt, leg.leg, "k", 0.1)
                return multiple(*given)
        return multiple()

    def run_out(self, job_id: str) -> None:
        member = f"{job_id}:{self.tenant_of[job_id]}"
        for where in (FLIGHT, RESTING):
            self.redis.zadd(where, {member: 1}, xx=True)

    def ask(self, job_id: str, name: Script) -> object:
        answer = self.redis.eval(script(name), 0, job_id, self.tenant_of[job_id], 4, 15000)
        return multiple(*tickets_of(answer[1:]))


@contextmanager
def refusals() -> Iterator[None]:
    """What a worker is told that has no business with a job."""
    with suppress(StaleAttempt, JobNotFound):
        yield


def test_every_job_ends_once(redis: Redis, redis_server: str, record: Record) -> None:
    machine = type(
        "Machine", (JobsInAnyOrder,), {"redis": redis, "record": record, "url": redis_server}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            suppress_health_check=list(HealthCheck),
        ),
    )
