"""`python -m tests.chaos --jobs 1000`: the long form. The last line printed is one JSON object."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import chaos


def main() -> None:
    """Exits with 1 when a job was lost, doubled or left, or recovery took too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the moments and victims")
    parser.add_argument("--workers", type=int, default=2, help="of each kind")
    parser.add_argument("--pause", type=float, nargs=2, default=(1.5, 4.5), metavar="SECONDS")
    parser.add_argument("--keep", type=Path, help="leave logs and Redis's file in this folder")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vouch-chaos-") as temporary:
        folder = wish.keep or Path(temporary)
        run = chaos(folder, wish.jobs, wish.seed, tuple(wish.pause), wish.workers)
    sys.stdout.write(f"{run.model_dump_json()}\n")
    sys.exit(0 if run.is_good else 1)


if __name__ == "__main__":
    main()
