"""What an answer may cost, and how far to guess ahead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Bounds of one answer; all are counted in model tokens."""

    most_tokens: int = 4096
    """An answer that is longer is closed by the grammar."""
    most_guessed: int = 12
    """Model tokens that one forward pass may check beyond those that are certain."""
    longest_period: int = 64
    """Longest run that is looked for when the answer may be going in circles."""
    repeats: int = 3
    """As many equal runs in a row mean that it is …"""
    least_looped: int = 48
    """… when together they are at least this long."""
    most_closing: int = 4096
    """To write after a cut, until the answer is complete."""
