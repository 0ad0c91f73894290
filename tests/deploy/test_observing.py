"""The dashboard and the alerts ask for nothing that /metrics does not show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from vouch.service.exposition import counted, live
from vouch.service.metrics import HttpMetrics
from vouch.storage.load import Load

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8"))
DASHBOARD = json.loads((DEPLOY / "grafana" / "vouch.json").read_text("utf-8"))
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {rule["alert"]: rule["expr"] for rule in RULES} | {
    f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "5m")
    for panel in PANELS
    for target in panel["targets"]
}
OF_PROMETHEUS = {"up"}
FULL = Load(
    tenants={"a": 1},
    queued={"high": 1},
    oldest_seconds={"high": 1},
    in_flight=1,
    running=1,
    messages={"cpu": 1},
    workers={"cpu": 1},
    calls=1,
    calls_overdue_seconds=1,
    unswept=1,
    reaped_seconds_ago=1,
    memory_used=1,
    memory_limit=1,
)


@pytest.fixture(scope="module")
def shown() -> dict[str, set[str]]:
    """Every series that /metrics can show, with its labels."""
    families = [*counted({}), *live(FULL, 10), *HttpMetrics().registry.collect()]
    names: dict[str, set[str]] = {"vouch_redis_up": set()}
    for family in families:
        labels = set(getattr(family, "_labelnames", ()))
        labels |= {name for sample in family.samples for name in sample.labels}
        if family.name.startswith("vouch_http_"):  # shows its labels with the first request
            labels |= {"method", "route", "status"}
        if family.type == "counter":
            names[f"{family.name}_total"] = labels
        elif family.type == "histogram":
            names |= {f"{family.name}_{part}": labels for part in ("sum", "count")}
            names[f"{family.name}_bucket"] = labels | {"le"}
        else:
            names[family.name] = labels
    return names


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_an_expression_asks_for_what_is_shown(title: str, shown: dict[str, set[str]]) -> None:
    expression = promql.parse(EXPRESSIONS[title])
    selectors = list(selected(expression))
    assert selectors
    for selector in selectors:
        assert selector.name in shown.keys() | OF_PROMETHEUS
        asked = {matcher.name for matcher in selector.matchers.matchers}
        assert asked <= shown.get(selector.name or "", set()) | {"job"}


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_labels_that_are_kept_are_those_of_the_metrics(
    title: str, shown: dict[str, set[str]]
) -> None:
    text = EXPRESSIONS[title]
    kept = {name.strip() for by in re.findall(r"\bby \(([^)]*)\)", text) for name in by.split(",")}
    known = set().union(
        *(shown.get(each.name or "", set()) for each in selected(promql.parse(text)))
    )
    assert kept <= known | {"le"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert len(rule["annotations"]["runbook"].split()) >= 10


def test_what_comes_from_redis_is_not_summed_over_processes() -> None:
    """Every process of the service tells the same of jobs: a plain sum counts it as often."""
    for text in EXPRESSIONS.values():
        for summed in re.findall(r"sum(?: by \([^)]*\))? ?\((?:rate|increase)\((vouch_\w+)", text):
            assert summed.startswith("vouch_http_")


def test_alerts_and_panels_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in RULES]
    titles = [panel["title"] for panel in PANELS]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    for each in (names, titles, ids):
        assert len(set(each)) == len(each)


def test_no_panel_covers_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert taken.isdisjoint(cells)
        taken |= cells


def test_prometheus_finds_the_alerts_and_the_service() -> None:
    wish = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    (scrape,) = wish["scrape_configs"]
    assert [(DEPLOY / "prometheus" / name).is_file() for name in wish["rule_files"]] == [True]
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert set(scrape["dns_sd_configs"][0]["names"]) <= set(compose["services"])


def test_what_watches_is_as_bounded_as_what_is_watched() -> None:
    watching = yaml.safe_load((DEPLOY / "compose.metrics.yaml").read_text("utf-8"))
    for name in ("prometheus", "grafana"):
        service = watching["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert int(service["user"].partition(":")[0]) > 0
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
        sources = [mount.partition(":")[0] for mount in service["volumes"]]
        assert all((DEPLOY / each).exists() for each in sources if each.startswith("."))
    assert watching["services"]["grafana"]["ports"][0].startswith("${GRAFANA_PUBLISH:-127.0.0.1")
    (key,) = watching["services"]["prometheus"]["secrets"]
    wish = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    told = wish["scrape_configs"][0]["authorization"]["credentials_file"]
    assert told == f"/run/secrets/{key}"
    ignored = (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()
    assert f"/deploy/{Path(watching['secrets'][key]['file']).name}" in ignored


def selected(expression: Any) -> Iterator[promql.VectorSelector]:
    """The metrics that an expression looks at."""
    if isinstance(expression, promql.VectorSelector):
        yield expression
        return
    parts = [getattr(expression, name, None) for name in ("expr", "lhs", "rhs", "vector_selector")]
    parts += list(getattr(expression, "args", None) or [])
    for part in parts:
        if part is not None:
            yield from selected(part)
