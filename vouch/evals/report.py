"""A page for people: the scoreboard, and the worst documents drawn with their evidence."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PIL import Image

from vouch.drawing.overlay import draw_overlay
from vouch.evals.labels import Dataset
from vouch.evals.plots import reliability, risk_coverage
from vouch.evals.scoreboard import Judged, Scoreboard, scored_values
from vouch.schemas.record import Record
from vouch.workers.pipeline import depict
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits, WorkerSettings

WORST = 24
_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0}
td,th{padding:.15rem .7rem;text-align:left;border-bottom:1px solid #d9dde1;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.wrong{background:#ffe3e0}.missed{background:#fff3cf}img{max-width:100%;max-height:52rem}
"""


def write_report(
    folder: Path,
    dataset: Dataset,
    board: Scoreboard,
    judged: Sequence[Judged],
    settings: WorkerSettings,
) -> Path:
    """Write `index.html` and a picture a document into `folder`; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    worst = worst_first(judged)[:WORST]
    sections = [_section(dataset, one, folder, settings.limits) for one in worst]
    page = folder / "index.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><title>{escape(board.dataset)}</title>"
        f"<style>{_STYLE}</style><h1>{escape(board.dataset)}</h1>"
        f"{_scores(board)}{_plots(judged)}"
        f"<h2>The worst {len(worst)} of {board.documents}</h2>{''.join(sections)}",
        encoding="utf-8",
    )
    return page


def worst_first(judged: Sequence[Judged]) -> list[Judged]:
    """Documents with a mistake: wrongly accepted ones first, then by the surest wrong value."""
    faulty = [one for one in judged if any(v.wrong or v.missed for v in one.verdicts)]
    return sorted(faulty, key=badness, reverse=True)


def badness(one: Judged) -> tuple[bool, float, int]:
    """Wrong in an accepted record; confidence of the surest wrong value; number of mistakes."""
    wrong = [verdict for verdict in one.verdicts if verdict.wrong]
    surest = max((verdict.confidence or 0.0 for verdict in wrong), default=0.0)
    mistakes = sum(verdict.wrong or verdict.missed for verdict in one.verdicts)
    return one.accepted and any(verdict.accepted for verdict in wrong), surest, mistakes


def _scores(board: Scoreboard) -> str:
    heads = ("Pointer", "Precision", "Recall", "F1", "Coverage", "Attributed", "Support")
    rows = [
        (p, s.precision, s.recall, s.f1, s.coverage, s.attributed_accuracy, s.support)
        for p, s in (board.pointers | {f"{p} (raw)": s for p, s in board.items_raw.items()}).items()
    ]
    plain = board.model_dump(exclude={"pointers", "items_raw", "dataset"})
    facts = [(name.replace("_", " "), str(value)) for name, value in plain.items()]
    return _table(heads, rows) + _table(("Metric", "Value"), facts)


def _plots(judged: Sequence[Judged]) -> str:
    scored = scored_values(verdict for one in judged for verdict in one.verdicts)
    return f"<p>{reliability(scored)}{risk_coverage(scored)}" if scored else ""


def _section(dataset: Dataset, one: Judged, folder: Path, limits: IngestLimits) -> str:
    rows = "".join(
        f"<tr class={'wrong' if v.wrong else 'missed' if v.missed else 'right'}>"
        + "".join(f"<td>{escape(cell)}" for cell in cells)
        for v in one.verdicts
        for cells in [
            (v.pointer, " | ".join(v.expected) or "–", v.given or "–", _number(v.confidence),
             "accepted" if v.accepted else "")
        ]
    )  # fmt: skip
    if one.record is None:
        detail = "" if one.error is None else f"{one.error.code}: {one.error.detail}"
        return f"<h3>{escape(one.file)}: no record</h3><p>{escape(detail)}</p><table>{rows}</table>"
    pictures = "".join(
        f"<p><img src='{escape(name)}' loading=lazy>"
        for name in _draw(dataset.folder / one.file, one.record, folder, limits)
    )
    heading = f"{one.file}: {one.record.decision.outcome}"
    return (
        f"<h3>{escape(heading)}</h3><table><tr><th>Pointer<th>Expected<th>Given<th>Confidence<th>"
        f"{rows}</table>{pictures}"
    )


def _draw(path: Path, record: Record, folder: Path, limits: IngestLimits) -> list[str]:
    """Draw each page with its evidence; the pictures' file names."""
    pages = depict(path.read_bytes(), limits, Progress())
    names = []
    for seen in pages:
        name = f"{path.stem}-{seen.page.number}.png"
        drawn = draw_overlay(Image.fromarray(seen.image), record, seen.page.number)
        drawn.thumbnail((1600, 1600))
        drawn.save(folder / name, "PNG")
        names.append(name)
    return names


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> str:
    head = "".join(f"<th>{escape(text)}" for text in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(cell)}" if isinstance(cell, str) else f"<td class=n>{_number(cell)}"
            for cell in row
        )
        for row in rows
    )
    return f"<table><tr>{head}{body}</table>"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
