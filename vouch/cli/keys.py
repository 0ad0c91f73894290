"""`vouch keys`: who may call the service."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.table import Table
from rich.text import Text

from vouch.cli.console import err, errors_explained, out
from vouch.schemas.tenant import LOCAL, TENANT_NAME, Scope

if TYPE_CHECKING:
    from vouch.schemas.tenant import ApiKey

app = typer.Typer(no_args_is_help=True, help="API keys: who may call the service.")
DataDir = Annotated[
    Path, typer.Option(help="The folder of `vouch up`; not used where REDIS_URL is set.")
]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """90d, 12h, 30m, 45s or 2w."""
    parts = re.fullmatch(r"([1-9][0-9]{0,5})([smhdw])", text)
    if parts is None:
        raise typer.BadParameter("a number and one of s, m, h, d, w: 90d")
    return timedelta(**{_UNITS[parts[2]]: int(parts[1])})


def named_scope(text: str) -> str:
    """A scope by its name."""
    # typer takes no list of a Literal
    if text not in get_args(Scope):
        raise typer.BadParameter(f"one of {', '.join(get_args(Scope))}")
    return text


def tenant_name(text: str) -> str:
    """A name that a tenant may have."""
    if not re.fullmatch(TENANT_NAME, text):
        raise typer.BadParameter(
            "1 to 32 small letters, digits, _ and -, of which a letter is the first"
        )
    return text


@app.command()
def create(
    scope: Annotated[
        list[str],
        typer.Option(
            parser=named_scope, metavar="read|submit|admin", help="May be given several times."
        ),
    ],
    tenant: Annotated[str, typer.Option(parser=tenant_name, help="Whose key it is.")] = LOCAL,
    label: Annotated[str, typer.Option(help="For the list: what the key is used by.")] = "",
    expires: Annotated[
        timedelta | None, typer.Option(parser=duration, metavar="90d", help="By default never.")
    ] = None,
    data_dir: DataDir = Path("var"),
) -> None:
    """Make a key and print it, this once. From the first key on, every request needs one."""
    from vouch.cli.configured import keyring
    from vouch.schemas.tenant import Tenant

    expires_at = None if expires is None else datetime.now(UTC) + expires
    with errors_explained(), keyring(data_dir) as keys:
        key, text = keys.create(Tenant(name=tenant), cast("list[Scope]", scope), label, expires_at)
    err().print(f"Key {key.id} of {tenant}. It is stored nowhere: keep it now.", style="dim")
    typer.echo(text)


@app.command("list")
def list_keys(data_dir: DataDir = Path("var")) -> None:
    """Every key that was ever made, without its secret."""
    from vouch.cli.configured import keyring

    with errors_explained(), keyring(data_dir) as keys:
        out().print(_table(keys.all(), datetime.now(UTC)))


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `vouch keys list` shows it.")],
    data_dir: DataDir = Path("var"),
) -> None:
    """End a key: its next request is refused, at every process of the service."""
    from vouch.cli.configured import keyring

    with errors_explained(), keyring(data_dir) as keys:
        key = keys.revoke(key_id)
    out().print(f"Key {key.id} of {key.tenant} is revoked.")


def _table(keys: "tuple[ApiKey, ...]", now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Id", "Tenant", "Scopes", "State", "Made", "Expires", "Label"):
        table.add_column(heading)
    for key in keys:
        is_good = key.opens_at(now)
        ended = "expired" if key.revoked_at is None else "revoked"
        state = Text("good", "green") if is_good else Text(ended, "red")
        expires = "never" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d %H:%M}"
        made, scopes = f"{key.created_at:%Y-%m-%d}", " ".join(sorted(key.scopes))
        table.add_row(key.id, key.tenant, scopes, state, made, expires, Text(key.label))
    return table
