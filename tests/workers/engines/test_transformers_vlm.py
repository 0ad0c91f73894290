"""Every family through load, prompt, grammar and decoding: drafts that are valid and honest."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.workers.questions import ROWS, SCHEMA, question
from tests.workers.recipes import RECIPES
from vouch.schemas.draft import Draft
from vouch.schemas.errors import SchemaRefused
from vouch.schemas.perception import Drafted
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.protocols import UNWANTED, Question, VisionModel
from vouch.workers.settings import VisionSettings
from vouch.workers.stages.filling import filled, proved

SETTINGS = VisionSettings(
    device="cpu",
    dtype="float32",
    max_pixels_page=40_000,
    max_pixels_prompt=120_000,
    min_pixels_page=4_000,
    max_tokens=160,
)
VlmOf = Callable[..., TransformersVlm]
MANY_ROWS = tuple(f"Article number {number} costs {number}.00" for number in range(1, 61))


@pytest.fixture(scope="module")
def vlm_of(checkpoint_of: Callable[[str], Path]) -> VlmOf:
    """The engine with a family's checkpoint; settings may differ from those of these tests."""

    @cache
    def of(family: str, **settings: Any) -> TransformersVlm:
        changed = SETTINGS.model_copy(update=settings)
        return TransformersVlm(str(checkpoint_of(family)), changed)

    return of


def draft_of(drafted: Drafted, asked: Question) -> Draft:
    """The draft, once it is shown to be valid under the schema and to stand on the document."""
    assert drafted.degraded is None
    assert drafted.draft is not None
    values = {at: found[0].value for at, found in drafted.draft.candidates.items()}
    proved(asked.schema.json_schema, filled(asked.schema.shape, values))
    printed = " ".join(NumberedLines.of(asked.layouts).texts)
    tokens = {layout.page: layout.tokens.tokens for layout in asked.layouts}
    for (candidate,) in drafted.draft.candidates.values():
        assert candidate.raw in printed
        # what the grammar closed a cut answer with is nothing that the model was sure of
        assert candidate.certainty is not None or drafted.effort.stopped != "done"
        words = " ".join(tokens[ref.page][ref.index].text for ref in candidate.tokens)
        assert candidate.raw.strip() in words or not candidate.tokens
    return drafted.draft


def values_of(drafted: Drafted) -> dict[str, list[tuple[str, str]]]:
    assert drafted.draft is not None
    found = drafted.draft.candidates.items()
    return {at: [(one.value, one.raw) for one in candidates] for at, candidates in found}


@pytest.mark.parametrize("family", RECIPES)
def test_a_family_drafts_what_is_valid_and_printed(family: str, vlm_of: VlmOf) -> None:
    vision: VisionModel = vlm_of(family)
    asked = question()
    (drafted,) = vision.draft([asked])
    draft_of(drafted, asked)
    assert drafted.effort.tokens > drafted.effort.forced > 0
    assert drafted.effort.prompt_tokens > len(" ".join(ROWS)) / 4


@pytest.mark.parametrize("family", RECIPES)
def test_several_pages_and_a_closeup_in_one_prompt(family: str, vlm_of: VlmOf) -> None:
    asked = question(ROWS, ("PAGE TWO", "SUM 2.00"), closeups=1)
    (drafted,) = vlm_of(family).draft([asked])
    draft_of(drafted, asked)


@pytest.mark.parametrize("family", RECIPES)
def test_questions_asked_together_are_answered_as_if_alone(family: str, vlm_of: VlmOf) -> None:
    """Schemas, numbers of pages and lengths may differ."""
    total = {"type": "object", "properties": {"total": SCHEMA["properties"]["total"]}}
    asked = [question(ROWS, ("PAGE TWO",)), question(("A", "B 1.00"), schema=total)]
    vlm = vlm_of(family)
    together = vlm.draft(asked)
    alone = [vlm.draft([one])[0] for one in asked]
    assert [values_of(one) for one in together] == [values_of(one) for one in alone]


def test_more_questions_than_a_batch_holds(vlm_of: VlmOf) -> None:
    vlm = vlm_of("llava", batch=2)
    asked = [question((f"{number} LTD", "SUM 2.00")) for number in range(5)]
    for drafted, one in zip(vlm.draft(asked), asked, strict=True):
        draft_of(drafted, one)
    assert vlm.draft([]) == ()


