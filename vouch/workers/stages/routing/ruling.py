"""What the kind of a picture means for the decision about it."""

from vouch.schemas.record import Decision, Outcome, Reason
from vouch.schemas.routing import NOTHING_TO_READ, Kind, Routing

_NOTHING: dict[Kind, str] = {
    "no_document": "Nothing to read was found: fill the picture with the document"
    " and take it again.",
    "photo": "The picture shows no document: take one of the document itself.",
}
_NAMES: dict[Kind, str] = {
    "receipt": "a receipt",
    "invoice": "an invoice",
    "error_screenshot": "an error message",
    "ui": "a screen",
    "document": "another document",
    "no_document": "an empty page",
    "photo": "a photo without a document",
}


def under(decision: Decision, routing: Routing | None) -> Decision:
    """The decision, knowing how sure it is what the picture shows; never a milder one.

    A record that was read under a schema which may be the wrong one is not accepted unseen, and
    where there is nothing to read a person is asked for another picture.
    """
    if routing is None:
        return decision
    is_sure = routing.confidence >= decision.target_precision
    if routing.kind in NOTHING_TO_READ:
        reason = Reason(code=routing.kind, hint=_NOTHING[routing.kind])
        return _with(decision, reason, "reupload")
    if is_sure:
        return decision
    other = _NAMES[routing.runners_up[0].kind]
    hint = f"It looks like {_NAMES[routing.kind]}, but could be {other}: name the schema if it is."
    kept: Outcome = "review" if decision.outcome == "accept" else decision.outcome
    return _with(decision, Reason(code="kind_uncertain", hint=hint), kept)


def _with(decision: Decision, reason: Reason, outcome: Outcome) -> Decision:
    """The reason first: the others follow from it."""
    return decision.model_copy(update={"outcome": outcome, "reasons": (reason, *decision.reasons)})
