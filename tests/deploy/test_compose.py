import re
from typing import Any

import pytest

from tests.deploy.composing import DEPLOY, environment, ours, passed_on, services, variables
from tests.deploy.dockerfile import PROCESSES, inherited, stages
from vouch.service.settings import ServiceSettings
from vouch.storage.settings import StorageSettings
from vouch.workers.settings import WorkerSettings

FILES = ("compose.yaml", "compose.gpu.yaml", "compose.vlm.yaml")
_UNITS = {"m": 10**6, "g": 10**9}


def test_every_process_has_its_image_and_every_image_its_process() -> None:
    built = {service["build"]["target"] for service in ours().values() if "build" in service}
    assert built == set(PROCESSES)
    for service in ours().values():
        if "build" in service:
            context = DEPLOY / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).is_file()
            assert service["build"]["target"] in stages()


@pytest.mark.parametrize("name", services())
def test_nothing_can_be_gained_or_written_or_eaten(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["init"] is True
    assert service["tmpfs"]
    assert _bytes(service["deploy"]["resources"]["limits"]["memory"]) > 0
    assert service["deploy"]["resources"]["limits"]["pids"] > 0
    assert "privileged" not in service
    if name not in ours():
        assert int(service["user"].partition(":")[0]) > 0


@pytest.mark.parametrize("name", services())
def test_images_are_pinned_by_tag_and_name_no_host(name: str) -> None:
    image, _, tag = services()[name]["image"].partition(":")
    assert tag not in ("", "latest")
    assert "." not in image.partition("/")[0]


def test_only_the_service_can_be_reached_and_only_from_here() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["service"]
    assert services()["service"]["ports"] == ["${VOUCH_PUBLISH:-127.0.0.1:8000}:8000"]


def test_those_who_open_documents_reach_nothing_but_the_stores() -> None:
    for name in ("cpu", "ocr"):
        assert set(services()[name]["networks"]) == {"queue", "blobs"}
    assert {name for name, one in services().items() if "outside" in one["networks"]} == {
        "service",
        "vlm",
    }


def test_whoever_runs_on_is_started_again_and_given_time_to_end() -> None:
    for name, service in services().items():
        is_done_at_once = name in ("vouch", "bucket")
        assert service["restart"] == ("no" if is_done_at_once else "unless-stopped")
        assert is_done_at_once or "stop_grace_period" in service


def test_what_was_begun_is_finished_or_given_back_before_the_container_is_killed() -> None:
    for name in PROCESSES:
        grace = services()[name]["stop_grace_period"]
        seconds = int(grace[:-1]) * {"s": 1, "m": 60}[grace[-1]]
        own = environment(services()[name])
        names = ("VOUCH_DRAIN_SECONDS", "VOUCH_FINISH_SECONDS", "VOUCH_FINISH_LEG_SECONDS")
        wanted = sum(int(own.get(setting) or 0) for setting in names)
        assert wanted > 0
        assert wanted + 10 <= seconds


def test_what_is_not_ours_is_asked_for_its_health() -> None:
    for name in ("redis", "s3"):
        assert services()[name]["healthcheck"]["test"]
    for name in PROCESSES:
        assert inherited(name, "HEALTHCHECK")


@pytest.mark.parametrize("name", PROCESSES)
@pytest.mark.parametrize("file", FILES)
def test_every_variable_of_ours_is_a_setting(file: str, name: str) -> None:
    """A name with a slip in it would be ignored in silence."""
    for variable in environment(services(file).get(name, {})):
        if variable.startswith("VOUCH_"):
            assert _is_a_setting(variable.removeprefix("VOUCH_").lower()), variable
    for line in inherited(name, "ENV"):
        for variable in re.findall(r"VOUCH_([A-Z_]+)=", line):
            assert _is_a_setting(variable.lower()), variable


def test_workers_make_room_before_the_container_is_killed_for_its_memory() -> None:
    for name in ("cpu", "ocr", "vlm"):
        service = services()[name]
        limit = int(str(environment(service)["VOUCH_RSS_LIMIT"]))
        tmpfs = _bytes(re.findall(r"size=(\w+)", service["tmpfs"][0])[0])
        assert limit + tmpfs < _bytes(service["deploy"]["resources"]["limits"]["memory"])


def test_the_largest_upload_fits_where_the_decoding_child_reads_it() -> None:
    tmpfs = _bytes(re.findall(r"size=(\w+)", services()["cpu"]["tmpfs"][0])[0])
    assert tmpfs > 2 * WorkerSettings().limits.max_bytes


def test_the_example_of_secrets_names_all_that_is_needed_and_holds_none() -> None:
    text = (DEPLOY / ".env.example").read_text("utf-8")
    named = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    wanted = {name for file in FILES for name, _ in variables(file)}
    wanted |= {name for file in FILES for name in passed_on(file)}
    assert set(named) - {"COMPOSE_PROFILES"} == wanted - {"VOUCH_TAG"}
    secrets = [name for name in named if re.search(r"PASSWORD|KEY", name)]
    assert len(secrets) == 5
    assert not any(named[name] for name in secrets)


def test_a_secret_has_no_default() -> None:
    for file in FILES:
        for name, default in variables(file):
            if re.search(r"PASSWORD|SECRET|ACCESS_KEY", name):
                assert default.startswith(":?"), name


def test_only_the_process_with_a_model_gets_a_gpu() -> None:
    (name,) = services("compose.gpu.yaml")
    assert name == "vlm"
    (device,) = services("compose.gpu.yaml")[name]["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}
    assert "TORCH" in services("compose.gpu.yaml")[name]["build"]["args"]


def _is_a_setting(name: str) -> bool:
    """Whether a settings class has it; of a nested one the whole path."""
    return any(
        _has(settings.model_fields, name.split("__"))
        for settings in (ServiceSettings, StorageSettings, WorkerSettings)
    )


def _has(fields: Any, path: list[str]) -> bool:
    if path[0] not in fields:
        return False
    return len(path) == 1 or _has(fields[path[0]].annotation.model_fields, path[1:])


def _bytes(size: str) -> int:
    return int(size[:-1]) * _UNITS[size[-1]]
