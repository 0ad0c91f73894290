"""`python -m tests.load --seconds 60`: the long form. The last line printed is one JSON object."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.load.run import load


def main() -> None:
    """Exits with 1 when a tenant was served unfairly, or something was left or leaked."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--seconds", type=float, default=60)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vouch-load-") as folder:
        run = load(Path(folder), wish.seconds)
    sys.stdout.write(f"{run.model_dump_json()}\n")
    sys.exit(0 if run.is_good else 1)


if __name__ == "__main__":
    main()
