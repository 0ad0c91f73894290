"""What is a secret in a text, and what only looks like one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.redaction.planting import decoy, secret
from vouch.schemas.redaction import ALL_KINDS, SecretKind
from vouch.workers.stages.redacting.secrets import secrets_in
from vouch.workers.stages.redacting.spans import joined, masked

BESIDE = {
    "key": "api_key: ",
    "password": "Password: ",
    "user_folder": "/home/",
    "iban": "IBAN ",
    "token": "token=",
}
"""What a secret of a kind stands behind; others need nothing."""


def shown(text: str, kinds: tuple[SecretKind, ...] = ALL_KINDS) -> str:
    return masked(text, secrets_in(text, kinds))


@pytest.mark.parametrize("kind", ALL_KINDS)
@given(seed=st.integers(0, 10_000))
def test_a_secret_of_every_kind_goes(kind: SecretKind, seed: int) -> None:
    text = f"{BESIDE.get(kind, '')}{secret(kind, Random(seed))} end"
    assert shown(text, (kind,)) == f"{BESIDE.get(kind, '')}[{kind}] end"


@given(seed=st.integers(0, 10_000))
def test_what_only_looks_like_a_secret_stays(seed: int) -> None:
    text = f"see {decoy(Random(seed))} there"
    assert shown(text) == text


@given(text=st.text(alphabet="ab1@. :/\\\n-", max_size=60))
def test_masking_takes_away_and_adds_nothing_but_marks(text: str) -> None:
    spans = secrets_in(text, ALL_KINDS)
    assert joined(spans) == spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    kept = "".join(
        char for at, char in enumerate(text) if not any(s.start <= at < s.end for s in spans)
    )
    without_marks = masked(text, spans)
    for kind in ALL_KINDS:
        without_marks = without_marks.replace(f"[{kind}]", "")
    assert without_marks == kept


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bob @ example . com", "email"),
        ("bob@ex ample.org", "email"),
        ("alice@exam\nple.co.uk", "email"),
        ("alice©example.com", "email"),
        ("Card 41l1 1111 1111 1111", "card_number"),
        ("VISA 4111111111 111111", "card_number"),
        ("VISA 4111 1111 11 11 1111", "card_number"),
        ("VISA 4111 1111 1111 11 11", "card_number"),
        ("VISA 51 05105 105105100", "card_number"),
        ("VISA4111111111111111", "card_number"),
        ("bob@ m ail.exam ple.org", "email"),
        ("<bob. smith@ex ample.co.u k>", "email"),
        ("API key\nqW3rT7zX 9bN2vLp8KcM4sD6f", "key"),
        ("API key\nCu Zu3rCQWMs4h9tQ55xjIYAv", "key"),
        ("Tel: O30 1234567", "phone"),
        ("call us at (21 2) 839-8671 if", "phone"),
        ("AKlAIOSFODNN7EXAMPLE", "token"),
        ("ghp 16C7e42F292c6912E7710c838347Ae178B4a", "token"),
        ("DB_PASSW0RD=Tr0ub4dor&3", "password"),
        ("Password: Ambe r&2588har", "password"),
        ("Password: Amber* 4211 bir", "password"),
        ("C:\\User5\\jdoe\\x", "user_folder"),
        ("IBAN DE89 37O4 0044 0532 0130 00", "iban"),
    ],
)
def test_what_ocr_does_to_a_secret_does_not_save_it(text: str, kind: SecretKind) -> None:
    assert f"[{kind}]" in shown(text, (kind,))
    assert sum(char.isalnum() for char in shown(text, (kind,)).replace(f"[{kind}]", "")) < 12


def test_a_window_that_cuts_a_token_cuts_it_for_nobody() -> None:
    first, second = "$ export A=sk-proj-Ab3dE5fG7hJ9kL1mN3pQ5rS7t", "U9vW1xY3zA5bC7dE9fG"
    assert shown(f"{first}\n{second}\n$ ls") == "$ export A=[token]\n$ ls"


@pytest.mark.parametrize(
    "text",
    [
        "Password: required",
        "your password is incorrect",
        "C:\\Users\\Public\\Documents",
        "http://127.0.0.1:8000",
        "driver version 10.2.3.4",
        "2 @ 4.50 each",
        "at 12:30:45",
        "at 11:52:13 35.88 EUR",
        "room 4111 111 1 11 111 111",
        "took 54.78.55\n2026-11-04 21:10:07",
        "the key of d3e15b3d1eac765722b3d3b40d2cad22",
        "API key rotation on 2026-11-12",
        "meet us @ the fair, not at home.com",
        "press any key: Enter",
    ],
)
def test_words_about_secrets_are_none(text: str) -> None:
    assert shown(text) == text


def test_only_what_was_asked_for_goes() -> None:
    assert shown("bob@example.com (212) 369-1031", ("email",)) == "[email] (212) 369-1031"


def test_a_private_key_goes_whole() -> None:
    body = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7\nabcd1234\n"
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\nbye"
    assert shown(text) == "[key]\nbye"
