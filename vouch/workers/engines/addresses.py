"""What a setting may name, and where a server is, told without who asks it."""

import re

VISION_CHOICES = "vouch, transformers:<hub id or folder>, openai:<url>#<model> or fake"
_USERINFO = re.compile(r"^(.*?//)?.*@", re.DOTALL)
"""Up to the last @: a password that nobody escaped may hold any other character of a URL."""


def shown(address: str) -> str:
    """A URL, or a setting with one in it, without its user and password."""
    return _USERINFO.sub(r"\1", address)
