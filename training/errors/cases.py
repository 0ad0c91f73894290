"""Made-up errors and calm screens, filled anew at each drawing with what must not matter."""

import random
import tomllib
import uuid
from functools import cache
from pathlib import Path
from typing import Any, Literal

from vouch.schemas.error_screenshot import Category, ErrorKind, Severity
from vouch.schemas.value import Value

Layout = Literal[
    "dialog", "modern", "page", "banner", "screen", "terminal", "toast", "inline", "crash"
]
Corpus = Literal["errors", "unseen", "fresh"]
"""Those that the reader was made with, those it was mended with, and those that only measure."""
_NAMES = ("anna", "bkowalski", "c.meyer", "dlopez", "erin42", "fsato")
_FILES = ("Budget", "plan_b", "Q3 figures", "notes-final", "Invoice2024", "draft")
_HOSTS = ("srv01.example.com", "db-7.corp.local", "mail.example.org", "10.20.3.14", "node12.lan")


class Case(Value):
    """One error, or one calm screen."""

    is_error: bool
    layout: Layout
    message: str
    title: str | None = None
    code: str | None = None
    buttons: tuple[str, ...] = ()
    """Names in the table of labels, or labels that no other case has."""
    details: tuple[str, ...] = ()
    """Lines with what only one occurrence has, or a code, below the message."""
    lines: tuple[str, ...] = ()
    """Of a terminal, before the message."""
    kind: ErrorKind | None = None
    """Where only one will do; the same for the category, the severity and what to do."""
    category: Category | None = None
    severity: Severity | None = None
    action: str | None = None

    def filled(self, chance: random.Random) -> "Case":
        """The case as it occurs once."""
        values = _occurrence(chance)
        return self.model_copy(
            update={
                "message": _put(self.message, values),
                "title": self.title and _put(self.title, values),
                "details": tuple(_put(line, values) for line in self.details),
                "lines": tuple(_put(line, values) for line in self.lines),
            }
        )


def errors(corpus: Corpus = "errors") -> tuple[Case, ...]:
    return _cases("error", corpus, is_error=True)


def calm(corpus: Corpus = "errors") -> tuple[Case, ...]:
    return _cases("calm", corpus, is_error=False)


def labelled_buttons(case: Case, language: str) -> list[str]:
    """What stands on the buttons of a case."""
    words = labels(language)
    return [words.get(name, name) for name in case.buttons]


def labels(language: str) -> dict[str, str]:
    """Labels of buttons by their names."""
    return dict(_file("errors")["labels"][language])


def languages() -> tuple[str, ...]:
    return tuple(_file("errors")["labels"])


@cache
def _file(corpus: Corpus) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{corpus}.toml").read_text("utf-8"))


def _cases(section: str, corpus: Corpus, *, is_error: bool) -> tuple[Case, ...]:
    return tuple(Case(is_error=is_error, **entry) for entry in _file(corpus)[section])


def _put(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _occurrence(chance: random.Random) -> dict[str, str]:
    name, file = chance.choice(_NAMES), chance.choice(_FILES)
    ending = chance.choice(("docx", "xlsx", "pdf", "txt"))
    day = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(2019, 2026)}"
    return {
        "path": rf"C:\Users\{name}\Documents\{file.replace(' ', '_')}.{ending}",
        "unix": f"/home/{name}/projects/{file.casefold().replace(' ', '_')}.py",
        "file": f'"{file}.{ending}"',
        "host": chance.choice(_HOSTS),
        "mail": f"{name}@example.org",
        "guid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "time": f"{day} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}",
        "number": str(chance.randint(10_000, 9_999_999)),
        "count": str(chance.randint(2, 40)),
        "line": str(chance.randint(3, 900)),
    }
