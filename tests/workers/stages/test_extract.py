"""Questions to a model that answers from a list, and what becomes of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.workers.stages.documents import candidate, certain, page_of, quality, upload_of, vlm
from vouch.prompts import Wording
from vouch.schemas.draft import Draft
from vouch.schemas.errors import EngineFailed
from vouch.schemas.job import Options
from vouch.schemas.perception import Drafted, Effort, Interpretation
from vouch.schemas.record import Engine
from vouch.workers.images import AssessedPage
from vouch.workers.pipeline import interpret
from vouch.workers.progress import Progress
from vouch.workers.protocols import Question

PAGE = page_of("CORNER SHOP", "25/12/2018", "TOTAL 12.00", "CASH 20.00")


@dataclass
class Listed:
    """Gives the answers of a list, in order, and keeps the questions."""

    answers: list[Drafted]
    asked: list[Question] = field(default_factory=list)
    wording: Wording = "full"

    @property
    def identity(self) -> Engine:
        return Engine(name="listed", digest="0")

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        self.asked += questions
        return tuple(self.answers.pop(0) for _ in questions)


def told(model: Listed | None, options: Options | None = None) -> Interpretation:
    image = np.full((600, 400, 3), 255, np.uint8)
    page = AssessedPage(upload_of(PAGE), image, quality())
    pages = [] if model is None else [page]
    return interpret(pages, [PAGE], options or Options(), model, Progress(), second_looks=3)


def drafted(total: str, at: int, probability: float = 0.99) -> Drafted:
    found = certain(candidate(total, at=[at]), probability)
    return Drafted(draft=vlm(total=[found]), effort=Effort(tokens=5, seconds=1.0))


def test_without_a_model_the_record_will_say_so() -> None:
    assert told(None).degraded == "vlm_unavailable"


def test_a_model_is_not_asked_when_only_the_rules_are_wanted() -> None:
    model = Listed([])
    answer = told(model, Options(readers="rules"))
    assert (model.asked, answer.degraded, answer.draft) == ([], None, None)


def test_a_tersely_taught_model_looks_once_and_says_only_what_it_was_taught_to_read() -> None:
    model = Listed([drafted("20.00", at=6)], wording="terse")
    assert told(model).second is None
    assert [asked.prompt.id for asked in model.asked] == ["extract-terse"]
    model = Listed([Drafted(draft=vlm(), effort=Effort())], wording="terse")
    told(model, Options(schema_name="error_screenshot"))
    properties = model.asked[0].schema.json_schema["properties"]
    assert list(properties) == ["title", "message", "code", "buttons"]


@pytest.mark.parametrize("schema", ["ui", "generic"])
def test_what_a_model_was_never_taught_is_left_to_the_rules(schema: str) -> None:
    model = Listed([], wording="terse")
    answer = told(model, Options(schema_name=schema))
    assert (model.asked, answer.degraded) == ([], "vlm_untaught")


def test_an_undisputed_answer_is_final() -> None:
    model = Listed([drafted("12.00", at=4)])
    answer = told(model)
    assert answer.second is None
    assert answer.prompt == model.asked[0].prompt.identity


def test_a_disputed_total_is_asked_about_once_more_from_close_by() -> None:
    model = Listed([drafted("20.00", at=6), drafted("12.00", at=4)])
    answer = told(model)
    first, second = model.asked
    assert (first.prompt.id, second.prompt.id) == ("extract", "reread")
    assert list(second.schema.json_schema["properties"]) == ["total"]
    assert len(second.closeups) >= 1
    assert answer.second == vlm(total=[certain(candidate("12.00", at=[4]))])
    assert answer.effort is not None
    assert (answer.effort.tokens, answer.effort.seconds) == (10, 2.0)


def test_a_guess_is_asked_about_again_even_where_no_rules_read() -> None:
    model = Listed([drafted("12.00", at=4, probability=0.2), drafted("12.00", at=4)])
    assert told(model, Options(readers="vlm")).second is not None


def test_a_second_look_that_fails_leaves_the_first_answer() -> None:
    failed = Drafted(draft=None, degraded="vlm_unavailable")
    answer = told(Listed([drafted("20.00", at=6), failed]))
    assert (answer.draft, answer.second, answer.degraded) == (
        drafted("20.00", at=6).draft,
        None,
        None,
    )


def test_an_engine_that_fails_at_the_second_look_leaves_the_first_answer() -> None:
    class Tired(Listed):
        def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
            if not self.answers:
                raise EngineFailed("the device failed")
            return super().draft(questions)

    answer = told(Tired([drafted("20.00", at=6)]))
    assert (answer.draft, answer.second) == (drafted("20.00", at=6).draft, None)


def test_an_engine_that_fails_is_asked_once_and_said_to_have_failed() -> None:
    class Broken(Listed):
        def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
            self.asked += questions
            raise EngineFailed("the device failed")

    model = Broken([])
    answer = told(model)
    assert (len(model.asked), answer.draft, answer.degraded) == (1, None, "vlm_failed")


@pytest.mark.parametrize("stopped", ["truncated", "looping"])
def test_an_answer_cut_short_is_used_and_said_to_be(stopped: str) -> None:
    effort = Effort.model_validate({"stopped": stopped})
    draft: Draft | None = drafted("12.00", at=4).draft
    answer = told(Listed([Drafted(draft=draft, effort=effort)]))
    assert (answer.draft, answer.degraded) == (draft, f"vlm_{stopped}")


def test_a_draft_of_a_page_that_was_not_read_to_its_end_is_used_and_said_to_be() -> None:
    draft: Draft | None = drafted("12.00", at=4).draft
    answer = told(Listed([Drafted(draft=draft, effort=Effort(unread_lines=3))]))
    assert (answer.draft, answer.degraded) == (draft, "prompt_too_long")
