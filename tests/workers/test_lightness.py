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
