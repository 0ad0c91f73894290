"""Judges examples by the model that ships: `python -m training.routing.measure FOLDER`.

For pictures that it was not fitted on. The last line printed is one JSON object.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from training.routing.fit import read, table_of
from training.routing.scoring import report_of
from vouch.schemas.routing import KINDS
from vouch.workers.stages.routing.model import released


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path, help="what `training.routing.gather` left")
    args = asked.parse_args()
    examples = read(args.folder)
    model, _ = released()
    likely = [model.probabilities(one.measured) for one in examples]
    shares = np.array([[one.get(kind, 0.0) for kind in KINDS] for one in likely])
    print(json.dumps(report_of(shares, table_of(examples))))  # noqa: T201


if __name__ == "__main__":
    main()
