"""A cursor over JSON that says where each value stands."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from vouch.schemas.errors import InvalidDraft

_BLANK = " \t\n\r"


class Span(NamedTuple):
    """First character and the one after the last."""

    start: int
    end: int


class Cursor:
    """Reads a text from its start; InvalidDraft where it is not what was asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def took(self, sign: str) -> bool:
        """Whether `sign` comes next, which is then behind the cursor."""
        self._skip_blanks()
        there = self._text.startswith(sign, self._at)
        self._at += len(sign) * there
        return there

    def value(self) -> tuple[Any, Span]:
        """The whole JSON value that comes next."""
        self._skip_blanks()
        start = self._at
        try:
            value, self._at = _DECODER.raw_decode(self._text, start)
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            self.fail("a JSON value")
        return value, Span(start, self._at)

    def names(self) -> Iterator[str]:
        """The names of an object's members; read each one's value before the next name."""
        self._expect("{")
        if self.took("}"):
            return
        while True:
            name, _ = self.value()
            if not isinstance(name, str):
                self.fail("a name")
            self._expect(":")
            yield name
            if self.took("}"):
                return
            self._expect(",")

    def indices(self) -> Iterator[int]:
        """Counts the members of a list; read each one before the next count."""
        self._expect("[")
        if self.took("]"):
            return
        index = 0
        while True:
            yield index
            if self.took("]"):
                return
            self._expect(",")
            index += 1

    def finish(self) -> None:
        """See that nothing is left."""
        self._skip_blanks()
        if self._at < len(self._text):
            self.fail("its end")

    def fail(self, wanted: str) -> NoReturn:
        """Say what should be here, and no word of what is."""
        raise InvalidDraft(f"the model's answer lacks {wanted} at character {self._at}")

    def _expect(self, sign: str) -> None:
        if not self.took(sign):
            self.fail(repr(sign))

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1] and self._text[self._at] in _BLANK:
            self._at += 1


def _finite(number: str) -> float:
    value = float(number)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("out of range")
    return value


def _unknown(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_unknown)
