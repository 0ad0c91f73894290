"""`vouch eval`: the scoreboard of data sets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vouch.cli.console import err, errors_explained, out

if TYPE_CHECKING:
    from vouch.evals.chain import Bench
    from vouch.evals.labels import Dataset
    from vouch.evals.scoreboard import Judged, Scoreboard


def evaluate(
    datasets: Annotated[
        list[Path], typer.Argument(metavar="DATASET…", help="Folders with a labels.jsonl.")
    ],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N documents.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page with the worst documents into this folder.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the last line into this file too.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes, each with one OCR thread.")] = 1,
    reuse: Annotated[
        Path | None,
        typer.Option(
            help="Keep what the models read in this folder, and use what is kept there."
            " Kept readings belong to picture and models, not to the code of the stages up to"
            " `extract`: empty the folder when you change those."
        ),
    ] = None,
) -> None:
    """Measure data sets. The last line of stdout is one JSON object with the metrics of all."""
    from vouch.evals.chain import Bench
    from vouch.evals.labels import load_dataset
    from vouch.evals.report import write_report
    from vouch.evals.scoreboard import scoreboard
    from vouch.workers.settings import WorkerSettings

    bench = Bench(WorkerSettings(), reuse, jobs)
    everything: list[tuple[Dataset, list[Judged]]] = []
    with errors_explained():
        for folder in datasets:
            dataset = load_dataset(folder, limit)
            judged = _examine(dataset, bench)
            everything.append((dataset, judged))
            board = scoreboard(dataset.name, judged)
            _print(board)
            if report is not None:
                page = write_report(report / dataset.name, dataset, board, judged, bench.settings)
                err().print(f"report: {page}")
    name = "+".join(dataset.name for dataset, _ in everything)
    board = scoreboard(name, [one for _, judged in everything for one in judged])
    if len(everything) > 1:
        _print(board)
    line = board.model_dump_json()
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(line + "\n", encoding="utf-8")
    typer.echo(line)


def _examine(dataset: "Dataset", bench: "Bench") -> list["Judged"]:
    """Every document, with a bar on stderr; in the order of the labels."""
    from vouch.evals.chain import examine

    columns = (TextColumn(dataset.name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    judged = {}
    with Progress(*columns, console=err()) as progress:
        task = progress.add_task(dataset.name, total=len(dataset.documents))
        for one in examine(dataset, bench):
            judged[one.file] = one
            progress.advance(task)
    return [judged[labels.file] for labels in dataset.documents]


def _print(board: "Scoreboard") -> None:
    """The per-field table and the metrics of the whole, for a person."""
    table = Table(
        box=None, pad_edge=False, header_style="dim", title=board.dataset, title_justify="left"
    )
    table.add_column("Pointer")
    for heading in ("Prec.", "Recall", "F1", "Token F1", "Coverage", "Attrib.", "Support"):
        table.add_column(heading, justify="right")
    for pointer, score in board.pointers.items():
        measures = (
            score.precision, score.recall, score.f1, score.token_f1,
            score.coverage, score.attributed_accuracy,
        )  # fmt: skip
        table.add_row(pointer, *map(_number, measures), str(score.support))
    for pointer, score in board.items_raw.items():
        measures = (score.precision, score.recall, score.f1, None, score.coverage, None)
        table.add_row(f"{pointer} (raw)", *map(_number, measures), str(score.support), style="dim")
    out().print(table)
    out().print(_summary(board), highlight=False)


def _summary(board: "Scoreboard") -> str:
    decisions = ", ".join(f"{count} {outcome}" for outcome, count in board.decisions.items())
    spent = sum(board.seconds_per_page.values())
    return (
        f"micro-F1 {_number(board.micro_f1)} · attributed {_number(board.attributed_accuracy)}"
        f" · ECE {_number(board.ece)} · AUROC {_number(board.auroc)} · AURC {_number(board.aurc)}\n"
        f"{board.documents} documents: {decisions}, {board.failed} failed;"
        f" {board.wrong_and_accepted} accepted with a wrong value;"
        f" wrong totals not accepted {_number(board.wrong_total_not_accepted)}\n"
        f"{spent:.2f} s a page; perception reused for {board.reused}\n"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
