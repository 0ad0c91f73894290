"""Reads deploy/compose.yaml and its overrides."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
_VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?:(:?[-?])([^}]*))?\}")


def services(name: str = "compose.yaml") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = _read(name)["services"]
    return found


def ours(name: str = "compose.yaml") -> dict[str, dict[str, Any]]:
    """Those whose image is Vouch's own."""
    return {key: one for key, one in services(name).items() if one["image"].startswith("vouch-")}


def environment(service: Mapping[str, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = service.get("environment", {})
    return found


def variables(name: str) -> Iterator[tuple[str, str]]:
    """Every ${NAME…} of a file, and what stands behind the name: "", ":-…", ":?…"."""
    for variable, operator, rest in _VARIABLE.findall((DEPLOY / name).read_text("utf-8")):
        yield variable, f"{operator}{rest}"


def passed_on(name: str) -> set[str]:
    """Variables without a value: they come from .env or are not set."""
    return {
        key
        for service in services(name).values()
        for key, value in environment(service).items()
        if value is None
    }


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text("utf-8"))
    return found
