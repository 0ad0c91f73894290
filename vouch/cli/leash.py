"""Run a command that dies with its parent: `python leash.py PARENT_PID COMMAND…`.

A supervisor that is killed cannot stop anybody; the kernel can (Linux). Imports only the standard
library, because every child starts with it.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command. The kernel sends SIGKILL when the parent is gone."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before the kernel knew
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # there is no shell, on purpose


if __name__ == "__main__":
    main()
