"""Questions for printed text: "What is the total?" """

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from vouch.schemas.draft import Candidate
from vouch.schemas.job import Options
from vouch.schemas.routing import AUTO, Routing
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.answer.kinds import Asked
from vouch.workers.stages.readers.answer.pairs import Reading, readings
from vouch.workers.stages.readers.answer.saying import Readers, printed
from vouch.workers.stages.readers.answer.vocabulary import Field, Form, vocabulary
from vouch.workers.stages.readers.location.phrase import Word
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.route import route
from vouch.workers.stages.rules.drafting import ranked
from vouch.workers.stages.rules.lexicon import fold

_OTHER_NAME = 0.92
"""What a value counts that is printed under another name than the one asked for."""
_SHORTENED = 0.9
"""The same where words of the question were left out."""
_BY_READER = 0.9
"""What the readers of receipts, invoices and error screens find, where the words do not say it."""
_KNOWN = 0.5
"""Least probability of a kind of picture whose reader is heard."""


def read_values(question: Asked, seen: Seen, readers: Readers) -> tuple[Candidate, ...]:
    """What is printed as the thing that is asked for, best first."""
    words = question.topic
    name = _field_name(question, words)
    field = None if name is None else vocabulary().fields[name]
    found = [printed(one) for one in _by_words(words, field, seen.layouts)]
    if field is not None:
        found += _by_reader(field, seen, readers)
    return ranked(found)


def values_of(words: Sequence[Word], layouts: Sequence[PageLayout]) -> list[Reading]:
    """Values under a name and its other names, best first."""
    name = vocabulary().field_of.get(fold(_text(words)))
    field = None if name is None else vocabulary().fields[name]
    return sorted(_by_words(words, field, layouts), key=lambda found: -found.score)


def _field_name(question: Asked, words: Sequence[Word]) -> str | None:
    known = vocabulary()
    for text in (_text(words), _text(_shortened(words))):
        if text and (name := known.field_of.get(fold(text))):
            return name
    return known.defaults.get(question.beginning) if not _shortened(words) else None


def _by_words(
    words: Sequence[Word], field: Field | None, layouts: Sequence[PageLayout]
) -> Iterator[Reading]:
    form: Form = "text" if field is None else field.form
    for label, weight in _names(words, field).items():
        for found in readings(label, form, layouts):
            yield replace(found, score=found.score * weight)


def _names(words: Sequence[Word], field: Field | None) -> Mapping[str, float]:
    """What the thing may be called on the page, and how much that counts."""
    names: dict[str, float] = {}
    if words:
        names[_text(words)] = 1.0
    if shortened := _shortened(words):
        names.setdefault(_text(shortened), _SHORTENED)
    for word in () if field is None else field.words:
        names.setdefault(word, _OTHER_NAME)
    return names


def _by_reader(field: Field, seen: Seen, readers: Readers) -> Iterator[Candidate]:
    """What the reader of this kind of picture puts where the question points."""
    routing = routing_of(seen.layouts)
    if routing is None or routing.confidence < _KNOWN:
        return
    pointer, reader = field.pointers.get(routing.schema_name), readers.get(routing.schema_name)
    if pointer is None or reader is None:
        return
    options = Options(schema_name=routing.schema_name)
    for found in reader(replace(seen, options=options)).candidates.get(pointer, ()):
        if found.raw:  # answers are printed words
            score = found.score * _BY_READER
            yield found.model_copy(update={"value": found.raw, "score": score, "signals": {}})


def routing_of(layouts: Sequence[PageLayout]) -> Routing | None:
    """What the picture shows."""
    return route(layouts, Options(schema_name=AUTO))


def _shortened(words: Sequence[Word]) -> tuple[Word, ...]:
    often = vocabulary().often_dropped
    return tuple(word for word in words if word.plain not in often)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
