import subprocess
import sys

PROGRAM = """
import sys
from vouch.workers.app import build_document_layout, build_ocr
from vouch.workers.settings import WorkerSettings
settings = WorkerSettings(ocr="paddle")
build_ocr(settings), build_document_layout(settings)
print({"torch", "transformers"} & set(sys.modules))
import importlib.util
print(importlib.util.find_spec("torch") is not None)
"""


def test_an_ocr_process_loads_no_torch_though_it_is_installed() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True)
    assert ran.stdout.split() == [b"set()", b"True"]
