import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.grammar.wording import chunks, escaped


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("TOTAL RM33.90", ["TOTAL", " ", "RM", "33.90"]),
        ("1,234.56-", ["1,234.56", "-"]),
        ("25/12/2018 14:32", ["25/12/2018", " ", "14:32"]),
        ("合計￥1,280円", ["合", "計", "￥", "1,280", "円"]),
        ("ราคา ๑๒", ["ร", "า", "ค", "า", " ", "๑๒"]),
        ("É-mail: a@b", ["É", "-", "mail", ":", " ", "a", "@", "b"]),
    ],
)
def test_lines_are_cut_where_a_copy_makes_sense(line: str, cut: list[str]) -> None:
    assert list(chunks([line])) == cut


@given(st.lists(st.text()))
def test_nothing_is_lost_in_cutting(lines: list[str]) -> None:
    assert "".join(chunks(lines)) == " ".join(lines)


@given(st.text())
def test_escaped_text_is_what_json_says(text: str) -> None:
    assert json.loads(f'"{escaped(text)}"') == text


def test_half_a_character_is_replaced() -> None:
    assert escaped("a\ud800b") == "a\ufffdb"
    assert escaped("\ud83d\ude00") == "😀"
