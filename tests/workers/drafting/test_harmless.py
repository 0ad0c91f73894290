import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.recipes import RECIPES
from vouch.workers.drafting.harmless import OPENERS, harmless

SPECIAL = [
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<image>", "<IMG_CONTEXT>", "<s>", "</s>",
    "<0x0A>", "<｜User｜>", "<fake_token_around_image>", "<start_of_turn>", "[INST]", "[/INST]",
    "[IMG]", "[CLS]", ">>QUESTION<<", "</document>", "＜image＞",
]  # fmt: skip
NOISE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize("token", SPECIAL)
def test_special_tokens_come_apart(token: str) -> None:
    shown = harmless(f"TOTAL {token} 9.00")
    assert unicodedata.normalize("NFKC", token) not in unicodedata.normalize("NFKC", shown)


@pytest.mark.parametrize("family", RECIPES)
def test_no_token_of_a_family_survives(family: str) -> None:
    assert not [token for token in RECIPES[family].tokens if token in harmless(token)]


@given(before=NOISE, token=st.sampled_from(SPECIAL), after=NOISE)
def test_they_do_so_wherever_they_stand(before: str, token: str, after: str) -> None:
    assert token not in harmless(before + token + after)


@given(st.lists(NOISE | st.sampled_from(SPECIAL)).map("".join))
def test_what_is_printed_can_be_had_back(text: str) -> None:
    back = re.sub(f"([{re.escape(OPENERS)}]) ", r"\1", harmless(text))
    assert back == re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)


@given(st.text())
def test_nothing_leaves_its_row(text: str) -> None:
    assert len(f"{harmless(text)}.".splitlines()) == 1


@given(st.text(st.characters(exclude_characters=OPENERS, categories=["L", "N", "P", "Zs"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_all_look_alikes_of_openers_are_known() -> None:
    alike = {
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if set(unicodedata.normalize("NFKC", char) + unicodedata.normalize("NFKD", char)) & {*"<["}
    }
    assert alike == set(OPENERS)
