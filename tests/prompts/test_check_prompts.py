"""The check of `make check`, on prompts made for it and on the real ones."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from tools.check_prompts import CHECK, LEDGER, ROOM, ROOT, broken_promises, faults


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with two released versions of one prompt."""
    for number in (1, 2):
        write(tmp_path, f"ask/v{number}.toml", f"system = 'version {number}'\n")
    release(tmp_path, "ask", 2)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / ROOM / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def release(root: Path, name: str, versions: int) -> None:
    digests = [
        hashlib.sha256((root / ROOM / name / f"v{number}.toml").read_bytes()).hexdigest()
        for number in range(1, versions + 1)
    ]
    rows = [f'v{number} = "{digest}"' for number, digest in enumerate(digests, start=1)]
    (root / LEDGER).write_text("\n".join([f"[{name}]", *rows, ""]))


def commit(root: Path) -> None:
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
        (root / CHECK).parent.mkdir()
        (root / CHECK).write_text("")
    git(root, "add", ".")
    git(root, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "-")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True)


def test_the_prompts_of_this_tree_are_released() -> None:
    assert not [*faults(ROOT), *broken_promises(ROOT)]


def test_released_prompts_pass(root: Path) -> None:
    assert not list(faults(root))


def test_a_changed_file_is_refused(root: Path) -> None:
    write(root, "ask/v1.toml", "system = 'other words'\n")
    assert list(faults(root)) == [
        "ask/v1.toml: changed since its release; release another version instead"
    ]


def test_a_file_without_a_release_is_refused(root: Path) -> None:
    write(root, "ask/v3.toml", "system = 'not yet'\n")
    write(root, "tell/v1.toml", "system = 'not yet'\n")
    assert list(faults(root)) == ["ask/v3.toml: not released", "tell/v1.toml: not released"]


def test_a_missing_file_is_refused(root: Path) -> None:
    (root / ROOM / "ask/v1.toml").unlink()
    assert list(faults(root)) == ["ask/v1.toml: released, but missing"]


def test_a_hole_in_the_versions_is_refused(root: Path) -> None:
    (root / ROOM / "ask/v1.toml").unlink()
    ledger = (root / LEDGER).read_text().splitlines()
    (root / LEDGER).write_text("\n".join([ledger[0], ledger[2]]))
    assert list(faults(root)) == ["ask: its versions are not v1, v2, … without a hole"]


def test_without_a_history_nothing_was_promised(root: Path) -> None:
    assert not list(broken_promises(root))


def test_what_was_committed_may_be_added_to(root: Path) -> None:
    commit(root)
    write(root, "ask/v3.toml", "system = 'version 3'\n")
    release(root, "ask", 3)
    commit(root)
    assert not list(broken_promises(root))


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_file_that_was_released_anew_is_refused(root: Path, *, is_committed: bool) -> None:
    commit(root)
    write(root, "ask/v2.toml", "system = 'other words'\n")
    release(root, "ask", 2)
    if is_committed:
        commit(root)
    assert not list(faults(root))
    assert list(broken_promises(root)) == [
        "ask/v2.toml: its digest is not the one that was committed"
    ]


def test_a_release_cannot_be_taken_back(root: Path) -> None:
    commit(root)
    (root / ROOM / "ask/v2.toml").unlink()
    release(root, "ask", 1)
    assert not list(faults(root))
    assert list(broken_promises(root)) == [
        "ask/v2.toml: its digest is not the one that was committed"
    ]
