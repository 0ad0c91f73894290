"""The command line of what draws data sets: where, how many, with which seed, for whom."""

import argparse
from pathlib import Path


def asked_to_draw(description: str | None) -> argparse.Namespace:
    """folder, count, seed and held_back, as the command line has them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-back", action="store_true", help="what nothing may be tuned on")
    return parser.parse_args()
