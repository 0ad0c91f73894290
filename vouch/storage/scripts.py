"""The job store's Lua scripts: each one step for all processes that share a Redis."""

from functools import cache
from importlib.resources import files
from typing import Literal

Script = Literal[
    "announce", "beat", "call_claim", "call_renew", "call_schedule", "call_settle", "cancel",
    "claim", "delete", "expired", "finish", "forget", "give_back", "hand_over", "load", "reap",
    "replay", "rotate_secret", "submit", "view", "write",
]  # fmt: skip


@cache
def script(name: Script) -> str:
    """A script's text, with what all of them share before it."""
    folder = files("vouch.storage") / "lua"
    return (folder / "common.lua").read_text() + (folder / f"{name}.lua").read_text()
