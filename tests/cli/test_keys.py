"""`vouch keys` and `vouch tenants`, with the Redis of a folder that nobody uses."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vouch.cli.data_dir import redis_of, sole_use
from vouch.cli.keys import duration
from vouch.cli.main import app
from vouch.storage.keyring import Keyring, parsed_key
from vouch.storage.settings import StorageSettings


@pytest.fixture(autouse=True)
def _no_redis_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def configured(storage: StorageSettings, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """The keys of the Redis that REDIS_URL names."""
    monkeypatch.setenv("REDIS_URL", storage.redis_url)
    return Keyring.at(storage)


def vouch(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_key_is_printed_alone_so_that_a_script_can_keep_it(configured: Keyring) -> None:
    made = vouch(
        *("keys", "create", "--tenant", "acme", "--scope", "submit", "--scope", "read"),
        *("--expires", "90d", "--label", "ci [red]"),
    )
    assert made.exit_code == 0, made.output
    key_id, _ = parsed_key(made.stdout.strip())
    (key,) = configured.all()
    assert (key.id, key.tenant, sorted(key.scopes)) == (key_id, "acme", ["read", "submit"])
    assert key.expires_at is not None
    assert round((key.expires_at - key.created_at).total_seconds() / 86400) == 90
    listed = vouch("keys", "list").stdout
    assert all(part in listed for part in (key_id, "acme", "read submit", "good", "ci [red]"))
    assert made.stdout.strip() not in listed


def test_a_key_can_be_revoked_by_its_id(configured: Keyring) -> None:
    key_id, _ = parsed_key(vouch("keys", "create", "--scope", "read").stdout.strip())
    assert vouch("keys", "revoke", key_id).exit_code == 0
    assert "revoked" in vouch("keys", "list").stdout
    (key,) = configured.all()
    assert key.revoked_at is not None
    ran = vouch("keys", "revoke", "0" * 16)
    assert (ran.exit_code, "there is no key" in ran.stderr) == (1, True)


@pytest.mark.parametrize(
    "options",
    [
        ("--scope", "all"),
        (),
        ("--scope", "read", "--tenant", "Acme"),
        ("--scope", "read", "--expires", "soon"),
        ("--scope", "read", "--expires", "0d"),
    ],
)
def test_what_makes_no_key_is_refused(configured: Keyring, options: tuple[str, ...]) -> None:
    assert vouch("keys", "create", *options).exit_code == 2
    assert configured.is_empty()


@pytest.mark.parametrize(("text", "seconds"), [("45s", 45), ("30m", 1800), ("2w", 1_209_600)])
def test_durations_are_short_to_write(text: str, seconds: int) -> None:
    assert duration(text).total_seconds() == seconds


@pytest.mark.usefixtures("configured")
def test_terms_are_changed_one_by_one() -> None:
    first = vouch("tenants", "set", "acme", "--running", "4", "--weight", "2", "--retention", "7d")
    assert first.exit_code == 0, first.output
    second = vouch("tenants", "set", "acme", "--no-limit", "running", "--submits-per-minute", "60")
    assert re.search(r"acme +- +- +2 +60 +- +- +604800", second.stdout)
    assert vouch("tenants", "list").stdout == second.stdout


@pytest.mark.usefixtures("configured")
def test_terms_that_mean_nothing_are_refused() -> None:
    for wrong in (("--running", "0"), ("--weight", "-1"), ("--no-limit", "patience")):
        ran = vouch("tenants", "set", "acme", *wrong)
        assert ran.exit_code in (1, 2)
        assert wrong[0].strip("-") in ran.stderr
    assert vouch("tenants", "set", "A c", "--running", "1").exit_code == 2
    assert "acme" not in vouch("tenants", "list").stdout


def test_keys_can_be_made_before_anything_has_ever_run(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    key_id, _ = parsed_key(
        vouch("keys", "create", "--scope", "read", "--data-dir", folder).stdout.strip()
    )
    assert key_id in vouch("keys", "list", "--data-dir", folder).stdout
    assert oct((folder / "redis").stat().st_mode)[-3:] == "700"


def test_a_folder_in_use_without_a_note_is_left_alone(tmp_path: Path) -> None:
    with sole_use(tmp_path):
        ran = vouch("keys", "list", "--data-dir", tmp_path)
    assert (ran.exit_code, "another vouch runs" in ran.stderr) == (1, True)


def test_the_note_of_a_stack_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "redis.url").write_text("unix:///nonexistent/redis.sock")
    with redis_of(tmp_path) as url:
        assert "nonexistent" not in url


def test_a_note_is_believed_while_its_stack_runs(tmp_path: Path) -> None:
    (tmp_path / "redis.url").write_text("unix:///its/redis.sock")
    with sole_use(tmp_path), redis_of(tmp_path) as url:
        assert url == "unix:///its/redis.sock"


def test_without_redis_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///nonexistent/redis.sock")
    ran = vouch("keys", "list")
    assert (ran.exit_code, "store_unavailable" in ran.stderr) == (1, True)
