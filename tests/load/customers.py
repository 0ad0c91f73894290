"""Tenants of a service under load, and the programs that submit for them."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.chaos.callers import Caller, Told, calling
from tests.chaos.documents import thumbnail
from vouch.schemas.job import Priority
from vouch.schemas.tenant import Tenant, Terms
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore

FILENAME = "private-name-of-a-customer.jpg"
LINE = 30
"""Jobs that a tenant may have in line: full, so that the scheduler has a choice at all times."""
RATED = "rated"
"""The tenant that may submit little, and tries all the same."""
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "normal", "high")


@dataclass(frozen=True)
class Customer:
    """A tenant with a key, and what its programs were told."""

    tenant: Tenant
    key: str
    told: Told = field(default_factory=Told)
    submit_seconds: list[float] = field(default_factory=list)
    """How long each submit that was accepted took."""

    @contextmanager
    def calling(self, url: str, deadline: float) -> Iterator[Caller]:
        headers = {"Authorization": f"Bearer {self.key}"}
        with calling(url, self.told, deadline, headers) as caller:
            yield caller


def customers(redis_url: str, weights: Sequence[float]) -> list[Customer]:
    """One tenant for each weight, whose line is always full, and one with a limited rate."""
    tenants = [
        Tenant(name=f"weight-{number}", terms=Terms(weight=weight, waiting=LINE))
        for number, weight in enumerate(weights, 1)
    ]
    tenants.append(Tenant(name=RATED, terms=Terms(submits_per_minute=30)))
    storage = StorageSettings(redis_url=redis_url)
    with Keyring.at(storage) as keyring, TenantStore.at(storage) as store:
        for tenant in tenants:
            store.put(tenant)
        return [Customer(each, keyring.create(each, ["submit", "read"])[1]) for each in tenants]


@contextmanager
def submitting(url: str, all_customers: Sequence[Customer]) -> Iterator[None]:
    """Each customer submits as fast as it may, and follows a job now and then, in the block."""
    over = threading.Event()
    programs: list[Future[None]] = []
    with ThreadPoolExecutor(2 * len(all_customers)) as threads:
        for customer in all_customers:
            programs += [threads.submit(_submit, customer, url, over) for _ in range(2)]
        try:
            yield
        finally:
            over.set()
            for program in programs:
                program.result()


def _submit(customer: Customer, url: str, over: threading.Event) -> None:
    chance = random.Random(customer.tenant.name)
    with customer.calling(url, time.monotonic() + 600) as caller:
        while not over.is_set():
            form: dict[str, str] = {"priority": chance.choice(PRIORITIES)}
            kind, count = ("batches", 5) if chance.random() < 0.1 else ("jobs", 1)
            files = [("file", (FILENAME, thumbnail()))] * count
            began = time.monotonic()
            answer = _once(caller, f"/v1/{kind}", files, form)
            if answer is None:
                over.wait(chance.uniform(0.2, 0.6))
                continue
            customer.submit_seconds.append(time.monotonic() - began)
            if kind == "jobs" and chance.random() < 0.2:
                caller.ask("GET", answer.headers["location"], params={"wait": 0.2})


def _once(
    caller: Caller, path: str, files: list[tuple[str, tuple[str, bytes]]], form: dict[str, str]
) -> httpx.Response | None:
    """The answer to a submit; None when it was refused, with the time to come back."""
    answer = caller.http.post(path, files=files, data=form)
    caller.told.note(answer)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        assert int(answer.headers["retry-after"]) > 0
        return None
    return answer if answer.is_success else None
