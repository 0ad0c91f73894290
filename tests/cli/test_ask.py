"""`vouch ask` and `vouch locate` in this process with the fake OCR."""

import pytest

from tests.cli.command import SAMPLE, vouch
from vouch.cli.console import EXIT_CODES
from vouch.schemas.record import Record


@pytest.fixture(autouse=True)
def _fake_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_OCR", "fake")


def test_a_thing_is_located_and_nothing_else_is_on_stdout() -> None:
    ran = vouch("locate", "--local", "--json", SAMPLE, "Rye rolls")
    record = Record.model_validate_json(ran.stdout)
    assert (record.task, record.schema_.name) == ("locate", "location")
    assert record.data["found"] is True
    assert ran.exit_code == EXIT_CODES[record.decision.outcome]


def test_a_question_is_answered_from_what_is_printed() -> None:
    ran = vouch("ask", "--local", "--json", SAMPLE, "How much was paid in cash?")
    record = Record.model_validate_json(ran.stdout)
    assert (record.task, record.schema_.name) == ("ask", "answer")
    assert record.data == {"answer": "10.00", "kind": "reading"}
    assert record.fields["/answer"].evidence
    assert ran.exit_code == EXIT_CODES[record.decision.outcome]


@pytest.mark.parametrize("command", ["ask", "locate"])
def test_no_words_are_no_question(command: str) -> None:
    ran = vouch(command, "--local", SAMPLE, "  ")
    assert ran.exit_code == 2
    assert "say in words" in ran.stderr
