"""What a question asks for: its kind, and what it is about; judged from its words alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from vouch.schemas.answer import QuestionKind
from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.answer.vocabulary import vocabulary
from vouch.workers.stages.readers.location.phrase import Word, phrase_words, plain

_LONGEST_BEGINNING = 6
_LONGEST_NAME = 5
"""Words up to which a question without a verb names what it asks for: "Invoice number?" """
_TURNED = frozenset({"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles"})
"""French pronouns behind their verb."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, cut where its beginning ends."""

    kind: QuestionKind
    beginning: str
    """The words that told the kind, plain; empty where nothing did."""
    rest: tuple[Word, ...]
    """What follows them."""

    @property
    def topic(self) -> tuple[Word, ...]:
        """What it is about: without the words that say nothing."""
        dropped = vocabulary().dropped
        return tuple(word for word in self.rest if word.plain not in dropped)

    @property
    def phrase(self) -> str:
        """What follows the beginning, as printed words may call it."""
        return " ".join(word.text for word in self.rest)


def asked(question: str) -> Asked:
    """Kind and topic of a question."""
    words = tuple(_spoken(question))
    known = vocabulary()
    found = _begun(_without(words, known.polite)) or _begun(words)
    found = found or _begun(_without(words, known.prepositions))
    if found is None:
        return Asked(_unbegun(question), "", words)
    found = _going_on(found)
    return replace(found, kind="classification") if _offers_kinds(found) else found


def _going_on(found: Asked) -> Asked:
    """Whether there is a thing, "and which": the thing is asked for."""
    for at, word in enumerate(found.rest if found.kind == "check" else ()):
        if word.plain in vocabulary().also:
            second = _begun(found.rest[at + 1 :])
            if second is not None and second.kind in ("reading", "counting") and not second.rest:
                return replace(found, kind=second.kind, rest=found.rest[:at])
    return found


def _begun(words: Sequence[Word]) -> Asked | None:
    """By the longest beginning that tells a kind; None where none does."""
    kinds = vocabulary().kinds
    for length in range(min(_LONGEST_BEGINNING, len(words)), 0, -1):
        beginning = " ".join(word.plain for word in words[:length])
        kind, rest = kinds.get(beginning), tuple(words[length:])
        if kind == "classification" and not _is_of_picture(rest):
            kind = "reading"
        if kind is not None:
            return Asked(kind, beginning, rest)
    return None


def _without(words: Sequence[Word], beginnings: Collection[str]) -> Sequence[Word]:
    """What follows one of these; nothing where none of them stands there."""
    for length in range(min(_LONGEST_BEGINNING, len(words)), 0, -1):
        if " ".join(word.plain for word in words[:length]) in beginnings:
            return words[length:]
    return ()


def _unbegun(question: str) -> QuestionKind:
    """Of a question that no known word begins: French ones may turn round in their middle."""
    words = phrase_words(question)
    if any(map(_inverts, words)):
        return "check"
    return "reading" if 0 < len(words) <= _LONGEST_NAME else "free"


def _offers_kinds(question: Asked) -> bool:
    """Whether it offers kinds of pictures to choose from: "Is it a receipt or an invoice?" """
    known, words = vocabulary(), [word.plain for word in question.rest]
    if question.kind != "check" or not known.alternatives & set(words):
        return False
    named = {word for names in known.named.values() for word in names}
    return len(named & set(words)) > 1


def kind_of(question: str) -> QuestionKind:
    """The kind alone."""
    return asked(question).kind


def kind_claim(question: str) -> Candidate:
    """A question's kind, which no picture prints."""
    return Candidate(value=kind_of(question), raw="", score=1.0, signals={"inferred": 1.0})


def _spoken(question: str) -> list[Word]:
    """The words; those behind an apostrophe stand for themselves ("l'adresse", "what's")."""
    return [part for word in phrase_words(question) for part in _parts(word)]


def _parts(word: Word) -> list[Word]:
    if not word.plain:  # quoted
        return [word]
    text = word.text.replace("’", "'")
    text = text.replace("-", "'") if _inverts(word) else text
    return [Word(part, plain(part)) for part in text.split("'") if part]


def _inverts(word: Word) -> bool:
    """French questions hang the pronoun on: "a-t-il", "est-elle", "est-ce"."""
    return "est-ce" in word.plain or word.plain.endswith(tuple(f"-{one}" for one in _TURNED))


def _is_of_picture(rest: Sequence[Word]) -> bool:
    """Whether the picture itself is meant rather than something on it."""
    return not rest or rest[0].plain in vocabulary().pictures
