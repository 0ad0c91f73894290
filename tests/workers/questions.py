"""Questions about made-up documents, with pictures that show what their text says."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from tests.workers.stages.documents import page_of
from vouch.prompts import prompt
from vouch.schemas.wanted import WantedSchema
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question

ROWS = ("CORNER BAKERY LTD", "12 Mill Lane Leeds", "Rye rolls 3.00", "TOTAL RM 33.90")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "shop": {"type": ["string", "null"]},
        "total": {
            "anyOf": [{"type": "string", "pattern": r"^\d{1,4}\.\d\d$"}, {"type": "null"}],
        },
        "paid": {"type": "boolean"},
    },
    "required": ["shop", "total", "paid"],
    "additionalProperties": False,
}

BAKERY = (
    "CORNER BAKERY SDN BHD",
    "12, JALAN TAMPOI 7/4,",
    "81200 JOHOR BAHRU",
    "Date 25/12/2018 14:32",
    "Rye rolls 2 3.00",
    "TOTAL RM 33.90",
    "CASH 40.00",
)
"""The rows of a whole receipt."""


def question(
    *pages: Sequence[str], closeups: int = 0, schema: dict[str, Any] | None = None
) -> Question:
    """A question about pages that print these rows, by default one that prints `ROWS`."""
    pages = pages or (ROWS,)
    return Question(
        layouts=[page_of(*rows, number=number) for number, rows in enumerate(pages, start=1)],
        images=[picture_of(rows) for rows in pages],
        schema=WantedSchema(name="shop", version="1", json_schema=schema or SCHEMA),
        prompt=prompt("extract"),
        closeups=[picture_of(pages[0][-1:]) for _ in range(closeups)],
    )


def picture_of(rows: Sequence[str], width: int = 160) -> RgbImage:
    """Rows in black on white, 20 pixels each."""
    image = np.full((20 * len(rows) + 20, width, 3), 255, np.uint8)
    for index, row in enumerate(rows):
        at = (4, 20 * index + 24)
        cv2.putText(image, row, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0))
    return image
