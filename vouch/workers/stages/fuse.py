"""Two readers, one field: what the rules and the VLM say of one document, field by field.

It runs within the stage `ground`, when both drafts have been looked up on the page.
"""

from collections.abc import Callable, Sequence

from vouch.schemas.draft import Reader
from vouch.schemas.grounding import GroundedCandidate, GroundedField
from vouch.schemas.text import PageLayout
from vouch.workers.stages.decide import TRUSTED
from vouch.workers.stages.meaning import key_of
from vouch.workers.stages.members import aligned

Credibility = Callable[[GroundedField, Sequence[GroundedField]], float]
"""The probability that one reader's best candidate is right, by all that this reader says."""
Rank = Callable[[GroundedField], tuple[bool, float]]
"""Of two contested fields, the one that ranks higher leads: printed first, then more credible."""
CHANGED_MIND = 0.5
"""How much of an agreement counts that was reached only at the second look."""


def fuse(
    rules: Sequence[GroundedField],
    vlm: Sequence[GroundedField],
    layouts: Sequence[PageLayout],
    credible: Credibility,
) -> tuple[GroundedField, ...]:
    """The fields of both readers as one; members of lists are matched by where they stand.

    What both say becomes one candidate with the signal `agree`. Where their best candidates differ
    both get `disagree`, and the more credible one comes first.
    """
    rules, vlm = aligned(rules, vlm, layouts)
    said: dict[Reader, Sequence[GroundedField]] = {"rules": rules, "vlm": vlm}

    def rank(field: GroundedField) -> tuple[bool, float]:
        reader = field.best.reader
        return _is_trusted(field.best), credible(field, said[reader])

    by_pointer = {field.pointer: field for field in vlm}
    known = {field.pointer for field in rules}
    return (
        *(_fused(field, by_pointer.get(field.pointer), rank) for field in rules),
        *(field for field in vlm if field.pointer not in known),
    )


def _fused(rules: GroundedField, vlm: GroundedField | None, rank: Rank) -> GroundedField:
    if vlm is None:
        return rules
    if _means(rules.best) == _means(vlm.best):
        both = _joined(*_most_telling(rules.best, vlm.best), signal=_agreement(rules, vlm))
        return _led_by([both], rules, vlm)
    leaders = sorted((rules, vlm), key=rank, reverse=True)
    return _led_by([_disputed(field, rules, vlm) for field in leaders], rules, vlm)


def _agreement(rules: GroundedField, vlm: GroundedField) -> dict[str, float]:
    """The signal of a common value; none where a reader's claim is nowhere on the page."""
    if not _has_voice(rules.best, vlm.best):
        return {}
    return {"agree": CHANGED_MIND if vlm.best.signals.get("changed_mind") else 1.0}


def _disputed(field: GroundedField, rules: GroundedField, vlm: GroundedField) -> GroundedCandidate:
    """A reader's best candidate when the other's differs, with the other's lesser support."""
    other = vlm if field is rules else rules
    signal = {"disagree": 1.0} if _has_voice(rules.best, vlm.best) else {}
    return _joined(field.best, _same_in(other, field.best), signal=signal)


def _led_by(
    leaders: Sequence[GroundedCandidate], rules: GroundedField, vlm: GroundedField
) -> GroundedField:
    """The leaders, then what else the readers offer, paired where they offer the same."""
    shown = [one for leader in leaders for one in (leader, leader.seconded) if one is not None]
    taken = {(one.reader, _means(one)) for one in shown}
    rest = [
        _joined(one, _same_in(vlm, one))
        for one in rules.candidates[1:]
        if (one.reader, _means(one)) not in taken
    ]
    taken |= {("vlm", _means(one)) for one in rest}
    rest += [one for one in vlm.candidates[1:] if (one.reader, _means(one)) not in taken]
    return rules.model_copy(update={"candidates": (*leaders, *rest)})


def _joined(
    main: GroundedCandidate,
    other: GroundedCandidate | None,
    signal: dict[str, float] | None = None,
) -> GroundedCandidate:
    """One candidate that keeps what both readers know of it."""
    signals = {**main.signals, **(signal or {})}
    return main.model_copy(update={"signals": signals, "seconded": other})


def _most_telling(
    rules: GroundedCandidate, vlm: GroundedCandidate
) -> tuple[GroundedCandidate, GroundedCandidate]:
    """Whose print is shown first: the rules name single words, but must have found them."""
    return (vlm, rules) if _is_trusted(vlm) > _is_trusted(rules) else (rules, vlm)


def _same_in(field: GroundedField, candidate: GroundedCandidate) -> GroundedCandidate | None:
    same = (one for one in field.candidates if _means(one) == _means(candidate))
    return next(same, None)


def _is_trusted(candidate: GroundedCandidate) -> bool:
    return candidate.status in TRUSTED


def _has_voice(*candidates: GroundedCandidate) -> bool:
    """What is printed nowhere on the page neither supports nor contests anything."""
    return all(one.status != "ungrounded" for one in candidates)


def _means(candidate: GroundedCandidate) -> str:
    return key_of(candidate.value)
