"""What a colour says about a field."""

from typing import Literal

from vouch.schemas.record import Field

Verdict = Literal["accepted", "review", "refused"]
Colour = tuple[int, int, int]

# Okabe and Ito's palette, darkened: told apart by people who see no red or no green
COLOUR: dict[Verdict, Colour] = {
    "accepted": (0, 128, 96),
    "review": (214, 126, 0),
    "refused": (200, 44, 30),
}
MARK: dict[Verdict, str] = {"accepted": "+", "review": "?", "refused": "x"}
"""The same for those who print in black and white."""


def verdict(field: Field) -> Verdict:
    """accepted: nobody has to look; review: somebody should; refused: claimed, not to be used."""
    if field.accepted:
        return "accepted"
    return "refused" if field.status in ("ungrounded", "illegible") else "review"
