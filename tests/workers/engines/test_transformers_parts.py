"""One answer out of those of single pages."""

import pytest

from tests.workers.stages.documents import candidate, vlm
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.perception import Drafted
from vouch.workers.drafting.merging import joined

SHAPE = builtin_schema("receipt").shape
READ = Drafted(draft=vlm(total=[candidate("9.00")]))
UNREAD = Drafted(draft=None, degraded="prompt_too_long")


@pytest.mark.parametrize("parts", [[READ, UNREAD], [UNREAD, READ]])
def test_a_page_that_gave_nothing_is_told_beside_what_the_others_gave(parts: list[Drafted]) -> None:
    whole = joined(parts, SHAPE)
    assert whole.draft is not None
    assert (whole.draft.candidates, whole.degraded) == (
        vlm(total=[candidate("9.00")]).candidates,
        "prompt_too_long",
    )


def test_pages_that_all_gave_something_are_not_degraded() -> None:
    assert joined([READ, READ], SHAPE).degraded is None
