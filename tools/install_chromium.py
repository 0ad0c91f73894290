"""Installs Debian's Chromium where it is missing and may be installed: root, and an apt.

Playwright's own download is not needed. Where it may not be installed, this says so and the tests
that need it skip: exit status 0 either way.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = Path(os.environ.get("VOUCH_CHROMIUM", "/usr/bin/chromium"))
PACKAGES = ("chromium", "fonts-liberation", "fonts-dejavu-core")


def main() -> int:
    """Exit status 0, with a line on stderr where Chromium is still missing."""
    if CHROMIUM.exists():
        return 0
    may = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if not may or not _installed():
        sys.stderr.write("Chromium is missing and cannot be installed here: its tests will skip\n")
    return 0


def _installed() -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    steps = ([*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", *PACKAGES])
    return all(
        subprocess.run(step, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
        == 0
        for step in steps
    )


if __name__ == "__main__":
    sys.exit(main())
