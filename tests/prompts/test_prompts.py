import hashlib
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest

from tests.workers.questions import question
from vouch.prompts import prompt
from vouch.schemas.errors import PromptUnreleased
from vouch.workers.drafting.prompting import chat

LEDGER = tomllib.loads((files("vouch.prompts") / "released.toml").read_text("utf-8"))
RELEASES = [(name, int(version[1:])) for name, versions in LEDGER.items() for version in versions]


@pytest.mark.parametrize(("name", "version"), RELEASES)
def test_a_release_is_known_by_its_digest(name: str, version: int) -> None:
    content = (files("vouch.prompts") / name / f"v{version}.toml").read_bytes()
    identity = prompt(name, version).identity
    assert identity.name == f"{name}-v{version}"
    assert identity.digest == hashlib.sha256(content).hexdigest() == LEDGER[name][f"v{version}"]


@pytest.mark.parametrize(("name", "version"), RELEASES)
def test_a_release_shows_the_lines_and_the_fields(name: str, version: int) -> None:
    said = chat(replace(question(), prompt=prompt(name, version))).texts
    assert "CORNER BAKERY LTD" in said[1]
    assert "shop: text" in said[2]
    blanks = ("{lines}", "{fields}", "{number}", "{x}", "{y}", "{text}", "{title}")
    assert not [blank for blank in blanks if blank in "".join(said)]


def test_the_newest_version_is_the_default() -> None:
    newest = max(version for name, version in RELEASES if name == "extract")
    assert prompt("extract") == prompt("extract", newest)


@pytest.mark.parametrize(("name", "version"), [("never", None), ("extract", 0), ("extract", 999)])
def test_nothing_is_asked_that_was_not_released(name: str, version: int | None) -> None:
    with pytest.raises(PromptUnreleased, match="was released"):
        prompt(name, version)


def test_a_second_look_shares_all_that_comes_before_the_question() -> None:
    first = chat(question(["ONE 1.00"], ["TWO 2.00"]))
    second = chat(
        replace(question(["ONE 1.00"], ["TWO 2.00"], closeups=1), prompt=prompt("reread"))
    )
    assert (second.system, second.shared[2:]) == (first.system, first.shared[2:])
    assert len(first.shared) == len(second.shared) == 3
