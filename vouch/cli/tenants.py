"""`vouch tenants`: how much each customer of the service may use."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from vouch.cli.console import errors_explained, fail, out
from vouch.cli.keys import DataDir, duration, tenant_name

if TYPE_CHECKING:
    from vouch.schemas.tenant import Tenant

app = typer.Typer(no_args_is_help=True, help="Tenants: how much each customer may use.")
_HEADINGS = {
    "running": "Running",
    "waiting": "Waiting",
    "weight": "Weight",
    "submits_per_minute": "Submits/min",
    "submits_per_day": "Submits/day",
    "requests_per_second": "Requests/s",
    "retention_seconds": "Retention, s",
}


def named_term(text: str) -> str:
    """One of a tenant's terms, as it is written in an option."""
    term = "retention_seconds" if text == "retention" else text.replace("-", "_")
    if term not in _HEADINGS:
        raise typer.BadParameter(f"one of {', '.join(_HEADINGS)}".replace("_", "-"))
    return term


@app.command("set")
def set_terms(
    name: Annotated[str, typer.Argument(parser=tenant_name, metavar="NAME")],
    *,
    running: Annotated[int | None, typer.Option(help="Jobs that are worked on at once.")] = None,
    waiting: Annotated[int | None, typer.Option(help="Jobs in line; more are refused.")] = None,
    weight: Annotated[float | None, typer.Option(help="Share where several wait.")] = None,
    submits_per_minute: Annotated[int | None, typer.Option(help="Documents.")] = None,
    submits_per_day: Annotated[int | None, typer.Option(help="Documents, by UTC days.")] = None,
    requests_per_second: Annotated[
        float | None, typer.Option(help="Of all kinds, at each process of the service.")
    ] = None,
    retention: Annotated[
        timedelta | None,
        typer.Option(parser=duration, metavar="7d", help="How long finished jobs are kept."),
    ] = None,
    no_limit: Annotated[
        list[str] | None,
        typer.Option(parser=named_term, metavar="TERM", help="Lift one: running, waiting, …"),
    ] = None,
    data_dir: DataDir = Path("var"),
) -> None:
    """Change what a tenant may use, and leave the rest as it was. In force at once."""
    from pydantic import ValidationError

    from vouch.cli.configured import tenant_store
    from vouch.schemas.tenant import Tenant

    wished = {
        "running": running,
        "waiting": waiting,
        "weight": weight,
        "submits_per_minute": submits_per_minute,
        "submits_per_day": submits_per_day,
        "requests_per_second": requests_per_second,
        "retention_seconds": None if retention is None else int(retention.total_seconds()),
    }
    changes = {term: limit for term, limit in wished.items() if limit is not None}
    with errors_explained(), tenant_store(data_dir) as tenants:
        try:
            terms = tenants.get(name).terms.model_dump() | changes
            kept = {term: limit for term, limit in terms.items() if term not in (no_limit or [])}
            tenant = Tenant.model_validate({"name": name, "terms": kept})
        except ValidationError as error:
            wrong = ", ".join(str(fault["loc"][-1]) for fault in error.errors())
            fail("invalid_request", f"not allowed: {wrong}")
        tenants.put(tenant)
    out().print(_table((tenant,)))


@app.command("list")
def list_tenants(data_dir: DataDir = Path("var")) -> None:
    """Every tenant that has a key or was set, and on which terms."""
    from vouch.cli.configured import tenant_store

    with errors_explained(), tenant_store(data_dir) as tenants:
        out().print(_table(tenants.all()))


def _table(tenants: "tuple[Tenant, ...]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Tenant", *_HEADINGS.values()):
        table.add_column(heading)
    for tenant in tenants:
        limits = (getattr(tenant.terms, term) for term in _HEADINGS)
        table.add_row(tenant.name, *("-" if limit is None else f"{limit:g}" for limit in limits))
    return table