def test_a_blank_page_can_be_asked_about(vlm_of: VlmOf) -> None:
    asked = question(())
    (drafted,) = vlm_of("qwen2_vl").draft([asked])
    assert all(not found[0].raw for found in draft_of(drafted, asked).candidates.values())


def test_pages_that_do_not_fit_together_are_read_one_at_a_time(vlm_of: VlmOf) -> None:
    """Each alone has room; all of their lines are shown."""
    asked = question(MANY_ROWS[:30], MANY_ROWS[30:])
    (drafted,) = vlm_of("qwen3_vl", max_prompt_tokens=2_600).draft([asked])
    assert drafted.draft is not None
    assert drafted.effort.prompt_tokens > 2_600
    assert drafted.effort.unread_lines == 0


def test_a_page_that_has_too_much_text_loses_its_last_lines(vlm_of: VlmOf) -> None:
    asked = question(MANY_ROWS)
    (drafted,) = vlm_of("qwen3_vl", max_prompt_tokens=2_600).draft([asked])
    unread = drafted.effort.unread_lines
    assert 0 < unread < 40
    assert 2_300 < drafted.effort.prompt_tokens <= 2_600, "no more is lost than must be"
    (layout,) = asked.layouts
    shown = {index for line in layout.lines[:-unread] for index in line.tokens}
    found = draft_of(drafted, asked).candidates.values()
    assert {ref.index for (one,) in found for ref in one.tokens} <= shown


def test_pages_too_many_for_the_pixels_are_read_one_at_a_time(vlm_of: VlmOf) -> None:
    """Seven pages would get 3,428 pixels each, where 4,000 are the least that can be read."""
    rows = [(f"PAGE {number}",) for number in range(1, 8)]
    (drafted,) = vlm_of("llava", max_pixels_prompt=6 * 4_000).draft([question(*rows)])
    assert drafted.draft is not None
    (together,) = vlm_of("llava").draft([question(*rows)])
    assert drafted.effort.prompt_tokens > 3 * together.effort.prompt_tokens


def test_a_prompt_that_has_no_room_at_all_is_said_to_be_too_long(vlm_of: VlmOf) -> None:
    asked = [question(), question()]
    for drafted in vlm_of("llava", max_prompt_tokens=200).draft(asked):
        assert drafted.draft is None
        assert drafted.degraded == "prompt_too_long"


def test_a_schema_that_cannot_be_compiled_is_refused(vlm_of: VlmOf) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string", "pattern": "(?=a)b"}}}
    with pytest.raises(SchemaRefused):
        vlm_of("llava").draft([question(schema=schema)])


def test_a_second_question_about_a_page_reads_only_what_is_new(vlm_of: VlmOf) -> None:
    vlm = vlm_of("qwen3_vl", batch=1)
    widths: list[int] = []

    def measure(_model: torch.nn.Module, _args: Any, inputs: dict[str, Any]) -> None:
        widths.append(inputs["input_ids"].shape[1])

    total = {"type": "object", "properties": {"total": SCHEMA["properties"]["total"]}}
    asked = question(MANY_ROWS[:20], schema=total)
    (fresh,) = vlm.draft([asked])
    vlm.draft([question(MANY_ROWS[:20])])
    hook = vlm._reader._model.register_forward_pre_hook(measure, with_kwargs=True)
    (again,) = vlm.draft([asked])
    hook.remove()
    assert values_of(again) == values_of(fresh)
    assert max(widths) < again.effort.prompt_tokens / 2


def test_warming_compiles_the_grammar_of_a_built_in_schema(vlm_of: VlmOf) -> None:
    vlm = vlm_of("llava", batch=1)
    before = vlm._reader._grammars.compiled
    vlm.warm()
    assert vlm._reader._grammars.compiled == before + 1
    vlm.warm()
    assert vlm._reader._grammars.compiled == before + 1


def test_a_question_asked_again_compiles_nothing(vlm_of: VlmOf) -> None:
    vlm = vlm_of("llava", batch=1)
    vlm.draft([question()])
    compiled = vlm._reader._grammars.compiled
    vlm.draft([question()])
    assert vlm._reader._grammars.compiled == compiled


def test_a_question_that_nobody_waits_for_is_not_read(vlm_of: VlmOf) -> None:
    asked = question(ROWS)
    both = vlm_of("qwen2_vl").draft([replace(asked, is_wanted=lambda: False), asked])
    assert both[0] == UNWANTED
    assert draft_of(both[1], asked)
    assert vlm_of("qwen2_vl").draft([replace(asked, is_wanted=lambda: False)]) == (UNWANTED,)
