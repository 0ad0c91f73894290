"""Questions about made-up pages, for tests of vision-language models."""

from typing import Any

import numpy as np

from tests.workers.stages.rules.printed import printed_page
from vouch.prompts import prompt
from vouch.schemas.wanted import WantedSchema
from vouch.workers.protocols import Question

RECEIPT = """
Corner Bakery Ltd
Phone: 0113 496 0000
Date: 25/12/2018 14:32
description       quantity   price
Rye rolls         2          4.50
Sourdough loaf    1          4.50
Total: RM 9.00
"""
TOTAL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "total": {"anyOf": [{"type": "string", "pattern": r"^\d{1,6}\.\d\d$"}, {"type": "null"}]},
    },
    "required": ["name", "total"],
    "additionalProperties": False,
}


def question(text: str, json_schema: dict[str, Any]) -> Question:
    """Ask for a schema on a page that prints the text; its picture is white."""
    layout = printed_page(text)
    picture = np.full((layout.tokens.height, layout.tokens.width, 3), 255, np.uint8)
    wanted = WantedSchema(name="test", version="1", json_schema=json_schema)
    return Question([layout], [picture], wanted, prompt("extract"))
