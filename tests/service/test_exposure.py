"""A service without keys is reached by this machine alone."""

import json
import os
import socket
import subprocess
import sys

import pytest

from vouch.schemas.errors import UnsafeExposure
from vouch.schemas.statuses import CANNOT_START
from vouch.schemas.tenant import Tenant
from vouch.service.exposure import check_exposure
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "localhost"])
def test_this_machine_needs_no_key(keyring: Keyring, host: str) -> None:
    check_exposure([host], keyring)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.0.2.1", "vouch.example", "::ffff:0.0.0.0"]
)
def test_elsewhere_needs_one(keyring: Keyring, host: str) -> None:
    with pytest.raises(UnsafeExposure, match=r"`vouch keys create"):
        check_exposure(["127.0.0.1", host], keyring)
    keyring.create(Tenant(name="acme"), ["read"])
    check_exposure(["127.0.0.1", host], keyring)


def test_a_service_whose_keys_are_all_revoked_serves_nobody_and_may_run(keyring: Keyring) -> None:
    key, _ = keyring.create(Tenant(name="acme"), ["read"])
    keyring.revoke(key.id)
    check_exposure(["0.0.0.0"], keyring)


def test_sockets_are_judged_by_where_they_listen(keyring: Keyring) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside, socket.create_server(("", 0)) as outside:
        check_exposure([inside], keyring)
        with pytest.raises(UnsafeExposure, match=r"0\.0\.0\.0"):
            check_exposure([inside, outside], keyring)
    left, right = socket.socketpair()
    with left, right:
        check_exposure([left], keyring)


@pytest.mark.parametrize("by", ["--host", "--fd"])
def test_the_process_refuses_to_start_and_says_what_to_do(
    storage: StorageSettings, by: str
) -> None:
    with socket.create_server(("0.0.0.0", 0)) as door:
        place = ["0.0.0.0", "--port", "0"] if by == "--host" else [str(door.fileno())]
        ended = subprocess.run(
            [sys.executable, "-m", "vouch.service", by, *place],
            env={**os.environ, "REDIS_URL": storage.redis_url, "VOUCH_BLOBS": storage.blobs},
            check=False,
            capture_output=True,
            text=True,
            pass_fds=(door.fileno(),),
            timeout=60,
        )
    assert ended.returncode == CANNOT_START
    said = json.loads((ended.stdout + ended.stderr).strip().splitlines()[-1])
    assert said["code"] == "unsafe_exposure"
    assert "vouch keys create" in said["detail"]
