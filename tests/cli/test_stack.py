import subprocess
import sys

import pytest

from vouch.cli.stack import _without_vision


def test_only_the_vlm_worker_is_told_of_the_model_and_the_key_of_its_server() -> None:
    told = {"VOUCH_VLM": "fake", "VOUCH_VISION__SERVER__KEY": "secret", "VOUCH_OCR": "fake"}
    assert _without_vision(told) == {"VOUCH_OCR": "fake"}


@pytest.mark.parametrize(
    "module", ["vouch.service.app", "vouch.cli.main", "vouch.workers.tasks.worker"]
)
def test_no_process_imports_torch_unless_it_runs_a_model(module: str) -> None:
    program = f"import sys, {module}; print({{'torch', 'transformers'}} & set(sys.modules))"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"set()\n"
