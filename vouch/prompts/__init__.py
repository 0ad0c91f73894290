"""Released prompts as data: `<id>/v<N>.toml`, and released.toml with the digest of each.

A released file never changes: whoever wants other words releases another version.
`tools/check_prompts.py` sees to that; here no file is used that is not the released one.
"""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from vouch.schemas.errors import PromptUnreleased
from vouch.schemas.record import Engine
from vouch.schemas.value import Value


class Prompt(Value):
    """How a vision-language model is asked. `{blanks}` are filled in per document."""

    id: str
    version: int
    system: str
    page: str
    """Around {lines}, all that OCR read: comes first, so that several questions can share it."""
    line: str
    """One printed line: {number}, {x}, {y}, {height}, {text}."""
    gap: str = " "
    """Within a line, where nothing is printed for a while: {x}, where print goes on."""
    heading: str
    """Before the lines of a page or region: {title}."""
    question: str
    """What is wanted of it: {fields}, and {question}, the caller's own words."""
    words_first: bool = False
    """An answer quotes before it names the lines, and corrects nothing: what small models learn
    soonest. They copy better than they count."""
    digest: str

    @property
    def identity(self) -> Engine:
        return Engine(name=f"{self.id}-v{self.version}", digest=self.digest)


Wording = Literal["full", "terse"]
"""full: everything is explained; terse: for a model that was trained on just these words."""


@cache
def prompt(name: str, version: int | None = None) -> Prompt:
    """A released prompt, by default its newest version.

    PromptUnreleased when there is no such release, or its file is another one.
    """
    releases = _released().get(name, {})
    number = version if version is not None else max(releases, default=0)
    if number not in releases:
        raise PromptUnreleased(f"no prompt {name!r} of version {number} was released")
    content = (files(__package__) / name / f"v{number}.toml").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != releases[number]:
        raise PromptUnreleased(f"version {number} of the prompt {name!r} is not what was released")
    return Prompt(id=name, version=number, digest=digest, **tomllib.loads(content.decode()))


def worded(asked: Prompt, wording: Wording) -> Prompt:
    """The same prompt, newest version, for a model that is used to that wording."""
    return asked if wording == "full" else prompt(f"{asked.id}-{wording}")


def _released() -> dict[str, dict[int, str]]:
    """Version → digest of each prompt."""
    listed = tomllib.loads((files(__package__) / "released.toml").read_text("utf-8"))
    return {
        name: {int(version.removeprefix("v")): digest for version, digest in versions.items()}
        for name, versions in listed.items()
    }
