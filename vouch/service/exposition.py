"""What /metrics says of jobs: families of Prometheus from the tally and the load in Redis.

Every process of the service tells the same: aggregate with `max without (instance)`, not `sum`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from vouch.storage.load import Load
from vouch.storage.meters import METERS, Meter, parsed_tally

Labels = tuple[str, ...]


def counted(tally: Mapping[str, float]) -> Iterator[Metric]:
    """Every declared counter and histogram, also those that nothing has been counted for."""
    amounts: defaultdict[str, dict[tuple[tuple[str, str], ...], float]] = defaultdict(dict)
    for name, labels, amount in parsed_tally(tally):
        amounts[name][tuple(sorted(labels.items()))] = amount
    for meter in METERS:
        yield _histogram(meter, amounts) if meter.buckets else _counter(meter, amounts[meter.name])


def live(load: Load, tenants: int) -> Iterator[Metric]:
    """The gauges of a moment; of tenants, those with the longest lines have one each."""
    lines = sorted(load.tenants.items(), key=lambda line: (-line[1], line[0]))[:tenants]
    states = {
        "queued": sum(load.queued.values()),
        "waiting": load.in_flight - load.running,
        "running": load.running,
    }
    yield _gauge("vouch_jobs", "Jobs that have not ended, by state.", "state", states)
    yield _gauge("vouch_queued_jobs", "Jobs in line.", "priority", load.queued)
    yield _gauge(
        "vouch_oldest_queued_seconds",
        "Age of the oldest job in line, since it was submitted.",
        "priority",
        load.oldest_seconds,
    )
    yield _gauge("vouch_tenant_queued_jobs", "The longest lines.", "tenant", dict(lines))
    yield _gauge("vouch_queue_messages", "Messages that wait for a worker.", "queue", load.messages)
    yield _gauge("vouch_workers", "Live workers with their engines loaded.", "queue", load.workers)
    for name, text, value in (
        ("vouch_webhooks_waiting", "Webhooks that are still to be made.", load.calls),
        (
            "vouch_webhook_overdue_seconds",
            "How long the first webhook has been due.",
            load.calls_overdue_seconds,
        ),
        ("vouch_jobs_unswept", "Expired jobs whose blobs are still there.", load.unswept),
        ("vouch_redis_memory_bytes", "Memory that Redis uses.", load.memory_used),
        ("vouch_redis_memory_limit_bytes", "Its limit; 0: none.", load.memory_limit),
    ):
        yield GaugeMetricFamily(name, text, value=value)
    if load.reaped_seconds_ago is not None:
        yield GaugeMetricFamily(
            "vouch_reaper_seconds",
            "Since a reaper last looked.",
            value=load.reaped_seconds_ago,
        )


def _counter(meter: Meter, amounts: Mapping[tuple[tuple[str, str], ...], float]) -> Metric:
    family = CounterMetricFamily(meter.name, meter.help, labels=meter.labels)
    first: list[Labels] = [(value,) for value in meter.known] if meter.labels else [()]
    shown: dict[Labels, float] = dict.fromkeys(first, 0)
    shown |= {_ordered(meter, labels): amount for labels, amount in amounts.items()}
    for of, amount in shown.items():
        family.add_metric(of, amount)
    return family


def _histogram(
    meter: Meter, amounts: Mapping[str, Mapping[tuple[tuple[str, str], ...], float]]
) -> Metric:
    family = HistogramMetricFamily(meter.name, meter.help, labels=meter.labels)
    buckets: defaultdict[Labels, dict[str, float]] = defaultdict(dict)
    for labels, amount in amounts.get(f"{meter.name}_bucket", {}).items():
        buckets[_ordered(meter, labels)][dict(labels).get("le", "")] = amount
    sums = {
        _ordered(meter, labels): amount
        for labels, amount in amounts.get(f"{meter.name}_sum", {}).items()
    }
    for of, seen in buckets.items():
        cumulated = accumulate(seen.get(bound, 0) for bound in meter.bounds)
        names = (bound if bound == "+Inf" else str(float(bound)) for bound in meter.bounds)
        pairs = list(zip(names, cumulated, strict=True))
        family.add_metric(of, pairs, sums.get(of, 0))
    return family


def _ordered(meter: Meter, labels: Iterable[tuple[str, str]]) -> Labels:
    named = dict(labels)
    return tuple(named.get(name, "") for name in meter.labels)


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
