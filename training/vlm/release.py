"""An adapter into the package: `python -m training.vlm.release OUT/adapter`."""

import hashlib
import json
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from vouch.workers.engines.shipped.released import ADAPTER

MOST_BYTES = 40_000_000
_WEIGHTS = "adapter_model.safetensors"
_CONFIGURATION = "adapter_config.json"
_DIGEST = re.compile(r"(?<=`adapter_model.safetensors` SHA-256 `)[^`]*")


def release(adapter: Path, folder: Path) -> None:
    """Write it in bfloat16, half as long, and its digest into the model card.

    ValueError when it is longer than what the repository is to hold.
    """
    weights = {
        name: part.to(torch.bfloat16) for name, part in load_file(adapter / _WEIGHTS).items()
    }
    if sum(part.nbytes for part in weights.values()) > MOST_BYTES:
        raise ValueError(f"the adapter takes more than {MOST_BYTES} bytes")
    save_file(weights, folder / _WEIGHTS, metadata={"format": "pt"})
    (folder / _WEIGHTS).chmod(0o644)
    stated = json.loads((adapter / _CONFIGURATION).read_text("utf-8"))
    # what nobody set says nothing; peft puts it back
    said = {name: value for name, value in stated.items() if value not in (None, {}, False)}
    (folder / _CONFIGURATION).write_text(json.dumps(said) + "\n", encoding="utf-8")
    card = folder / "README.md"
    digest = hashlib.sha256((folder / _WEIGHTS).read_bytes()).hexdigest()
    card.write_text(_DIGEST.sub(digest, card.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    release(Path(sys.argv[1]), ADAPTER)
