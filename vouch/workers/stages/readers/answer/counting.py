"""Questions for a number: elements, rows, pages, prints of a word."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Place
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.answer.kinds import Asked
from vouch.workers.stages.readers.answer.saying import seen_on
from vouch.workers.stages.readers.answer.vocabulary import Condition, vocabulary
from vouch.workers.stages.readers.location.choosing import find
from vouch.workers.stages.readers.location.phrase import Word, role_named
from vouch.workers.stages.readers.location.targets import Target, element_targets, row_targets
from vouch.workers.stages.readers.seen import Seen

_SURE, _LIKELY = 0.9, 0.7


def count(question: Asked, seen: Seen) -> tuple[Candidate, ...]:
    """The number, where what is to be counted can be seen; nothing where it cannot."""
    words, layouts = question.topic, seen.layouts
    if words and words[0].plain in vocabulary().pages:
        return (seen_on(str(len(layouts)), layouts[0], _SURE),)
    if words and words[0].plain in vocabulary().times:
        return _prints(
            [word for word in words[1:] if word.plain not in vocabulary().occurring], layouts
        )
    role = next((role for word in words if word.plain and (role := role_named(word.plain))), None)
    if role is None:
        return ()
    if role == "list_row":
        found = [row for layout in layouts for row in row_targets(layout)]
        return _counted(found, layouts, _LIKELY) if found else ()
    every = [target for layout in layouts for target in element_targets(layout)]
    if not every:  # nobody looked for elements, so nobody knows how many there are
        return ()
    condition = _condition(words)
    alike = [
        target
        for target in every
        if target.role == role
        and (condition is None or (target.element and target.element.state in condition.yes))
    ]
    return _counted(alike, layouts, _LIKELY)


def _prints(words: Sequence[Word], layouts: Sequence[PageLayout]) -> tuple[Candidate, ...]:
    """How often words are printed."""
    phrase = " ".join(word.text for word in words)
    if not phrase:
        return ()
    quoted = find(f'"{phrase}"', layouts)
    return _counted([found.target for found in quoted if found.score >= _LIKELY], layouts, _SURE)


def _counted(
    found: Sequence[Target], layouts: Sequence[PageLayout], score: float
) -> tuple[Candidate, ...]:
    """The number of targets, seen around all those of the first page that has any."""
    if not found:
        return (seen_on("0", layouts[0], score * 0.8),)
    page = found[0].page
    box = Bbox.union(target.bbox for target in found if target.page == page)
    place = Place(page=page, bbox=box)
    return (Candidate(value=str(len(found)), raw="", place=place, score=score),)


def _condition(words: Sequence[Word]) -> Condition | None:
    said = {word.plain for word in words}
    return next((one for one in vocabulary().conditions if said & set(one.words)), None)
