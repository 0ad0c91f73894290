"""Fails when a source file has grown past 300 lines: which room inside it wants its own file?"""

import subprocess
import sys
from pathlib import Path

LIMIT = 300


def main() -> int:
    """Print every tracked or new source file over the limit; exit status 1 when there is one."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )
    long = {
        name: lines
        for name in listing.stdout.splitlines()
        if Path(name).exists()
        and (lines := len(Path(name).read_text("utf-8").splitlines())) > LIMIT
    }
    for name, lines in long.items():
        sys.stdout.write(f"{name}: {lines} lines, more than {LIMIT}\n")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
