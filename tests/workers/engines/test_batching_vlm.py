"""Batches of questions: real threads, and a model that remembers what it was asked."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.prompts import Wording, prompt
from vouch.schemas.errors import EngineFailed, SchemaRefused
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.schemas.wanted import WantedSchema
from vouch.workers.engines.batching_vlm import BatchingVlm
from vouch.workers.protocols import UNWANTED, Question

FOR_EVER = 60.0
"""A window that no test waits for: the batch is asked when it is full, or the test fails."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Answers with the question's own name, when it may; raises what is set against a name."""

    errors: dict[str, Exception] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    called: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    @property
    def identity(self) -> Engine:
        return Engine(name="recording", digest="0" * 64)

    @property
    def wording(self) -> Wording:
        return "full"

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        names = [question.schema.name for question in questions]
        self.asked.append(names)
        self.threads.add(threading.get_ident())
        self.called.set()
        assert self.may_answer.wait(FOR_EVER)
        for name in names:
            if name in self.errors:
                raise self.errors[name]
        return tuple(Drafted(draft=None, degraded=name) for name in names)


def question(name: str) -> Question:
    schema = WantedSchema(name=name, version="1", json_schema={"type": "object"})
    return Question(layouts=(), images=(), schema=schema, prompt=prompt("extract"))


def names(drafted: Sequence[Drafted]) -> list[str | None]:
    return [one.degraded for one in drafted]


@pytest.fixture
def model() -> Recording:
    model = Recording()
    model.may_answer.set()
    return model


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def ask(callers: ThreadPoolExecutor, vision: BatchingVlm, name: str) -> Future[tuple[Drafted, ...]]:
    return callers.submit(vision.draft, [question(name)])


def test_questions_that_wait_at_the_same_time_are_asked_together(
    model: Recording, callers: ThreadPoolExecutor
) -> None:
    with BatchingVlm(model, 4, FOR_EVER) as vision:
        answers = {name: ask(callers, vision, name) for name in "abcdefgh"}
        for name, answer in answers.items():
            assert names(answer.result()) == [name]
            assert answer.result()[0].effort.together == 4
    assert [len(batch) for batch in model.asked] == [4, 4]
    assert sorted(name for batch in model.asked for name in batch) == list("abcdefgh")


def test_a_lonely_question_waits_no_longer_than_the_window(model: Recording) -> None:
    with BatchingVlm(model, 4, 0.01) as vision:
        assert names(vision.draft([question("a")])) == ["a"]
        assert names(vision.draft([question("b")])) == ["b"]
    assert model.asked == [["a"], ["b"]]


def test_what_comes_while_the_model_works_is_gathered(callers: ThreadPoolExecutor) -> None:
    model = Recording()
    with BatchingVlm(model, 2, FOR_EVER) as vision:
        first = callers.submit(vision.draft, [question("a"), question("b")])
        assert model.called.wait(FOR_EVER)
        later = [ask(callers, vision, name) for name in "cd"]
        model.may_answer.set()
        assert names(first.result()) == ["a", "b"]
        assert [names(answer.result()) for answer in later] == [["c"], ["d"]]
    assert [sorted(batch) for batch in model.asked] == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("error", [SchemaRefused("no"), EngineFailed("no"), ValueError("no")])
def test_a_failing_question_does_not_fail_the_others(
    model: Recording, callers: ThreadPoolExecutor, error: Exception
) -> None:
    model.errors["b"] = error
    with BatchingVlm(model, 3, FOR_EVER) as vision:
        answers = {name: ask(callers, vision, name) for name in "abc"}
        assert names(answers["a"].result()) == ["a"]
        assert names(answers["c"].result()) == ["c"]
        with pytest.raises(type(error)):
            answers["b"].result()
        model.errors.clear()
        again = [ask(callers, vision, name) for name in "def"]
        assert sorted(str(names(answer.result())[0]) for answer in again) == ["d", "e", "f"]


def test_a_question_that_fails_alone_is_not_asked_twice(model: Recording) -> None:
    model.errors["a"] = SchemaRefused("no")
    with BatchingVlm(model, 3, 0.0) as vision, pytest.raises(SchemaRefused):
        vision.draft([question("a")])
    assert model.asked == [["a"]]


def test_one_thread_alone_touches_the_model(model: Recording, callers: ThreadPoolExecutor) -> None:
    model.errors["f"] = EngineFailed("no")
    with BatchingVlm(model, 3, FOR_EVER) as vision:
        answers = [ask(callers, vision, name) for name in "abcdef"]
        assert sum(answer.exception() is not None for answer in answers) == 1
    assert len(model.threads) == 1
    assert threading.get_ident() not in model.threads


def test_closing_waits_for_the_answers_that_are_being_written(
    callers: ThreadPoolExecutor,
) -> None:
    model = Recording()
    vision = BatchingVlm(model, 1, FOR_EVER)
    answers = [ask(callers, vision, name) for name in "ab"]
    assert model.called.wait(FOR_EVER)
    closing = callers.submit(vision.close)
    model.may_answer.set()
    closing.result()
    assert vision.identity == model.identity
    told = [answer.result() for answer in answers if answer.exception() is None]
    assert told  # one was with the model; the other, if it came too late, was refused
    with pytest.raises(RuntimeError):
        vision.draft([question("c")])


@given(groups=st.lists(st.integers(1, 5), min_size=1, max_size=8), most=st.integers(1, 6))
def test_everybody_gets_the_answers_to_their_own_questions_in_order(
    groups: list[int], most: int
) -> None:
    model = Recording()
    model.may_answer.set()
    with ThreadPoolExecutor(len(groups)) as callers, BatchingVlm(model, most, 0.0) as vision:
        wanted = [[f"{group}.{n}" for n in range(size)] for group, size in enumerate(groups)]
        answers = [
            callers.submit(vision.draft, [question(name) for name in group]) for group in wanted
        ]
        assert [names(answer.result()) for answer in answers] == wanted
    assert max(len(batch) for batch in model.asked) <= most


def test_who_waits_no_more_is_let_go_and_the_others_are_answered(
    model: Recording, callers: ThreadPoolExecutor
) -> None:
    model.may_answer.clear()
    is_over = threading.Event()
    with BatchingVlm(model, 2, FOR_EVER) as vision:
        left = replace(question("a"), is_wanted=lambda: not is_over.is_set())
        leaving = callers.submit(vision.draft, [left])
        staying = ask(callers, vision, "b")
        assert model.called.wait(FOR_EVER)
        is_over.set()
        assert leaving.result(FOR_EVER) == (UNWANTED,)
        assert not staying.done()
        model.may_answer.set()
        assert names(staying.result(FOR_EVER)) == ["b"]
