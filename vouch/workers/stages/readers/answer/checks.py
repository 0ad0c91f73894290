"""Questions for yes or no. "no" is said only where it can be known."""

import re
from collections.abc import Sequence
from dataclasses import replace

from vouch.schemas.draft import Candidate, TokenRef
from vouch.schemas.routing import Kind
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.answer.kinds import Asked
from vouch.workers.stages.readers.answer.reading import routing_of, values_of
from vouch.workers.stages.readers.answer.saying import follows, is_readable, seen_at, seen_on
from vouch.workers.stages.readers.answer.vocabulary import Condition, vocabulary
from vouch.workers.stages.readers.location.choosing import Found, find
from vouch.workers.stages.readers.location.likeness import likeness
from vouch.workers.stages.readers.location.phrase import Word
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.readers.seen import Seen

_THERE = 0.8
"""How well something must fit to be said to be there."""
_NOTHING_LIKE = 0.5
"""Nothing on the page may fit better for something to be said not to be there."""
_BESIDE = 0.88
"""What stands below a label is surely its value only where it is what the question says."""
_MARK_LENGTH = 3


def check(question: Asked, seen: Seen) -> tuple[Candidate, ...]:
    """Yes, no, or nothing."""
    for way in (_kind, _existence, _state, _value):
        if found := way(question, seen.layouts):
            return (found,)
    return ()


def _kind(question: Asked, layouts: Sequence[PageLayout]) -> Candidate | None:
    """ "Is this a receipt?" """
    topic = " ".join(word.plain for word in question.topic)
    asked_for = kind_named(topic)
    about_picture = {word.plain for word in question.rest} & vocabulary().pictures
    routing = routing_of(layouts)
    if asked_for is None or not about_picture or routing is None:
        return None
    said = "yes" if routing.kind == asked_for else "no"
    return seen_on(said, layouts[0], routing.confidence)


def kind_named(words: str) -> Kind | None:
    """The kind of picture that these words name."""
    return next((kind for kind, names in vocabulary().named.items() if words in names), None)


def _existence(question: Asked, layouts: Sequence[PageLayout]) -> Candidate | None:
    """ "Is there a Logout button?" """
    phrase = _sought(question)
    if phrase is None:
        return None
    found = find(phrase, layouts)
    best = found[0].score if found else 0.0
    if best >= _THERE:
        return seen_at("yes", found[0].target, best)
    if best < _NOTHING_LIKE and is_readable(layouts):
        return seen_on("no", layouts[0], 1.0 - best)
    return None


def _sought(question: Asked) -> str | None:
    """What is asked to be there; None where something else is asked."""
    words = [word.plain for word in question.rest]
    said = f"{question.beginning} {' '.join(words)}"
    for start in vocabulary().existence:
        if said.startswith(f"{start} "):
            skipped = len(start.split()) - len(question.beginning.split())
            return _trimmed(question.rest[max(skipped, 0) :])
    if words and words[-1] in vocabulary().existence_after:
        return _trimmed(question.rest[:-1])
    return None


def _trimmed(words: Sequence[Word]) -> str | None:
    """Without "any", and where on the page it should be; None where nothing is left."""
    kept = [word for word in words if word.plain not in ("any", "here")]
    for length in (3, 2):
        tail = [word.plain for word in kept[-length:]]
        if len(kept) > length and tail[0] in _ON and tail[-1] in vocabulary().pictures:
            kept = kept[:-length]
    return _text(kept) or None


_ON = frozenset({"on", "in", "auf", "im", "sur", "dans", "en", "su", "nel", "op"})


def _state(question: Asked, layouts: Sequence[PageLayout]) -> Candidate | None:
    """ "Is the newsletter checked?" """
    words, condition = _condition(question.rest)
    if condition is None or not words:
        return None
    for found in find(_text(words), layouts):
        if found.score < _THERE - 0.1:
            break
        if said := _said_of(found, condition, layouts):
            return said
    return None


def _said_of(found: Found, condition: Condition, layouts: Sequence[PageLayout]) -> Candidate | None:
    target = found.target
    state = None if target.element is None else target.element.state
    if state in condition.yes:
        return seen_at("yes", target, found.score)
    if state in condition.no:
        return seen_at("no", target, found.score)
    if state is not None or "checked" not in condition.yes | condition.no:
        return None
    if (marked := _marked(target, layouts)) is None:
        return None
    ticked, reading = marked
    is_so = ticked == ("checked" in condition.yes)
    return seen_at("yes" if is_so else "no", reading, found.score)


def _marked(target: Target, layouts: Sequence[PageLayout]) -> tuple[bool, Target] | None:
    """Whether a mark that OCR read before a label says that it is ticked."""
    if not target.tokens:
        return None
    layout = next(layout for layout in layouts if layout.page == target.page)
    first = target.tokens[0].index
    line = next((line for line in layout.lines if first in line.tokens), None)
    before = () if line is None else line.tokens[: line.tokens.index(first)]
    for count in range(1, _MARK_LENGTH + 1):
        indices = before[-count:]
        mark = "".join(layout.tokens.tokens[index].text for index in indices).casefold()
        if len(indices) == count and mark in vocabulary().marks:
            refs = tuple(TokenRef(page=layout.page, index=index) for index in indices)
            text = f"{' '.join(layout.tokens.tokens[i].text for i in indices)} {target.text}"
            own = replace(target, element=None, text=text, tokens=(*refs, *target.tokens))
            return vocabulary().marks[mark], own
    return None


def _condition(words: Sequence[Word]) -> tuple[Sequence[Word], Condition | None]:
    """The words without those for a state, at either end."""
    for length in (3, 2, 1):
        for at_end in (True, False):
            part = words[-length:] if at_end else words[:length]
            text = " ".join(word.plain for word in part)
            for condition in vocabulary().conditions:
                if len(words) > length and text in condition.words:
                    return (words[:-length] if at_end else words[length:]), condition
    return words, None


def _value(question: Asked, layouts: Sequence[PageLayout]) -> Candidate | None:
    """ "Is the status Paid?" """
    words = question.topic
    rest, condition = _condition(question.rest)
    if condition is not None and any(one.target.element for one in find(_text(rest), layouts)[:1]):
        return None  # its state is asked for, and nobody has seen it
    for cut in range(len(words) - 1, 0, -1):
        found = values_of(words[:cut], layouts)
        if found and found[0].score >= _THERE:
            alike = _alike(_text(words[cut:]), found[0].text)
            if alike is None or not (alike or found[0].score >= _BESIDE):
                return None
            return follows("yes" if alike else "no", found[0])
    return None


def _alike(claimed: str, printed: str) -> bool | None:
    """None where neither can be said."""
    numbers, others = _numbers(claimed), _numbers(printed)
    if numbers and others:
        return numbers == others
    alike = likeness(claimed, printed)
    if alike >= _THERE:
        return True
    return False if alike < _NOTHING_LIKE else None


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
