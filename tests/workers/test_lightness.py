"""What processes without a VLM must not pay for: the libraries that models run on."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "outlines", "tokenizers", "openai", "safetensors"}

SERVICE = "import vouch.service.__main__"
CPU_WORKER = """
from vouch.storage.settings import StorageSettings
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.worker import equip
equip("cpu", StorageSettings(), WorkerSettings())
"""
FAKE_OCR_WORKER = CPU_WORKER.replace('"cpu"', '"ocr"').replace(
    "WorkerSettings()", 'WorkerSettings(ocr="fake")'
)
VLM_WORKER_WITHOUT_A_MODEL = CPU_WORKER.replace('"cpu"', '"vlm"')
REMOTE_MODEL = """
import sys
sys.modules |= dict.fromkeys(("torch", "transformers", "tokenizers", "safetensors"))
from vouch.workers.app import build_vision
from vouch.workers.settings import WorkerSettings
assert build_vision(WorkerSettings(vlm="openai:http://127.0.0.1:9/v1#model"))
"""
PICTURES = """
import sys
import vouch.workers.engines.openai_answer
import vouch.workers.engines.openai_server
import vouch.workers.engines.pictures
assert not {"torch", "transformers", "safetensors"} & set(sys.modules)
"""
CLI = "import vouch.cli.main"


@pytest.mark.parametrize(
    "program", [SERVICE, CPU_WORKER, FAKE_OCR_WORKER, VLM_WORKER_WITHOUT_A_MODEL, CLI]
)
def test_no_model_library_is_imported(
    program: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("VOUCH_BLOBS", str(tmp_path_factory.mktemp("blobs")))
    monkeypatch.delenv("VOUCH_VLM", raising=False)
    told = f"{program}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120
    )
    assert not HEAVY & set(done.stdout.split())


def test_a_model_behind_a_server_runs_where_torch_is_not_installed() -> None:
    """Outlines imports transformers where it finds them, and does without where it does not."""
    subprocess.run([sys.executable, "-c", REMOTE_MODEL], check=True, timeout=120)


def test_the_engine_of_a_server_imports_no_torch_of_its_own() -> None:
    subprocess.run([sys.executable, "-c", PICTURES], check=True, timeout=120)
