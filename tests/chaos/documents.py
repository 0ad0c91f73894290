"""Documents to submit: small receipts that take a moment, and pages that take some."""

import io
from functools import cache
from pathlib import Path

from PIL import Image

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


@cache
def page() -> bytes:
    """A receipt as a telephone sees it: half a second of work on one core."""
    return SAMPLE.read_bytes()


@cache
def thumbnail() -> bytes:
    """The same, so small that it is read in a twentieth of a second."""
    out = io.BytesIO()
    with Image.open(SAMPLE) as picture:
        picture.resize((300, 425)).save(out, "JPEG")
    return out.getvalue()
