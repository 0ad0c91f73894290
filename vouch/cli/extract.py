"""`vouch extract`: documents in, records out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol

import typer
from rich.status import Status

from vouch.cli.console import EXIT_CODES, FAILURE, complain, err, errors_explained, fail, out, worst
from vouch.cli.schemas import schema_in
from vouch.exports.formats import Format, Wish
from vouch.schemas.errors import InvalidRequest, VouchError
from vouch.schemas.job import Options, Readers
from vouch.schemas.page_range import page_ranges
from vouch.schemas.record import Record
from vouch.schemas.redaction import kinds_in
from vouch.schemas.shape import JsonSchema
from vouch.schemas.wanted import INLINE

if TYPE_CHECKING:
    from vouch.cli.local import LocalChain
    from vouch.client import Client


class Extraction(Protocol):
    """One way to a record: over HTTP, or in this process."""

    def record(self, path: Path, options: Options, status: Status, overlay: Path | None) -> Record:
        """The record of one file; `overlay` is where its picture goes. VouchError."""
        ...

    def exported(
        self, path: Path, options: Options, status: Status, wish: Wish
    ) -> tuple[Record, str]:
        """The record of one file, and that in another format. VouchError."""
        ...


class Remote:
    """Over HTTP, at a running service."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    def record(self, path: Path, options: Options, status: Status, overlay: Path | None) -> Record:
        from vouch.client import follow_to_record, write_overlays

        job = self._client.submit(path.read_bytes(), path.name, options)
        record = follow_to_record(
            self._client, job, lambda stage: status.update(f"{path}: {stage}")
        )
        if overlay is not None:
            write_overlays(self._client, job, record, overlay)
        return record

    def exported(
        self, path: Path, options: Options, status: Status, wish: Wish
    ) -> tuple[Record, str]:
        from vouch.client import follow_to_record

        job = self._client.submit(path.read_bytes(), path.name, options)
        record = follow_to_record(
            self._client, job, lambda stage: status.update(f"{path}: {stage}")
        )
        return record, self._client.exported(job, wish.form, wish.table)


class Local:
    """In this process."""

    def __init__(self, chain: "LocalChain") -> None:
        self._chain = chain

    def record(self, path: Path, options: Options, status: Status, overlay: Path | None) -> Record:
        content = path.read_bytes()
        record = self._chain.extract(
            content, path.name, options, lambda stage: status.update(f"{path}: {stage}")
        )
        if overlay is not None:
            self._chain.write_overlays(content, record, overlay)
        return record

    def exported(
        self, path: Path, options: Options, status: Status, wish: Wish
    ) -> tuple[Record, str]:
        def tell(stage: str) -> None:
            status.update(f"{path}: {stage}")

        return self._chain.exported(path.read_bytes(), path.name, options, tell, wish)


@contextmanager
def _way(local: bool, url: str) -> Iterator[Extraction]:
    """The way to a record that the caller chose."""
    if local:
        from vouch.cli.local import LocalChain
        from vouch.workers.settings import WorkerSettings

        yield Local(LocalChain(WorkerSettings()))
        return
    from vouch.client import Client

    with Client.at(url) as client:
        yield Remote(client)


def extract(
    files: Annotated[list[Path], typer.Argument(help="Pictures or PDFs.")],
    *,
    schema: Annotated[
        str, typer.Option(help="What to look for: a name, name@version, a JSON file, or auto.")
    ] = "receipt",
    pages: Annotated[
        str | None, typer.Option(help='Which pages, as in "1-3,7"; by default all.')
    ] = None,
    readers: Annotated[Readers, typer.Option(help="Who reads.")] = "both",
    as_json: Annotated[
        bool, typer.Option("--json", help="One record a line on stdout, as JSON.")
    ] = False,
    local: Annotated[bool, typer.Option("--local", help="In this process; no service.")] = False,
    url: Annotated[
        str, typer.Option(envvar="VOUCH_URL", help="The running service.")
    ] = "http://127.0.0.1:8000",
    target_precision: Annotated[
        float | None, typer.Option(min=0, max=1, help="Probability an accepted value must have.")
    ] = None,
    redact: Annotated[
        str | None,
        typer.Option(help="Mask it in the record and its pages: all, or kinds, e.g. email,phone."),
    ] = None,
    overlay: Annotated[
        Path | None, typer.Option(help="Draw the evidence on the page, into this PNG.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="What goes to stdout instead of the record.")
    ] = None,
    table: Annotated[
        int | None, typer.Option(min=0, help="With --format csv: which table, from 0.")
    ] = None,
    ignore_embedded: Annotated[
        bool, typer.Option("--ignore-embedded", help="Leave invoice data inside a PDF alone.")
    ] = False,
) -> None:
    """Read documents. Exit code 0 accept, 3 review, 4 reupload, 1 failure; the worst of several."""
    with errors_explained():
        options = _options(schema, readers, target_precision, redact)
        if pages is not None:
            page_ranges(pages)
            options = options.model_copy(update={"pages": pages})
        if local and options.json_schema is not None:
            _require_accepted(options.json_schema)
    if ignore_embedded:
        options = options.model_copy(update={"ignore_embedded": True})
    wish = None if form is None else Wish(form, table)
    read_all(files, options, local=local, url=url, as_json=as_json, overlay=overlay, wish=wish)


def read_all(
    files: Sequence[Path],
    options: Options,
    *,
    local: bool,
    url: str,
    as_json: bool,
    overlay: Path | None,
    wish: Wish | None = None,
) -> NoReturn:
    """Show the record of each file, and exit with the worst of their codes."""
    codes: list[int] = []
    if overlay is not None and len(files) > 1:
        fail(InvalidRequest.code, "--overlay draws one file: give one")
    with _complaining(codes), _way(local, url) as way, err().status("starting") as status:
        for path in files:
            with _complaining(codes, path):
                if not path.is_file():
                    raise InvalidRequest("there is no such file")
                if wish is None:
                    record = way.record(path, options, status, overlay)
                    _show(path, record, as_json, several=len(files) > 1)
                else:
                    record, text = way.exported(path, options, status, wish)
                    typer.echo(text, nl=False)
                codes.append(EXIT_CODES[record.decision.outcome])
    raise typer.Exit(worst(codes))


def _options(
    schema: str, readers: Readers, target_precision: float | None, redact: str | None
) -> Options:
    """What the caller asks of every document. InvalidRequest for a file that holds no schema."""
    kinds = None if redact is None else kinds_in(redact)
    wish = Options(readers=readers, target_precision=target_precision, redact=kinds)
    if schema.endswith(".json"):
        own = {"schema_name": INLINE, "json_schema": schema_in(Path(schema))}
        return wish.model_copy(update=own)
    name, _, version = schema.partition("@")
    return wish.model_copy(update={"schema_name": name, "schema_version": version or None})


def _require_accepted(schema: JsonSchema) -> None:
    """What a service does with a schema before it takes a job in."""
    from vouch.grammar.lint import require_accepted

    require_accepted(schema)


@contextmanager
def _complaining(codes: list[int], path: Path | None = None) -> Iterator[None]:
    """A document that cannot be read does not keep the next ones from being read."""
    try:
        yield
    except VouchError as error:
        where = f"{path}: " if path else ""
        complain(error.code, str(error), where)
        codes.append(FAILURE)


def _show(path: Path, record: Record, as_json: bool, several: bool) -> None:
    if as_json:
        typer.echo(record.model_dump_json())
        return
    from vouch.cli.printing import readable

    if several:
        out().rule(str(path), align="left")
    out().print(readable(record))
