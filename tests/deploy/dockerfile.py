"""Reads deploy/Dockerfile: its stages, and what each stage says and inherits."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
PROCESSES = ("service", "cpu", "ocr", "vlm")


@dataclass(frozen=True, slots=True)
class Stage:
    """Instructions from `FROM base AS name` on, without those of its base."""

    name: str
    base: str
    instructions: tuple[tuple[str, str], ...]

    def values(self, instruction: str) -> list[str]:
        return [value for name, value in self.instructions if name == instruction]


def stages() -> dict[str, Stage]:
    """All stages in their order."""
    found: dict[str, Stage] = {}
    for name, value in _instructions(DOCKERFILE.read_text("utf-8")):
        if name == "FROM":
            base, stage = re.fullmatch(r"(\S+) AS (\S+)", value).groups()  # type: ignore[union-attr]
            found[stage] = Stage(stage, base, ())
        else:
            last = found[next(reversed(found))]
            found[last.name] = Stage(last.name, last.base, (*last.instructions, (name, value)))
    return found


def inherited(target: str, instruction: str) -> list[str]:
    """What a target and its bases say, the base first."""
    known = stages()
    stage = known[target]
    before = inherited(stage.base, instruction) if stage.base in known else []
    return [*before, *stage.values(instruction)]


def command(target: str) -> list[str]:
    """What a container of this target runs."""
    return [
        *json.loads(inherited(target, "ENTRYPOINT")[-1]),
        *json.loads(inherited(target, "CMD")[-1]),
    ]


def health_command(target: str) -> list[str]:
    check = inherited(target, "HEALTHCHECK")[-1]
    parts: list[str] = json.loads(check.partition(" CMD ")[2])
    return parts


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, value = line.partition(" ")
            yield name, value.strip()
