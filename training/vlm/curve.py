"""The loss of a training as a picture: `python -m training.vlm.curve OUT [PICTURE]`."""

import json
import sys
from itertools import accumulate
from pathlib import Path

from matplotlib.figure import Figure

_MEMORY = 0.9
"""Of the running mean: about ten steps."""


def draw(log: Path, picture: Path) -> None:
    """Loss of each step, and its running mean; steps that were done again count once."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    told = {line["step"]: line["loss"] for line in lines}
    steps = sorted(told)
    losses = [told[step] for step in steps]
    means = accumulate(losses, lambda mean, loss: _MEMORY * mean + (1 - _MEMORY) * loss)
    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(steps, losses, linewidth=0.5, alpha=0.5, label="one step")
    axes.plot(steps, list(means), label="running mean")
    axes.set(xlabel="step", ylabel="cross-entropy of a choice", yscale="log")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    draw(out / "log.jsonl", Path(sys.argv[2]) if len(sys.argv) > 2 else out / "curve.png")
