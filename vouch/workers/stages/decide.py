"""The stage `decide`: accept, review, or ask the person for a better picture."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from vouch.schemas.document import Issue, Page, Quality
from vouch.schemas.draft import Pointer
from vouch.schemas.grounding import Check, ScoredField
from vouch.schemas.policy import Policy
from vouch.schemas.record import Decision, Outcome, Reason, Status
from vouch.workers.stages import hints

XML_AGREES = "xml_agrees"
"""The check that compares a printed value with the invoice data inside the file."""
TRUSTED: frozenset[Status] = frozenset({"grounded", "normalised", "computed"})
"""Only values that stand on the page, or follow from such, can be accepted."""
RETAKE_SEVERITY = 0.5
"""From here on a better picture is likelier to help than a second look at this one."""
CUT_SEVERITY = 0.15
"""The same for words cut off at a border: what is missing may stand beyond it."""


def is_accepted(scored: ScoredField, target_precision: float) -> bool:
    """Whether nobody has to look: it is sure, and the document says nothing else anywhere."""
    return is_sure(scored, target_precision) and not _is_contradicted(scored)


def _is_contradicted(scored: ScoredField) -> bool:
    """Whether the invoice data inside the file says something else: only then it is a candidate."""
    return any(one.reader == "xml" for one in scored.field.candidates)


def is_sure(scored: ScoredField, target_precision: float) -> bool:
    """Whether the value has evidence and its confidence reaches the target."""
    best = scored.field.best
    stands = bool(best.tokens) or best.place is not None
    return best.status in TRUSTED and stands and scored.confidence >= target_precision


def decide(
    fields: Sequence[ScoredField],
    checks: Sequence[Check],
    pages: Sequence[Page],
    qualities: Mapping[int, Quality],
    policy: Policy,
    target_precision: float | None = None,
) -> Decision:
    """The outcome and its reasons. Without unmet decisive pointers it is `accept`.

    Otherwise `reupload` when a page has an issue that a better picture would cure, else `review`.
    """
    target = policy.target_precision if target_precision is None else target_precision
    by_pointer = {scored.field.pointer: scored for scored in fields}
    unmet = [
        pointer
        for pointer in _decisive(policy, by_pointer)
        if pointer not in by_pointer or not is_sure(by_pointer[pointer], target)
    ]
    contradicted = tuple(_contradicted(checks))
    if not unmet:
        calm: Outcome = "review" if contradicted else "accept"
        return Decision(outcome=calm, target_precision=target, reasons=contradicted)
    curable = _curable(pages, qualities, unmet)
    nothing_there = any(reason.code == "no_text" for reason in curable)
    doubts = () if nothing_there else tuple(_doubts(unmet, by_pointer))
    retake = curable or any(reason.code == "cut_off" for reason in doubts)
    outcome: Outcome = "reupload" if retake else "review"
    reasons = (*curable, *doubts, *_failed(checks, unmet), *contradicted)
    return Decision(outcome=outcome, target_precision=target, reasons=reasons)


def _decisive(policy: Policy, found: Collection[Pointer]) -> Sequence[Pointer]:
    """What must be met: of list members all that were found, unless nothing else is asked for."""
    places: list[Pointer] = [pointer for pointer in policy.if_found if pointer in found]
    for wanted in policy.decisive:
        if "*" in wanted:
            places += [pointer for pointer in found if _is_meant(pointer, wanted)]
        else:
            places.append(wanted)
    return places or policy.decisive


def _is_meant(pointer: Pointer, pattern: Pointer) -> bool:
    """Whether a pointer fits "/items/*/price"; a member's name may be a number, too."""
    steps, wanted = pointer.split("/"), pattern.split("/")
    return len(steps) == len(wanted) and all(
        step == want or (want == "*" and step.isdecimal())
        for step, want in zip(steps, wanted, strict=True)
    )


def _curable(
    pages: Iterable[Page], qualities: Mapping[int, Quality], unmet: Sequence[Pointer]
) -> tuple[Reason, ...]:
    """The severe issues, worst first."""
    severe = [
        (issue, page)
        for page in pages
        for issue in qualities[page.number].issues
        if issue.severity >= (CUT_SEVERITY if issue.code == "cropped" else RETAKE_SEVERITY)
    ]
    severe.sort(key=lambda found: -found[0].severity)
    # where there is no text at all, every other complaint follows from that
    severe = [found for found in severe if found[0].code == "no_text"] or severe
    return tuple(_quality_reason(issue, page, unmet) for issue, page in severe)


def _quality_reason(issue: Issue, page: Page, unmet: Sequence[Pointer]) -> Reason:
    hint = hints.quality_hint(issue, page.width, page.height, unmet)
    return Reason(code=issue.code, page=page.number, polygon=issue.polygon, hint=hint)


def _doubts(
    unmet: Sequence[Pointer], by_pointer: Mapping[Pointer, ScoredField]
) -> Iterable[Reason]:
    for pointer in unmet:
        code = _doubt(by_pointer.get(pointer))
        yield Reason(code=code, pointer=pointer, hint=hints.doubt_hint(code, pointer))


def _doubt(scored: ScoredField | None) -> hints.Doubt:
    """Why a field is not accepted."""
    if scored is None:
        return "missing"
    best = scored.field.best
    match best.status:
        case "illegible":
            return "cut_off"
        case "inferred":
            return "inferred"
        case status if status in TRUSTED:
            return "disputed" if "disagree" in best.signals else "low_confidence"
    return "ungrounded"


def _failed(checks: Sequence[Check], unmet: Sequence[Pointer]) -> Iterable[Reason]:
    for made in checks:
        if made.name != XML_AGREES and not made.passed and set(made.pointers) & set(unmet):
            yield Reason(code="check_failed", hint=hints.check_hint(made.name, made.pointers))


def _contradicted(checks: Sequence[Check]) -> Iterable[Reason]:
    """Where the document says two things: whoever pays one of them may pay the wrong one."""
    for made in checks:
        if made.name == XML_AGREES and not made.passed:
            (pointer,) = made.pointers
            hint = hints.contradiction_hint(pointer)
            yield Reason(code="differs_from_xml", pointer=pointer, hint=hint)
