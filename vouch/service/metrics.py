"""GET /metrics: what this process has served, and what has become of everybody's jobs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vouch.schemas.errors import StoreUnavailable
from vouch.service.access import may_scrape
from vouch.service.edge.visits import Visit
from vouch.service.exposition import counted, live
from vouch.service.settings import ServiceSettings
from vouch.service.submission import AnyRequest
from vouch.storage.jobs import JobStore
from vouch.storage.load import load_of
from vouch.storage.queues import QUEUES

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class HttpMetrics:
    """What one process has served. Its own registry: a test has many of them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._at_hand = Gauge(
            "vouch_http_requests_in_progress", "Requests at hand.", registry=self.registry
        )
        self._waiters = Gauge(
            "vouch_http_waiters",
            "Callers who wait for a job: long-polls and event streams.",
            registry=self.registry,
        )
        self._requests = Counter(
            "vouch_http_requests_total",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "vouch_http_request_seconds",
            "Requests that did not wait for a job.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def watch(self, *, at_hand: Callable[[], int], waiters: Callable[[], int]) -> None:
        """Where a scrape finds what goes on now."""
        self._at_hand.set_function(at_hand)
        self._waiters.set_function(waiters)

    def count(self, visit: Visit) -> None:
        """A request has been answered. Finding a metric by its labels costs more than counting."""
        key = (visit.method, visit.route, visit.status)
        requests, seconds = self._known.get(key) or self._learn(*key)
        requests.inc()
        if not visit.waited:
            seconds.observe(visit.seconds)

    def _learn(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Callers invent methods and paths without end: one name for all that are none of ours."""
        known_method = method if method in _METHODS else "other"
        known_route = route or "none"
        found = (
            self._requests.labels(known_method, known_route, str(status)),
            self._seconds.labels(known_method, known_route),
        )
        if known_method == method:
            self._known[method, route, status] = found
        return found


@dataclass(frozen=True, slots=True)
class _Families(Collector):
    """What a scrape shows, as the library takes it."""

    families: Iterable[Metric] = field(default=())

    def collect(self) -> Iterable[Metric]:
        return self.families


@get(
    "/metrics",
    before_request=may_scrape,
    tags=["health"],
    summary="Metrics for Prometheus",
    media_type="text/plain",
    include_in_schema=False,
)
async def metrics(
    request: AnyRequest,
    jobs: NamedDependency[JobStore],
    http: NamedDependency[HttpMetrics],
    settings: NamedDependency[ServiceSettings],
) -> Response[bytes]:
    """In the format that the scraper asks for. Without Redis: what this process alone knows."""
    families = chain(await _of_jobs(jobs, settings.metrics_tenants), http.registry.collect())
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(_Families(families)), media_type=media_type)


ROUTES: Sequence[HTTPRouteHandler] = (metrics,)


async def _of_jobs(jobs: JobStore, tenants: int) -> list[Metric]:
    up = GaugeMetricFamily("vouch_redis_up", "Whether Redis answered this scrape.")
    try:
        tally, load = await jobs.tally(), await load_of(jobs.redis, QUEUES)
    except StoreUnavailable:
        up.add_metric([], 0)
        return [up]
    up.add_metric([], 1)
    return [up, *counted(tally), *live(load, tenants)]
