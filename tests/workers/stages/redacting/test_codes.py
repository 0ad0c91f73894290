"""Bar codes: what they say is found, wherever they stand."""

import numpy as np

from vouch.schemas.geometry import Bbox
from vouch.workers.images import RgbImage
from vouch.workers.stages.redacting.codes import codes_on

_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
         "0110111", "0001011")  # fmt: skip
_SETS = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL",
         "LGGLGL")  # fmt: skip


def bars(number: str) -> str:
    """The modules of an EAN-13 code, 1 black."""
    left = "".join(_signs(digit, kind) for digit, kind in zip(number[1:7], _SETS[int(number[0])],
                                                              strict=True))  # fmt: skip
    return f"101{left}01010{''.join(_signs(digit, 'R') for digit in number[7:])}101"


def _signs(digit: str, kind: str) -> str:
    left = _LEFT[int(digit)]
    turned = left.translate(str.maketrans("01", "10"))
    return {"L": left, "R": turned, "G": turned[::-1]}[kind]


def page_with(number: str) -> RgbImage:
    stripes = np.array([0 if bar == "1" else 255 for bar in bars(number)], np.uint8).repeat(
        2
    )  # wider ones OpenCV does not see
    picture = np.full((430, 590, 3), 255, np.uint8)
    picture[150:280, 200 : 200 + len(stripes)] = stripes[None, :, None]
    return picture


def test_a_bar_code_says_its_number_where_it_stands() -> None:
    (code,) = codes_on(page_with("4006381333931"))
    assert code.text == "4006381333931"
    x, y = Bbox.around(code.polygon).centre
    assert 250 < x < 340
    assert 180 < y < 250
