import re
from pathlib import Path

import pytest

import vouch.storage
from vouch.schemas.job import Options
from vouch.storage.meters import (
    METERS,
    QUEUE_WAIT,
    SECONDS,
    STAGE_SECONDS,
    Meter,
    parsed_tally,
    schema_label,
)

LUA = {path: path.read_text() for path in (Path(vouch.storage.__file__).parent / "lua").iterdir()}
BY_NAME = {meter.name: meter for meter in METERS}
COUNTER = Meter("vouch_things_total", "Things.", ("kind",))


def test_a_value_falls_into_the_first_bucket_that_is_not_below_it() -> None:
    seen = Meter("vouch_x", "X.", ("leg",), (0.5, 1)).observe(0.5, 0.6, 1.0, 7, leg="depict")
    assert seen == {
        'vouch_x_bucket{leg="depict",le="0.5"}': 1,
        'vouch_x_bucket{leg="depict",le="1"}': 2,
        'vouch_x_bucket{leg="depict",le="+Inf"}': 1,
        'vouch_x_sum{leg="depict"}': 9.1,
    }


def test_nothing_observed_is_nothing_counted() -> None:
    assert STAGE_SECONDS.observe(stage="read") == {}


def test_what_is_counted_is_read_back() -> None:
    tally = COUNTER.add(2.5, kind="a") | Meter("vouch_plain_total", "Plain.").add()
    assert sorted(parsed_tally(tally)) == [
        ("vouch_plain_total", {}, 1),
        ("vouch_things_total", {"kind": "a"}, 2.5),
    ]


@pytest.mark.parametrize("label", ['"},x{a="', "a\nb", "Straße 1", "x" * 1000, ""])
def test_no_label_can_break_out_of_its_quotes(label: str) -> None:
    [(name, labels, amount)] = parsed_tally(COUNTER.add(kind=label))
    assert (name, list(labels), amount) == ("vouch_things_total", ["kind"], 1)
    assert re.fullmatch(r"[A-Za-z0-9_.:/@+-]{0,64}", labels["kind"])


def test_fields_that_are_no_metric_are_left_out() -> None:
    assert list(parsed_tally({"Nonsense": 1, "vouch_x{": 1, 'vouch_x{a="}': 1})) == []


def test_only_built_in_schemas_are_called_by_name() -> None:
    assert schema_label(Options(schema_name="receipt")) == "receipt"
    assert schema_label(Options(schema_name="receipt", json_schema={})) == "custom"
    assert schema_label(Options(schema_name="Patient Müller")) == "custom"


def test_scripts_count_only_metrics_that_are_declared() -> None:
    """Whole names with the labels that go with them, as the collector will look for them."""
    counted = [found for text in LUA.values() for found in re.findall(r"count\('([^']+)'", text)]
    assert len(counted) >= 8
    for field in counted:
        name, _, labels = field.partition("{")
        assert re.findall(r'([a-z_]+)="', labels) == list(BY_NAME[name].labels)
    observed = [
        found for text in LUA.values() for found in re.findall(r"observe\('(\w+)', '(\w+)=", text)
    ]
    assert len(observed) == 2
    for name, label in observed:
        assert (BY_NAME[name].labels, BY_NAME[name].buckets) == ((label,), SECONDS)


def test_scripts_know_the_same_buckets() -> None:
    bounds = re.search(r"local BOUNDS = \{(.+)\}", "\n".join(LUA.values()))
    assert bounds is not None
    assert tuple(float(bound) for bound in bounds[1].split(",")) == QUEUE_WAIT.buckets
