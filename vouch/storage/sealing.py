"""Sealing: AES-256-GCM of what lies in a store, under keys that only Vouch's processes have."""

import hashlib
import hmac
import io
import os
from collections.abc import Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import Buffer

from vouch.schemas.errors import BlobSealed
from vouch.storage.settings import StorageSettings

_MAGIC = b"\x8bVouch\r\n\x01"  # no document begins so; the last byte is the version of the format
_NONCE_BYTES = 12
_TAG_BYTES = 16


class Sealer:
    """Seals with the first of its keys and opens with any; without keys it changes nothing.

    A sealed content is: magic and version, the key's id (8 bytes), a random nonce, ciphertext and
    tag. What comes before the nonce, and the context, are authenticated with it. Random nonces
    bound the use of one key to 2^32 contents (NIST SP 800-38D).
    """

    def __init__(self, keys: Sequence[bytes] = (), *, must_be_sealed: bool = False) -> None:
        """`must_be_sealed`: what was never sealed is not opened."""
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._first = next(iter(self._ciphers), None)
        self._name_key = hmac.digest(keys[0], b"names", "sha256") if keys else None
        self._must_be_sealed = must_be_sealed

    @classmethod
    def of(cls, settings: StorageSettings) -> Self:
        return cls(settings.keys_of_blobs(), must_be_sealed=settings.blobs_must_be_sealed)

    def seal(self, context: str, content: bytes) -> bytes:
        """The content, to be opened in the same context only, e.g. under the same blob key."""
        if self._first is None:
            return content
        header, nonce = _MAGIC + self._first, os.urandom(_NONCE_BYTES)
        start = len(header) + len(nonce)
        # a BytesIO is written in place and gives its bytes away uncopied: uploads are large
        sealed = io.BytesIO(bytes(start + len(content) + _TAG_BYTES))
        with sealed.getbuffer() as room:
            room[:start] = header + nonce
            bound = header + context.encode()
            self._ciphers[self._first].encrypt_into(nonce, content, bound, room[start:])
        return sealed.getvalue()

    def open(self, context: str, content: Buffer) -> bytes:
        """What was sealed in this context; BlobSealed when that cannot be had, or not trusted."""
        stored = memoryview(content)
        if stored[: len(_MAGIC)] != _MAGIC:
            if self._must_be_sealed:
                raise BlobSealed("what is stored here is not sealed, and everything must be")
            return bytes(content)
        end = len(_MAGIC) + 8
        header, nonce = bytes(stored[:end]), stored[end : end + _NONCE_BYTES]
        cipher = self._ciphers.get(header[len(_MAGIC) :])
        if cipher is None:
            raise BlobSealed("this process does not have the key of what is stored here")
        try:
            return cipher.decrypt(nonce, stored[end + _NONCE_BYTES :], header + context.encode())
        except (InvalidTag, ValueError) as error:
            raise BlobSealed("what is stored here has been changed, or moved") from error

    def digest(self, content: bytes) -> str:
        """A name for the content: its SHA-256, keyed where there are keys.

        A bare digest would tell whoever lists the store which known documents are in it.
        """
        if self._name_key is None:
            return hashlib.sha256(content).hexdigest()
        return hmac.digest(self._name_key, content, "sha256").hex()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"id" + key).digest()[:8]
