"""Compiled grammars, kept: a grammar that is asked for again is copied, not compiled."""

import hashlib
import re
from collections import OrderedDict
from itertools import takewhile
from threading import Lock
from typing import NoReturn

from llguidance import LLMatcher, LLTokenizer

from vouch.grammar.budget import parser_limits
from vouch.schemas.errors import SchemaRefused, SchemaTooLarge

MOST_KEPT = 64
_SCHEMA_FAULT = "failed to compile JSON schema: "
_EXCERPT = re.compile(r"\s*\d+ \||<non-verbose")
_SIZE_FAULTS = ("fuel", "too large", "too many", "too big", "limit", "level exceeded")


class Grammars:
    """The grammars of one tokenizer. Safe to share: each caller gets a matcher of its own."""

    def __init__(self, tokenizer: LLTokenizer, most_kept: int = MOST_KEPT) -> None:
        self._tokenizer = tokenizer
        self._most_kept = most_kept
        self._kept: OrderedDict[str, LLMatcher] = OrderedDict()
        self._lock = Lock()
        self.compiled = 0
        """How many grammars have been compiled so far."""

    def matcher(self, lark: str) -> LLMatcher:
        """A fresh matcher for a grammar in Lark, for one answer and one thread.

        SchemaTooLarge, SchemaRefused when it cannot be compiled.
        """
        key = hashlib.sha256(lark.encode()).hexdigest()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._compiled(lark)
                self.compiled += 1
            self._kept.move_to_end(key)
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
            return self._kept[key].deep_copy()

    def _compiled(self, lark: str) -> LLMatcher:
        matcher = LLMatcher(
            self._tokenizer,
            LLMatcher.grammar_from_lark(lark),
            log_level=0,
            limits=parser_limits(),
        )
        if matcher.is_error():
            refuse(matcher.get_error())
        return matcher


def refuse(fault: str) -> NoReturn:
    """Raise what a fault that llguidance found in a grammar means to the caller.

    Only what it says of the schema is told on: the rest may quote the document.
    """
    said = plainly(fault.partition(_SCHEMA_FAULT)[2])
    if any(sign in fault for sign in _SIZE_FAULTS):
        raise SchemaTooLarge(f"the schema is too large to compile{': ' if said else ''}{said}")
    raise SchemaRefused(f"the schema cannot be compiled{': ' if said else ''}{said}")


def plainly(fault: str) -> str:
    """A fault on one line, without the excerpt of the grammar that follows it."""
    lines = takewhile(lambda line: not _EXCERPT.match(line), fault.splitlines())
    return " ".join(" ".join(lines).split())[:300]
