"""A worker whose clock is wrong: `python -m tests.chaos.skewed_worker SECONDS cpu|ocr|vlm`."""

import sys
import time


def main() -> None:
    offset = float(sys.argv.pop(1))
    right = time.time
    time.time = lambda: right() + offset
    from vouch.workers.tasks.__main__ import main as work  # noqa: PLC0415  # by the wrong clock

    work()


if __name__ == "__main__":
    main()
