"""A caller's words for something on a screen: what it is called, what it is, where it stands.

Words like "in", "menu" or "first" may belong to a label ("Sign in", "Menu", "First name"), so that
a phrase has several readings; what is printed decides between them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from vouch.schemas.ui import Role

Relation = Literal["below", "above", "left_of", "right_of", "beside", "inside"]
LAST = -1
_MOST_WORDS = 24
"""Of a phrase: more describe nothing that one could look for."""
_WORD = re.compile(
    r"""["“”„«»]([^"“”„«»]+)["“”„«»]|'([^']+)'(?!\w)|(\w+(?:[.'’&+/-]\w+)*|[^\w\s])"""
)
_NUMBER = re.compile(r"(?:#|no\.?|nr\.?)?(\d{1,3})(?:\.|st|nd|rd|th|e|o|a)?", re.IGNORECASE)
_LEAST_STEM = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reading of a phrase."""

    label: str = ""
    role: Role | None = None
    ordinal: int | None = None
    """Which of several alike, from 1 in reading order; -1 for the last."""
    relation: Relation | None = None
    anchor: "Wanted | None" = None
    """What it stands in that relation to."""


class Word(NamedTuple):
    """A word of a phrase; `plain` is without case and accents, and empty where it was quoted."""

    text: str
    plain: str


def readings(phrase: str) -> tuple[Wanted, ...]:
    """All that a phrase may mean, the readings that take most words as a label first."""
    words = phrase_words(phrase)[:_MOST_WORDS]
    return tuple(dict.fromkeys(_readings(words)))


def phrase_words(phrase: str) -> list[Word]:
    """The words of a phrase; what stands in quotes is one word that means only itself."""
    found = []
    for match in _WORD.finditer(phrase):
        quoted = match[1] or match[2]
        if quoted:
            found.append(Word(quoted.strip(), ""))
        elif match[3][0].isalnum() or match[3] in "#&+":
            found.append(Word(match[3], plain(match[3])))
    return found


def plain(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _readings(words: Sequence[Word]) -> Iterator[Wanted]:
    yield from _plain_readings(words)
    for start, end, relation in _relations(words):
        for wanted in _plain_readings(words[:start]):
            for anchor in _plain_readings(words[end:]):
                yield replace(wanted, relation=relation, anchor=anchor)


def _relations(words: Sequence[Word]) -> Iterator[tuple[int, int, Relation]]:
    """Where words say how two things stand to each other, the longest phrase at each place."""
    for start in range(1, len(words) - 1):
        for length in (4, 3, 2, 1):
            end = start + length
            relation = _vocabulary().relations.get(_joined(words[start:end]))
            if relation is not None and end < len(words):
                yield start, end, relation
                break


def _plain_readings(words: Sequence[Word]) -> Iterator[Wanted]:
    """Readings without a relation; none of no words."""
    words = _without_fillers(words)
    if not words:
        return
    yield Wanted(label=_label(words))
    yield from _by_role(words, None)
    for ordinal, others in _ordinals(words):
        if rest := _without_fillers(others):
            yield Wanted(label=_label(rest), ordinal=ordinal)
            yield from _by_role(rest, ordinal)


def _by_role(words: Sequence[Word], ordinal: int | None) -> Iterator[Wanted]:
    """A word for a role stands first, last, or ends a compound."""
    for role, rest in _roles(words):
        yield Wanted(label=_label(rest), role=role, ordinal=ordinal)
        number, kept = _number_beside(rest)
        if number is None:
            continue
        place = Wanted(role=role, ordinal=number)
        if kept:  # "row 3 Delete": what stands in the third row
            yield from (
                replace(wanted, relation="inside", anchor=place) for wanted in _flat_readings(kept)
            )
        else:
            yield place


def _flat_readings(words: Sequence[Word]) -> Iterator[Wanted]:
    yield Wanted(label=_label(words))
    yield from (Wanted(label=_label(rest), role=role) for role, rest in _roles(words))


def _roles(words: Sequence[Word]) -> Iterator[tuple[Role, Sequence[Word]]]:
    names = _vocabulary().roles
    for length in (3, 2, 1):
        if length > len(words):
            continue
        if role := names.get(_joined(words[-length:])):
            yield role, _without_fillers(words[:-length])
        if role := names.get(_joined(words[:length])):
            yield role, _without_fillers(words[length:])
    for role, ending in _vocabulary().endings:
        stem = words[-1].plain.removesuffix(ending)
        if stem != words[-1].plain and len(stem.rstrip("-")) >= _LEAST_STEM:
            yield role, (*words[:-1], Word(words[-1].text[: len(stem)].rstrip("-"), stem))


def _ordinals(words: Sequence[Word]) -> Iterator[tuple[int, Sequence[Word]]]:
    for index, word in enumerate(words):
        if (ordinal := _vocabulary().ordinals.get(word.plain)) is not None:
            yield ordinal, (*words[:index], *words[index + 1 :])
        elif index == 0 and len(words) > 1 and (number := _NUMBER.fullmatch(word.plain)):
            yield int(number[1]), words[1:]


def _number_beside(words: Sequence[Word]) -> tuple[int | None, Sequence[Word]]:
    """The number at the start or the end of what is left beside a role: "row 3"."""
    rest = [word for word in words if word.plain not in ("#", "number", "nr", "no", "numero")]
    for index in (0, -1):
        if rest and (number := _NUMBER.fullmatch(rest[index].plain)):
            return int(number[1]), _without_fillers(rest[1:] if index == 0 else rest[:-1])
    return None, words


def _without_fillers(words: Sequence[Word]) -> Sequence[Word]:
    """Without articles and the like at both ends, as long as anything is left."""
    fillers = _vocabulary().fillers
    kept = list(words)
    while len(kept) > 1 and kept[0].plain in fillers:
        kept.pop(0)
    while len(kept) > 1 and kept[-1].plain in fillers:
        kept.pop()
    return kept if len(kept) > 1 or (kept and kept[0].plain not in fillers) else []


def _label(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _joined(words: Sequence[Word]) -> str:
    """As the vocabulary has it; words in quotes are in no vocabulary."""
    return " ".join(word.plain for word in words) if all(word.plain for word in words) else ""


class _Vocabulary(NamedTuple):
    fillers: frozenset[str]
    roles: Mapping[str, Role]
    endings: Sequence[tuple[Role, str]]
    relations: Mapping[str, Relation]
    ordinals: Mapping[str, int]


@cache
def _vocabulary() -> _Vocabulary:
    told = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    return _Vocabulary(
        fillers=frozenset(told["fillers"]),
        roles={word: role for role, words in told["roles"].items() for word in words},
        endings=tuple((role, end) for role, ends in told["compounds"].items() for end in ends),
        relations={word: name for name, words in told["relations"].items() for word in words},
        ordinals={word: int(count) for count, words in told["ordinals"].items() for word in words},
    )


def role_named(word: str) -> Role | None:
    """The role that a word or its plural stands for: "buttons"."""
    roles = _vocabulary().roles
    return next((roles[form] for form in _singulars(plain(word)) if form in roles), None)


def _singulars(word: str) -> Iterator[str]:
    yield word
    for ending in ("es", "s", "en", "n", "e", "x"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
    if word.endswith("i"):
        yield word[:-1] + "e"
        yield word[:-1] + "o"
