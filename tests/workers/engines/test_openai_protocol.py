"""What is sent to servers, and what becomes of their bad manners: a scripted server answers."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from tests.workers.engines.documents import RECEIPT, TOTAL, question
from tests.workers.engines.llama_server import KEY
from tests.workers.engines.remote import Clock, ask, remote_settings
from tests.workers.engines.scripted_server import ScriptedServer, completion, scripted_server
from vouch.schemas.errors import ModelMissing
from vouch.workers.drafting.prompting import chat
from vouch.workers.engines.openai_vlm import OpenAiVlm
from vouch.workers.protocols import UNWANTED, Question

GOOD = '{"name":{"lines":[1],"raw":"Corner Bakery Ltd"},"total":null}'


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedServer]:
    with scripted_server(tmp_path_factory.mktemp("scripted")) as running:
        yield running


def body_sent(scripted: ScriptedServer, asked: Question, **server: Any) -> dict[str, Any]:
    """The request that a question becomes."""
    url = scripted.expect(completion(GOOD))
    vlm = OpenAiVlm(url, "model", remote_settings(**server))
    (drafted,) = vlm.draft([asked])
    assert drafted.draft is not None
    (request,) = scripted.requests
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    return dict(request["body"])


def test_pictures_are_sent_in_order_within_the_budget(scripted: ScriptedServer) -> None:
    asked = question(RECEIPT, TOTAL)
    photo = np.zeros((3000, 2000, 3), np.uint8)
    photo[:1500] = (250, 10, 20)
    asked = Question(asked.layouts, [photo], asked.schema, asked.prompt, [photo[:30, :40]])
    parts = body_sent(scripted, asked, sees_pictures=True)["messages"][1]["content"]
    assert [part["type"] for part in parts] == ["image_url", "text", "image_url", "text"]
    assert [part["text"] for part in parts if "text" in part] == list(chat(asked).texts[1:])
    page, closeup = (decoded(part) for part in parts if "image_url" in part)
    assert page.shape[0] * page.shape[1] <= 1_500_000
    assert page.shape[0] / page.shape[1] == pytest.approx(1.5, abs=0.01)
    assert page[10, 10] == pytest.approx((20, 10, 250), abs=12)  # OpenCV: blue first
    assert closeup.shape == (32, 40, 3)


def decoded(part: dict[str, Any]) -> np.ndarray:
    kind, content = part["image_url"]["url"].split(",", 1)
    assert kind == "data:image/jpeg;base64"
    image = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image).astype(int)


def test_a_model_that_reads_text_only_is_sent_one_text(scripted: ScriptedServer) -> None:
    asked = question(RECEIPT, TOTAL)
    system, user = body_sent(scripted, asked, sees_pictures=False)["messages"]
    shown = chat(asked)
    assert system == {"role": "system", "content": shown.system}
    assert user == {"role": "user", "content": "\n\n".join(shown.texts[1:])}


@pytest.mark.parametrize("dialect", ["compatible", "openai", "vllm", "sglang", "llamacpp"])
def test_each_dialect_is_told_the_form_its_way(scripted: ScriptedServer, dialect: str) -> None:
    body = body_sent(scripted, question(RECEIPT, TOTAL), dialect=dialect)
    grammar = {
        "vllm": body.get("structured_outputs", {}).get("grammar", ""),
        "sglang": body.get("ebnf", ""),
        "llamacpp": body.get("grammar", "").removeprefix("%llguidance {}\n"),
    }.get(dialect)
    if grammar is None:
        form = body["response_format"]["json_schema"]
        assert form["strict"] is True
        assert list(form["schema"]["properties"]) == ["name", "total"]
    else:
        assert "response_format" not in body
        assert "Bakery" in grammar
        assert grammar.startswith("start: ")
    room = "max_completion_tokens" if dialect == "openai" else "max_tokens"
    assert body[room] == 3000
    assert body["temperature"] == 0
    assert (body["logprobs"], body["top_logprobs"]) == (True, 2)


def test_a_busy_server_is_asked_again_when_it_says(scripted: ScriptedServer) -> None:
    busy = {"status": 429, "headers": {"retry-after": "0.01"}, "text": "{}"}
    broken = {"status": 503, "headers": {"retry-after": "0"}}
    url = scripted.expect(busy, broken, completion(GOOD))
    assert ask(OpenAiVlm(url, "model", remote_settings(attempts=3))).draft is not None
    assert len(scripted.requests) == 3


def test_a_server_that_wants_too_long_a_pause_is_not_waited_for(scripted: ScriptedServer) -> None:
    busy = {"status": 429, "headers": {"retry-after": "3600"}}
    url = scripted.expect(busy)
    started = time.monotonic()
    drafted = ask(OpenAiVlm(url, "model", remote_settings(attempts=3)))
    assert drafted.degraded == "vlm_unavailable"
    assert time.monotonic() - started < 30


def test_an_answer_that_drips_is_cut_off_by_the_time_allowed(scripted: ScriptedServer) -> None:
    slow = {**completion(GOOD), "drip": 1}  # 50 ms a byte, never a pause to time out on
    settings = remote_settings(answer_seconds=5, question_seconds=0.5)
    url = scripted.expect(slow)
    assert ask(OpenAiVlm(url, "model", settings)).degraded == "vlm_unavailable"


def test_a_refused_request_does_not_open_the_breaker(scripted: ScriptedServer) -> None:
    refusal = {"status": 400, "text": json.dumps({"error": {"message": "no such schema"}})}
    url = scripted.expect(refusal, completion(GOOD))
    vlm = OpenAiVlm(url, "model", remote_settings(failures=1))
    assert ask(vlm).degraded == "vlm_invalid"
    assert ask(vlm).draft is not None


def test_a_server_at_fault_is_left_alone_and_tried_once_later(scripted: ScriptedServer) -> None:
    clock = Clock()
    broken = {"status": 500}
    url = scripted.expect(broken, broken, broken, completion(GOOD))
    vlm = OpenAiVlm(url, "model", remote_settings(failures=2, rest_seconds=9), clock)
    asked = [len(scripted.requests) for _ in range(4) if ask(vlm).degraded == "vlm_unavailable"]
    assert asked == [1, 2, 2, 2]
    clock.now = 9  # one may try, and fails: it rests again
    assert [ask(vlm).degraded, ask(vlm).degraded] == ["vlm_unavailable"] * 2
    assert len(scripted.requests) == 3
    clock.now = 18
    assert ask(vlm).draft is not None


@pytest.mark.parametrize(
    "reply",
    [
        completion("The total is 9.00."),
        completion(f"```json\n{GOOD}\n```"),
        completion('{"name":null}'),
        completion('{"name":"Corner Bakery","total":"9.00"}'),
        completion(""),
        completion(GOOD[:20], finish_reason="stop"),
        {"text": "<html>Welcome to the hotel's network</html>"},
        {"text": '{"choices":[]}'},
        {"text": "null"},
    ],
)
def test_what_is_no_draft_is_never_one(scripted: ScriptedServer, reply: dict[str, Any]) -> None:
    url = scripted.expect(reply)
    drafted = ask(OpenAiVlm(url, "model", remote_settings()))
    assert (drafted.draft, drafted.degraded) == (None, "vlm_invalid")


def test_an_answer_without_room_is_asked_for_once_more_with_twice_as_much(
    scripted: ScriptedServer,
) -> None:
    cut = completion(GOOD[:20], finish_reason="length")
    url = scripted.expect(cut, completion(GOOD))
    assert ask(OpenAiVlm(url, "model", remote_settings())).draft is not None
    assert [each["body"]["max_tokens"] for each in scripted.requests] == [3000, 6000]


def test_lines_and_texts_that_are_not_there_have_no_evidence(scripted: ScriptedServer) -> None:
    answer = '{"name":{"lines":[99],"raw":"Invented Ltd"},"total":null}'
    url = scripted.expect(completion(answer))
    drafted = ask(OpenAiVlm(url, "model", remote_settings()))
    assert drafted.draft is not None
    (candidate,) = drafted.draft.candidates["/name"]
    assert (candidate.value, candidate.tokens) == ("Invented Ltd", ())


def test_a_value_that_breaks_its_schema_is_withdrawn(scripted: ScriptedServer) -> None:
    answer = '{"name":null,"total":{"lines":[7],"raw":"9.00","value":"nine"}}'
    url = scripted.expect(completion(answer), completion(answer))
    vlm = OpenAiVlm(url, "model", remote_settings())
    drafted = ask(vlm)
    assert drafted.draft is not None
    assert drafted.draft.candidates == {}
    forced = {**TOTAL, "properties": {**TOTAL["properties"], "total": {"enum": ["9.00"]}}}
    assert ask(vlm, forced).degraded == "vlm_invalid"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ModelMissing, match="http"):
        OpenAiVlm("localhost:8000/v1", "model", remote_settings())


def test_an_answer_that_nobody_waits_for_any_more_is_not_waited_for(
    scripted: ScriptedServer,
) -> None:
    """The server would drip for minutes; the connection is closed instead."""
    long = completion(GOOD)
    url = scripted.expect({**long, "drip": 1, "text": long["text"] + " " * 5_000})
    vlm = OpenAiVlm(url, "model", remote_settings())
    asked = replace(question(RECEIPT, TOTAL), is_wanted=lambda: not scripted.requests)
    assert vlm.draft([asked]) == (UNWANTED,)
