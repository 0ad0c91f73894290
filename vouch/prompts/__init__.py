"""Released prompts as data: `<id>/v<N>.toml`, and released.toml with the digest of each.

A released file never changes: whoever wants other words releases another version.
"""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files

from vouch.schemas.record import Engine
from vouch.schemas.value import Value


class Prompt(Value):
    """How a vision-language model is asked. `{…}` in the templates are filled in per document."""

    id: str
    version: int
    system: str
    page: str
    """Around what OCR read on the document: comes first, so that several questions can share it."""
    line: str
    """One printed line of it."""
    heading: str
    """Before the lines of a page or region."""
    question: str
    """What is wanted of it."""
    digest: str

    @property
    def identity(self) -> Engine:
        return Engine(name=f"{self.id}-v{self.version}", digest=self.digest)


@cache
def prompt(name: str, version: int | None = None) -> Prompt:
    """A released prompt, by default its newest version. KeyError when there is no such release."""
    released: dict[str, dict[str, str]] = tomllib.loads(_text("released.toml"))
    number = version or max(int(key.removeprefix("v")) for key in released[name])
    text = _text(f"{name}/v{number}.toml")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Prompt(id=name, version=number, digest=digest, **tomllib.loads(text))


def _text(path: str) -> str:
    return (files(__package__) / path).read_text("utf-8")
