"""Fails when a released prompt has changed, is missing, or lies there without a release.

Digests are recomputed from the files. Where there is a git history, no digest may differ from one
that was ever committed: a release binds from the commit that brought this check.
"""

import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOM = Path("vouch/prompts")
LEDGER = ROOM / "released.toml"
CHECK = "tools/check_prompts.py"

Release = tuple[str, str]
"""Id and version, e.g. ("extract", "v1")."""


def main() -> int:
    """Print every fault; exit status 1 when there is one."""
    found = [*faults(ROOT), *broken_promises(ROOT)]
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    return 1 if found else 0


def faults(root: Path) -> Iterator[str]:
    """Where the prompts' files and released.toml do not agree."""
    released = _releases((root / LEDGER).read_text("utf-8"))
    lying = {
        (path.parent.name, path.stem): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (root / ROOM).glob("*/*.toml")
    }
    for prompt, version in sorted(released.keys() | lying.keys()):
        name, release = f"{prompt}/{version}.toml", (prompt, version)
        if release not in released:
            yield f"{name}: not released"
        elif release not in lying:
            yield f"{name}: released, but missing"
        elif released[release] != lying[release]:
            yield f"{name}: changed since its release; release another version instead"
    for prompt in sorted({prompt for prompt, _ in released}):
        versions = {version for name, version in released if name == prompt}
        if versions != {f"v{number}" for number in range(1, len(versions) + 1)}:
            yield f"{prompt}: its versions are not v1, v2, … without a hole"


def broken_promises(root: Path) -> Iterator[str]:
    """Releases of the git history that are gone from released.toml, or have another digest."""
    released = _releases((root / LEDGER).read_text("utf-8"))
    broken = {
        (prompt, version)
        for commit in _binding_commits(root)
        for (prompt, version), digest in _releases(_git(root, "show", f"{commit}:{LEDGER}")).items()
        if released.get((prompt, version)) != digest
    }
    for prompt, version in sorted(broken):
        yield f"{prompt}/{version}.toml: its digest is not the one that was committed"


def _releases(ledger: str) -> dict[Release, str]:
    return {
        (prompt, version): digest
        for prompt, versions in tomllib.loads(ledger).items()
        for version, digest in versions.items()
    }


def _binding_commits(root: Path) -> list[str]:
    """The commit that brought this check, and those after it that touched released.toml."""
    if not (root / ".git").exists():
        return []
    brought = _git(root, "log", "--format=%H", "--diff-filter=A", "--", CHECK).split()
    if not brought:
        return []
    later = _git(root, "log", "--format=%H", f"{brought[-1]}..HEAD", "--", str(LEDGER)).split()
    return [brought[-1], *later]


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=root, check=True, capture_output=True, text=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
