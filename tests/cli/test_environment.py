"""Settings with mistakes are told of before anything starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vouch.cli.environment import check_names
from vouch.cli.stack import running_stack
from vouch.schemas.errors import StackFailed
from vouch.schemas.statuses import CANNOT_START


def test_a_name_that_is_nearly_a_setting_is_refused() -> None:
    for wrong, meant in (
        ("VOUCH_BLOBS_MUST_BE_SEALD", "VOUCH_BLOBS_MUST_BE_SEALED"),
        ("VOUCH_MAX_UPLOAD_BYTE", "VOUCH_MAX_UPLOAD_BYTES"),
        ("VOUCH_VISION__SERVER__KEYS", "VOUCH_VISION__SERVER__KEY"),
    ):
        with pytest.raises(StackFailed, match=f"{wrong}: is {meant} meant"):
            check_names([wrong])


def test_settings_and_what_is_nothing_like_them_pass() -> None:
    names = "VOUCH_OCR VOUCH_LIMITS__MAX_PAGES VOUCH_URL VOUCH_API_KEY VOUCH_TAG VOUCH_WEIGHTS"
    check_names([*names.split(), "OTHER_OCRR"])


@pytest.mark.parametrize("value", ["0", "-1", "soon"])
def test_a_stack_with_a_wrong_value_does_not_start(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_JOB_TTL_SECONDS", value)
    with (
        pytest.raises(StackFailed, match="JOB_TTL_SECONDS: Input should be"),
        running_stack(tmp_path),
    ):
        pytest.fail("it started")


@pytest.mark.parametrize("process", [["vouch.service"], ["vouch.workers.tasks", "cpu"]])
def test_a_process_with_a_wrong_value_is_not_started_again(process: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *process],
        env={**os.environ, "VOUCH_BLOB_KEYS": "c2VjcmV0c2VjcmV0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == CANNOT_START
    assert "VOUCH_BLOB_KEYS is not the base64 of 32 bytes" in ended.stderr
    assert "c2VjcmV0" not in ended.stderr + ended.stdout
