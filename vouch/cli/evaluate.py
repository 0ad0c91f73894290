"""`vouch eval`: the scoreboard of data sets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vouch.cli.console import err, errors_explained, out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vouch.evals.chain import Bench
    from vouch.evals.labels import Dataset
    from vouch.evals.scoreboard import Judged, Scoreboard
    from vouch.schemas.job import Readers


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
    readers: Annotated[
        Literal["both", "rules", "vlm", "compare"],
        typer.Option(help="Who reads; compare: all three side by side, on one perception."),
    ] = "both",
) -> None:
    """Measure data sets. The last line of stdout is one JSON object with the metrics of all.

    With `--readers compare` it holds such an object for each of "both", "rules" and "vlm".
    """
    from vouch.evals.chain import Bench
    from vouch.evals.labels import load_dataset
    from vouch.evals.report import write_report
    from vouch.evals.scoreboard import compared, scoreboards
    from vouch.workers.settings import WorkerSettings

    modes: tuple[Readers, ...] = ("both", "rules", "vlm") if readers == "compare" else (readers,)
    bench = Bench(WorkerSettings(), reuse, jobs, modes)
    everything: list[tuple[Dataset, list[Judged]]] = []
    with errors_explained():
        for folder in datasets:
            dataset = load_dataset(folder, limit)
            judged = _examine(dataset, bench)
            everything.append((dataset, judged))
            boards = scoreboards(dataset.name, judged)
            _print_all(boards)
            if report is not None:
                first = [one for one in judged if one.readers == modes[0]]
                page = write_report(
                    report / dataset.name, dataset, boards[modes[0]], first, bench.settings
                )
                err().print(f"report: {page}")
    name = "+".join(dataset.name for dataset, _ in everything)
    boards = scoreboards(name, [one for _, judged in everything for one in judged])
    if len(everything) > 1:
        _print_all(boards)
    line = boards[modes[0]].model_dump_json() if len(modes) == 1 else compared(boards)
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
            judged[one.file, one.readers] = one
            progress.advance(task, 1 / len(bench.readers))
    return [judged[labels.file, who] for labels in dataset.documents for who in bench.readers]


def _print_all(boards: "Mapping[Readers, Scoreboard]") -> None:
    for board in boards.values():
        _print(board)
    if len(boards) > 1:
        out().print(_side_by_side(boards))


def _side_by_side(boards: "Mapping[Readers, Scoreboard]") -> Table:
    """The metrics that tell readers apart."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Readers")
    for heading in ("Micro-F1", "Attrib.", "ECE", "AURC", "Accept", "Review", "Reupload", "Wrong"):
        table.add_column(heading, justify="right")
    for who, board in boards.items():
        measures = (board.micro_f1, board.attributed_accuracy, board.ece, board.aurc)
        counts = (*board.decisions.values(), board.wrong_and_accepted)
        table.add_row(who, *map(_number, measures), *map(str, counts))
    return table


def _print(board: "Scoreboard") -> None:
    """The per-field table and the metrics of the whole, for a person."""
    table = Table(
        box=None, pad_edge=False, header_style="dim", title=_title(board), title_justify="left"
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


def _title(board: "Scoreboard") -> str:
    return board.dataset if board.readers == "both" else f"{board.dataset}: {board.readers} only"


def _summary(board: "Scoreboard") -> str:
    decisions = ", ".join(f"{count} {outcome}" for outcome, count in board.decisions.items())
    spent = sum(board.seconds_per_page.values())
    return (
        f"micro-F1 {_number(board.micro_f1)} · attributed {_number(board.attributed_accuracy)}"
        f" · ECE {_number(board.ece)} · AUROC {_number(board.auroc)} · AURC {_number(board.aurc)}\n"
        f"{board.documents} documents: {decisions}, {board.failed} failed;"
        f" {board.wrong_and_accepted} accepted with a wrong value;"
        f" wrong totals not accepted {_number(board.wrong_total_not_accepted)}\n"
        f"{spent:.2f} s a page; perception reused for {board.reused}\n{_drafts(board)}"
    )


def _drafts(board: "Scoreboard") -> str:
    """What the VLM reader drafted, in a line; nothing where it was not asked."""
    drafts = board.drafts
    if drafts is None:
        return ""
    return (
        f"VLM drafts: {drafts.drafted} of {drafts.documents} documents, {drafts.cut_short} cut"
        f" short; {drafts.leaves} values, {drafts.inferred} inferred, {drafts.invented} invented;"
        f" {drafts.second_looks} second looks; {drafts.tokens} model tokens, {drafts.forced}"
        f" forced; {drafts.seconds:.1f} s\n"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
