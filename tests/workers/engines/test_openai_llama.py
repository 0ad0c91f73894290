"""The remote engine against llama.cpp's real server, with a small random model."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.engines.documents import RECEIPT, TOTAL, question
from tests.workers.engines.llama_server import KEY, MODEL, LlamaServer, llama_server
from tests.workers.engines.remote import Clock, ask, remote_settings
from tests.workers.engines.tiny_llama import write_tiny_llama
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import ModelMissing
from vouch.schemas.perception import Drafted
from vouch.workers.app import build_vision
from vouch.workers.engines.openai_vlm import OpenAiVlm
from vouch.workers.settings import WorkerSettings

TOTAL_ONLY = {**TOTAL, "properties": {"total": TOTAL["properties"]["total"]}, "required": []}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("llama") / "tiny.gguf")


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[LlamaServer]:
    with llama_server(model) as running:
        yield running


def values(drafted: Drafted) -> dict[str, str]:
    assert drafted.draft is not None
    return {pointer: each.value for pointer, (each,) in drafted.draft.candidates.items()}


@pytest.mark.parametrize("dialect", ["compatible", "llamacpp"])
def test_a_draft_is_valid_end_to_end(server: LlamaServer, dialect: str) -> None:
    drafted = ask(OpenAiVlm(server.url, MODEL, remote_settings(dialect=dialect)))
    assert drafted.degraded is None
    assert drafted.draft is not None
    assert set(drafted.draft.candidates) <= {"/name", "/total"}
    assert drafted.effort.stopped == "done"
    assert drafted.effort.prompt_tokens > len(RECEIPT)
    assert drafted.effort.tokens == drafted.effort.passes > 0


def test_a_server_that_takes_grammars_cannot_invent_what_is_printed(server: LlamaServer) -> None:
    vlm = OpenAiVlm(server.url, MODEL, remote_settings(dialect="llamacpp"))
    drafted = ask(vlm, builtin_schema("receipt").json_schema)
    assert drafted.draft is not None
    printed = " ".join(RECEIPT.split())
    candidates = [each for (each,) in drafted.draft.candidates.values()]
    assert len(candidates) > 3
    assert all(each.raw in printed for each in candidates)
    assert all(each.tokens for each in candidates if each.raw)


def test_values_have_the_servers_probabilities(server: LlamaServer) -> None:
    told = ask(OpenAiVlm(server.url, MODEL, remote_settings(dialect="llamacpp")))
    settings = remote_settings(dialect="llamacpp", tells_probabilities=False)
    untold = ask(OpenAiVlm(server.url, MODEL, settings))
    assert told.draft is not None
    assert untold.draft is not None
    for pointer, (candidate,) in told.draft.candidates.items():
        sure = candidate.certainty
        assert sure is not None
        assert sure.min_logprob <= sure.mean_logprob < 0
        assert 0 <= sure.margin < 1
        assert candidate.score == sure.probability
        assert untold.draft.candidates[pointer][0].certainty is None
        assert untold.draft.candidates[pointer][0].value == candidate.value


def test_questions_asked_together_are_answered_in_order(server: LlamaServer) -> None:
    vlm = OpenAiVlm(server.url, MODEL, remote_settings(dialect="llamacpp"))
    together = vlm.draft([question(RECEIPT, TOTAL), question(RECEIPT, TOTAL_ONLY)])
    alone = [ask(vlm), ask(vlm, TOTAL_ONLY)]
    assert [values(each) for each in together] == [values(each) for each in alone]
    assert values(alone[0]) != values(alone[1])


def test_a_cut_answer_is_no_draft(server: LlamaServer) -> None:
    drafted = ask(OpenAiVlm(server.url, MODEL, remote_settings(max_tokens=8)))
    assert (drafted.draft, drafted.degraded) == (None, "vlm_invalid")
    assert (drafted.effort.stopped, drafted.effort.tokens) == ("truncated", 16)


def test_a_server_that_ignores_the_form_gives_no_draft(server: LlamaServer) -> None:
    # llama.cpp does not know SGLang's member `ebnf`, and writes freely
    drafted = ask(OpenAiVlm(server.url, MODEL, remote_settings(max_tokens=50, dialect="sglang")))
    assert (drafted.draft, drafted.degraded) == (None, "vlm_invalid")


def test_a_prompt_that_is_too_long_is_refused_and_harms_nobody_else(server: LlamaServer) -> None:
    vlm = OpenAiVlm(server.url, MODEL, remote_settings(dialect="llamacpp", failures=1))
    (drafted,) = vlm.draft([question("word " * 5000, TOTAL)])
    assert (drafted.draft, drafted.degraded) == (None, "prompt_too_long")
    assert ask(vlm).draft is not None


def test_a_wrong_key_is_named_before_the_first_job(server: LlamaServer) -> None:
    vlm = OpenAiVlm(server.url, MODEL, remote_settings(key="sk-wrong-4711"))
    with pytest.raises(ModelMissing, match="refuses the key: HTTP 401") as caught:
        vlm.warm()
    assert "4711" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert ask(vlm).degraded == "vlm_unavailable"


def test_a_wrong_model_is_named_before_the_first_job(server: LlamaServer) -> None:
    vlm = OpenAiVlm(server.url, "huge", remote_settings())
    with pytest.raises(ModelMissing, match="does not offer the model 'huge'"):
        vlm.warm()


def test_identity_covers_what_the_server_tells(server: LlamaServer) -> None:
    first, second = (OpenAiVlm(server.url, MODEL, remote_settings()) for _ in range(2))
    before = first.identity
    first.warm()
    ask(second)
    assert first.identity == second.identity != before
    assert first.identity.name == MODEL


def test_a_frozen_server_costs_no_more_than_the_time_allowed(server: LlamaServer) -> None:
    settings = remote_settings(answer_seconds=0.2, question_seconds=0.5, attempts=99)
    vlm = OpenAiVlm(server.url, MODEL, settings)
    with server.frozen():
        started = time.monotonic()
        assert ask(vlm).degraded == "vlm_unavailable"
        took = time.monotonic() - started
    assert took < 5  # the machine may be busy; 99 attempts would take 20 s and their pauses
    assert ask(OpenAiVlm(server.url, MODEL, remote_settings())).draft is not None


def test_a_killed_server_opens_the_breaker_and_one_that_is_back_closes_it(model: Path) -> None:
    clock = Clock()
    settings = remote_settings(dialect="llamacpp", failures=2, rest_seconds=30)
    with llama_server(model) as server:
        vlm = OpenAiVlm(server.url, MODEL, settings, clock)
        with server.frozen():  # so that it cannot answer before it is killed
            killer = threading.Timer(0.2, server.kill)
            killer.start()
            assert ask(vlm).degraded == "vlm_unavailable"
            killer.join()
        assert ask(vlm).degraded == "vlm_unavailable"
        server.start()
        assert ask(vlm).degraded == "vlm_unavailable"  # open: the new one is not asked yet
        clock.now = 30
        assert ask(vlm).draft is not None
        clock.now = 31
        assert ask(vlm).draft is not None


def test_a_server_that_is_not_there_yet_is_no_reason_not_to_start(model: Path) -> None:
    with llama_server(model) as server:
        server.kill()
        vlm = OpenAiVlm(server.url, MODEL, remote_settings())
        vlm.warm()
        server.start()
        assert ask(vlm).draft is not None


def test_the_environment_names_server_and_key(
    server: LlamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_VLM", f"openai:{server.url}#{MODEL}")
    monkeypatch.setenv("VOUCH_VISION__SERVER__KEY", KEY)
    monkeypatch.setenv("VOUCH_VISION__SERVER__DIALECT", "llamacpp")
    monkeypatch.setenv("VOUCH_VISION__SERVER__SEES_PICTURES", "false")
    settings = WorkerSettings()
    vision = build_vision(settings)
    assert vision is not None
    (drafted,) = vision.draft([question(RECEIPT, TOTAL)])
    assert drafted.draft is not None
    assert KEY not in repr(settings) + settings.model_dump_json()


def test_neither_key_nor_document_is_told_to_anybody(
    server: LlamaServer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = remote_settings(max_tokens=8)
    vlm = OpenAiVlm(server.url, MODEL, settings)
    vlm.warm()
    ask(vlm)
    ask(OpenAiVlm(server.url, MODEL, remote_settings(key=f"{KEY}-wrong")))
    said = "".join([*capfd.readouterr(), caplog.text, repr(settings), repr(vlm.__dict__)])
    assert "vlm_invalid" in said
    assert "HTTP 401" in said
    assert KEY not in said
    assert "Bakery" not in said
