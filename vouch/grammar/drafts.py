"""The grammar of a draft: the caller's schema with every leaf wrapped in where it was read.

A draft is compact JSON with the properties in the order of the schema, all of them written:

    null                                                a leaf, list or object that is not there
    {"lines":[3,4],"raw":"AS PRINTED"}                  free text: the value is what is printed
    {"lines":[3],"raw":"A5","correction":"AS"}          … or, marked, what should be
    {"lines":[3],"raw":"RM 33.90","value":"33.90"}      any other leaf
    {"lines":[],"raw":null,"value":…}                   judged, not printed

Small models write `raw` before `lines`, and no correction: {"raw":"RM 33.90","lines":[3],…}.

Grammars are written in llguidance's dialect of Lark. In the grammar of one document only its line
numbers are numbers and only its own words are `raw`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from vouch.grammar.enforcing import COMPACT, LONGEST, cap, enforced
from vouch.grammar.wording import chunks, escaped
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape

MOST_LINES = 16
"""Lines that one value may name."""
SPARE_MEMBERS = 4
"""A list without a bound may have this many members more than the document has lines."""
UNGROUNDED_MEMBERS = 200
_WRITTEN = {"type": "string", "minLength": 1, "maxLength": LONGEST}


def draft_grammar(shape: Shape, lines: Sequence[str], *, words_first: bool = False) -> str:
    """The drafts of one document, whose numbered lines are given: `raw` is a run of its words.

    `words_first`: `raw` comes before `lines`, and nothing is corrected.
    """
    words = [escaped(chunk) for chunk in chunks(lines)] if any(map(str.strip, lines)) else []
    writer = _Writer(bool(words), words_first, most_members=len(lines) + SPARE_MEMBERS)
    rules = writer.rules_of(shape)
    if words:
        rules += [
            f"line: {_json({'type': 'integer', 'minimum': 1, 'maximum': len(lines)})}",
            r'raw: "\"" RAW "\""',
            r"RAW: RUN & /\S((?s:.)*\S)?/",
            f"RUN: %regex {json.dumps({'substring_chunks': words}, ensure_ascii=False)}",
        ]
    return "\n".join(rules) + "\n"


def plain_grammar(shape: Shape) -> str:
    """The same wrapping without a document: any text as `raw`, any line numbers."""
    writer = _Writer(has_text=True, words_first=False, most_members=UNGROUNDED_MEMBERS)
    return "\n".join([*writer.rules_of(shape), "line: /[1-9][0-9]{0,3}/", "raw: written"]) + "\n"


@dataclass
class _Writer:
    """Writes rules, one for all that is alike.

    The lexer is greedy: of two literals that may stand at the same place, neither may begin with
    the other, or only the longer one is ever seen.
    """

    has_text: bool
    words_first: bool
    most_members: int
    names: dict[str, str] = field(default_factory=dict)

    def rules_of(self, shape: Shape) -> list[str]:
        start = self._named(shape, null=shape.nullable)
        rules = [f"start: {start}", *(f"{name}: {body}" for body, name in self.names.items())]
        rules.append(f"written: {_json(_WRITTEN)}")
        if self.has_text:
            rules.append(f"source: {self._source()}")
        return rules

    def _named(self, shape: Shape, *, null: bool) -> str:
        """The name of the rule for a shape that may also be null."""
        match shape:
            case LeafShape():
                body = self._leaf(shape, null=null)
            case ListShape():
                body = self._list(shape)
            case ObjectShape():
                body = self._object(shape)
        return self._rule(" | ".join(filter(None, ['"null"' if null else "", body])))

    def _rule(self, body: str) -> str:
        return self.names.setdefault(body, f"r{len(self.names)}")

    def _source(self) -> str:
        """What stands behind the opening of a leaf that is printed."""
        numbers = f'line ("," line){{0,{MOST_LINES - 1}}}'
        if self.words_first:
            return rf'raw ",\"lines\":[" {numbers} "]"'
        return rf'{numbers} "],\"raw\":" raw'

    def _leaf(self, leaf: LeafShape, *, null: bool) -> str:
        ends = self._copied(null=null) if leaf.copied else self._valued(leaf)
        opening = r'"{\"raw\":"' if self.words_first else r'"{\"lines\":["'
        return f'{opening} ({" | ".join(ends)}) "}}"' if ends else ""

    def _unseen(self) -> str:
        return r'"null,\"lines\":[]"' if self.words_first else r'"],\"raw\":null"'

    def _copied(self, *, null: bool) -> list[str]:
        correction = r'",\"correction\":" written'
        printed = "source" if self.words_first else f"source ({correction})?"
        # on a page without text, what must not be null can only be written freely
        unseen = [] if null else [f"{self._unseen()} {correction}"]
        return [printed, *unseen] if self.has_text else unseen

    def _valued(self, leaf: LeafShape) -> list[str]:
        value = rf'",\"value\":" {self._rule(_json(enforced(leaf.json_schema).schema))}'
        judged = f"{self._unseen()} {value}"
        return [f"source {value}", judged] if self.has_text else [judged]

    def _list(self, shape: ListShape) -> str:
        most = cap(shape.least, shape.most, self.most_members)
        if most == 0:
            return '"[" "]"'
        member = self._named(shape.member, null=shape.member.nullable)
        members = f'{member} ("," {member}){{{max(shape.least - 1, 0)},{most - 1}}}'
        return f'"[" {members} "]"' if shape.least else f'"[" ({members})? "]"'

    def _object(self, shape: ObjectShape) -> str:
        parts: list[str] = []
        for number, child in enumerate(shape.properties):
            opening = "," if number else "{"
            parts.append(_literal(f"{opening}{json.dumps(child.name, ensure_ascii=False)}:"))
            parts.append(self._named(child.shape, null=child.shape.nullable or not child.required))
        return " ".join([*parts, '"}"'])


def _literal(text: str) -> str:
    """The text as a literal of Lark, whose lexer takes no DEL."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def _json(schema: dict[str, object]) -> str:
    return "%json " + json.dumps({**schema, "x-guidance": COMPACT}, ensure_ascii=False)
