"""What a VLM reader drafted, in numbers: how many values, and how many of them it made up."""

from collections import Counter
from collections.abc import Iterable

from vouch.schemas.perception import Interpretation, Perception
from vouch.schemas.value import Value
from vouch.workers.stages.ground import ground


class DraftCounts(Value):
    """Values of one draft or of many."""

    documents: int
    drafted: int
    """Documents with a draft."""
    cut_short: int
    """Drafts that the model did not finish."""
    leaves: int
    """Values given."""
    inferred: int
    """Values marked as more than what is printed says."""
    invented: int
    """Values whose `raw` is nowhere on the page."""
    second_looks: int
    tokens: int
    """Model tokens written."""
    forced: int
    """Those of them that the grammar left no choice about."""
    seconds: float


def counted(perception: Perception, interpretation: Interpretation) -> DraftCounts | None:
    """The numbers of one document; None where no model was asked."""
    if interpretation.effort is None:
        return None
    fields = ground(interpretation.draft, perception.layouts) if interpretation.draft else ()
    statuses = Counter(field.best.status for field in fields)
    effort = interpretation.effort
    return DraftCounts(
        documents=1,
        drafted=interpretation.draft is not None,
        cut_short=effort.stopped != "done",
        leaves=len(fields),
        inferred=statuses["inferred"],
        invented=statuses["ungrounded"],
        second_looks=interpretation.second is not None,
        tokens=effort.tokens,
        forced=effort.forced,
        seconds=round(effort.seconds, 3),
    )


def total(counts: Iterable[DraftCounts]) -> DraftCounts | None:
    """The sum of several; None of none."""
    held = list(counts)
    if not held:
        return None
    names = DraftCounts.model_fields
    return DraftCounts(**{name: sum(getattr(one, name) for one in held) for name in names})
