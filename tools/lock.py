"""Writes requirements.lock and requirements-dev.lock: every version and hash, for pip to check.

Needs uv, which resolves for all platforms at once; `pip install uv` into any environment brings it.
"""

import subprocess

COMPILE = [
    "uv", "pip", "compile", "pyproject.toml", "--python-version", "3.11", "--universal",
    "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet",
]  # fmt: skip


def main() -> None:
    """Runtime first; the development lock then holds the same versions and more."""
    subprocess.run([*COMPILE, "-o", "requirements.lock"], check=True)
    dev = ["--extra", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"]
    subprocess.run([*COMPILE, *dev], check=True)


if __name__ == "__main__":
    main()
