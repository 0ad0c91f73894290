import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from vouch.schemas.errors import BlobSealed
from vouch.storage.sealing import Sealer
from vouch.storage.settings import StorageSettings

OLD, NEW = os.urandom(32), os.urandom(32)
SEALER = Sealer([NEW])
SEALED = SEALER.seal("here", b"secret words")


@given(st.text(), st.binary())
def test_what_is_sealed_opens_in_its_context(context: str, content: bytes) -> None:
    sealed = SEALER.seal(context, content)
    assert SEALER.open(context, sealed) == content
    assert sealed != SEALER.seal(context, content), "a nonce must not be used twice"
    with pytest.raises(BlobSealed):
        SEALER.open(f"{context}!", sealed)


def test_the_ciphertext_tells_nothing_but_the_length() -> None:
    assert b"secret" not in SEALED
    assert len(SEALED) - len(b"secret words") == len(SEALER.seal("here", b""))


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_a_bit_that_is_turned_anywhere_is_noticed(at: int) -> None:
    damaged = bytearray(SEALED)
    damaged[at] ^= 1
    with pytest.raises(BlobSealed):
        Sealer([NEW], must_be_sealed=True).open("here", damaged)


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_what_is_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(BlobSealed):
        Sealer([NEW], must_be_sealed=True).open("here", SEALED[:length])


def test_keys_rotate() -> None:
    sealed = Sealer([OLD]).seal("here", b"content")
    both = Sealer([NEW, OLD])
    assert both.open("here", sealed) == b"content"
    assert Sealer([NEW]).open("here", both.seal("here", b"content")) == b"content"
    with pytest.raises(BlobSealed):
        Sealer([NEW]).open("here", sealed)


def test_without_keys_nothing_is_sealed_and_what_is_sealed_is_not_given_out() -> None:
    plain = Sealer()
    assert plain.seal("here", b"content") == b"content"
    assert plain.open("here", b"content") == b"content"
    with pytest.raises(BlobSealed):
        plain.open("here", SEALED)


def test_settings_hold_keys_that_are_never_printed() -> None:
    text = base64.b64encode(NEW).decode()
    settings = StorageSettings(blob_keys=SecretStr(f"{text}, {text},"))
    assert settings.keys_of_blobs() == (NEW, NEW)
    assert Sealer.of(settings).open("here", SEALED) == b"secret words"
    assert text not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize("wrong", ["short", base64.b64encode(OLD[:31]).decode(), "ÄÄ", "a b"])
def test_a_malformed_key_is_said_at_the_start_but_not_shown(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = base64.b64encode(NEW).decode()
    monkeypatch.setenv("VOUCH_BLOB_KEYS", f"{good},{wrong}")
    with pytest.raises(ValidationError, match="key 2 of VOUCH_BLOB_KEYS") as raised:
        StorageSettings()
    assert wrong not in str(raised.value)
    assert good not in str(raised.value)


def test_sealing_cannot_be_demanded_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_BLOBS_MUST_BE_SEALED", "true")
    with pytest.raises(ValidationError, match="VOUCH_BLOB_KEYS"):
        StorageSettings()
