"""Leaves that several built-in schemas share."""

from typing import Annotated

from pydantic import Field

Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["9.00"])]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2018-12-25"])]
IsoTime = Annotated[str, Field(pattern=r"^\d{2}:\d{2}(:\d{2})?$", examples=["14:32"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
PixelBox = Annotated[
    tuple[float, float, float, float],
    Field(description="Left, top, right, bottom in pixels of the uploaded page."),
]
PixelPoint = Annotated[
    tuple[float, float], Field(description="x, y in pixels of the uploaded page.")
]
