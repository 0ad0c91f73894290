"""API keys: made, listed and revoked; stored only as digests.

A key is `vouch_<id>_<secret>`. The id is public: it names the key in lists and logs. The secret has
256 random bits, so its plain SHA-256 can be stored: a slow hash protects what people make up and
others can guess, and would cost every request a tenth of a second.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.typing import EncodableT, FieldT

from vouch.schemas.errors import InvalidRequest, Unauthenticated
from vouch.schemas.tenant import ApiKey, Scope, Tenant
from vouch.storage.connected import Connected
from vouch.storage.keys import ACCESS_CHANGES, API_KEYS, TENANTS, api_key_key
from vouch.storage.writes import redis_answering

_ID_BYTES = 8
_SECRET_BYTES = 32
_KEY = re.compile(r"vouch_([0-9a-f]{16})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An API key as Redis has it."""

    key: ApiKey
    digest: str

    def check(self, digest: str, now: datetime) -> None:
        """Unauthenticated unless the digest is that of this key, and the key is good now."""
        if not hmac.compare_digest(self.digest, digest):
            raise unknown_key()
        if not self.key.opens_at(now):
            raise Unauthenticated("this API key has expired or was revoked")


class Keyring(Connected):
    """API keys, for the command line. Every method raises StoreUnavailable."""

    def create(
        self,
        tenant: Tenant,
        scopes: Iterable[Scope],
        label: str = "",
        expires_at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key, and its text, which nobody can be told again."""
        key = ApiKey(
            id=secrets.token_hex(_ID_BYTES),
            tenant=tenant.name,
            scopes=frozenset(scopes),
            label=label,
            created_at=datetime.now(UTC),
            expires_at=expires_at,
        )
        text = f"vouch_{key.id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        _, digest = parsed_key(text)
        with redis_answering(), self._redis.pipeline() as together:
            together.hset(api_key_key(key.id), mapping=key_row(StoredKey(key, digest)))
            together.sadd(API_KEYS, key.id)
            together.sadd(TENANTS, tenant.name)
            together.publish(ACCESS_CHANGES, key.id)
            together.execute()
        return key, text

    def all(self) -> tuple[ApiKey, ...]:
        """Every key that was ever made, the newest last."""
        with redis_answering():
            ids: Any = self._redis.smembers(API_KEYS)
            keys = [self._read(key_id).key for key_id in ids]
        return tuple(sorted(keys, key=lambda key: key.created_at))

    def revoke(self, key_id: str) -> ApiKey:
        """End a key on every process at once; one that was ended before stays so.

        InvalidRequest when there is no such key. It stays in the list: a service that once had a
        key never again serves callers without one.
        """
        with redis_answering():
            if not self._redis.sismember(API_KEYS, key_id):
                raise InvalidRequest(f"there is no key {key_id!r}")
            with self._redis.pipeline() as together:
                together.hsetnx(api_key_key(key_id), "revoked_at", datetime.now(UTC).isoformat())
                together.publish(ACCESS_CHANGES, key_id)
                together.execute()
            return self._read(key_id).key

    def is_empty(self) -> bool:
        """Whether no key was ever made."""
        with redis_answering():
            return not self._redis.exists(API_KEYS)

    def _read(self, key_id: str) -> StoredKey:
        row: Any = self._redis.hgetall(api_key_key(key_id))
        return stored_key_of(key_id, row)


def parsed_key(text: str) -> tuple[str, str]:
    """A key's id and the digest of all of it. Unauthenticated for what no key looks like."""
    form = _KEY.fullmatch(text)
    if form is None:
        raise unknown_key()
    return form[1], hashlib.sha256(text.encode()).hexdigest()


def unknown_key() -> Unauthenticated:
    """Said of malformed, unknown and wrong keys alike."""
    return Unauthenticated("this API key is not known")


def key_row(stored: StoredKey) -> dict[FieldT, EncodableT]:
    """A new key as fields of a hash; what is None is left out."""
    plain = stored.key.model_dump(mode="json", exclude={"id"}, exclude_none=True)
    row = dict[FieldT, EncodableT](plain.items())
    return row | {"scopes": " ".join(sorted(stored.key.scopes)), "digest": stored.digest}


def stored_key_of(key_id: str, row: Mapping[str, str]) -> StoredKey:
    """The key that `key_row` wrote."""
    plain: dict[str, Any] = {name: text for name, text in row.items() if name != "digest"}
    key = ApiKey.model_validate({**plain, "id": key_id, "scopes": row["scopes"].split()})
    return StoredKey(key, row["digest"])
