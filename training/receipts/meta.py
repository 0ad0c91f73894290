"""Number, date, time, who served: what stands between the head and the goods."""

from collections.abc import Iterator, Sequence

from training.receipts.country import choices, numbered
from training.receipts.families import Meta
from training.receipts.printing import Print, cell, line
from training.receipts.sheet import Piece, Row

Pair = tuple[str, tuple[Piece, ...]]


def meta_rows(made: Print, meta: Meta) -> list[Row]:
    """Number, date, time, cashier, table: each by lot."""
    pairs = list(_pairs(made))
    asides = [numbered(made.rng.choice(choices(made.sale.country.language, "asides")), made.rng)
              for _ in range(made.rng.choice((0, 0, 1, 1, 2, 3)))]  # fmt: skip
    match meta:
        case "pairs" | "end":
            rows = [line(_pair(made, *pair)) for pair in pairs]
        case "aligned":
            start = max((made.look.measure(f"{label}  ") for label, _ in pairs), default=0)
            mark = made.rng.choice((": ", ":", ""))
            columns = [
                Row((cell(label), cell([Piece(mark), *value], "left", start)))
                for label, value in pairs
            ]
            rows = [
                row if made.look.reach(row) < 1 else line(_pair(made, *pair))
                for row, pair in zip(columns, pairs, strict=True)
            ]
        case "two":
            cells = [_pair(made, *pair) for pair in pairs] + [(Piece(one),) for one in asides]
            asides = []
            rows = _side_by_side(made, cells)
        case "bare":
            cells = [tuple(value) for _, value in pairs]
            rows = _side_by_side(made, cells)
        case "joined":
            rows = _joined(made, [_pair(made, *pair) for pair in pairs])
        case "below" | "table":
            rows = _table(made, pairs)
        case "sentence":
            rows = [line(_pair(made, *pair), "centre") for pair in pairs]
    rows += _buyer(made)
    rows += [line(made.cased(one), made.rng.choice(("left", "left", "centre"))) for one in asides]
    if made.chance(0.35):
        made.rng.shuffle(rows) if meta in {"pairs", "end", "aligned"} else None
    return rows


def _buyer(made: Print) -> list[Row]:
    """Whom it was sold to: a name and an address that are not the merchant's."""
    if not made.chance(0.06):
        return []
    country = made.sale.country
    firm = made.pattern(country.legal) if made.chance(0.5) else made.pattern(("{first} {word}",))
    rows = made.look.split(f"{made.said('buyer')}{made.colon}{firm}")
    if made.chance(0.5):
        rows += [
            part
            for one in made.pattern(country.address).split("|")
            for part in made.look.split(one)
        ]
    return [line(one) for one in rows]


def _pairs(made: Print) -> Iterator[Pair]:
    """Labels and values."""
    rng = made.rng
    number = [(made.said("number"), (made.receipt_number,))] if made.chance(0.86) else []
    when: list[Pair] = []
    if made.chance(0.96):
        if made.chance(0.45):
            blank = rng.choice((" ", " ", "  ", " - ", ", "))
            when = [(made.said("stamp"), (made.date, Piece(blank), made.time))]
        else:
            when = [(made.said("date"), (made.date,))]
            when += [(made.said("time"), (made.time,))] if made.chance(0.7) else []
    person = rng.choice(("", rng.choice(made.sale.country.listed("first")), "{n}"))
    people = [(made.said("people"), (Piece(numbered(person or "Cashier", rng)),))]
    people = people if made.chance(0.6) else []
    whole = [*number, *when, *people]
    if made.chance(0.3):
        whole = [*when, *number, *people] if made.chance(0.5) else [*people, *number, *when]
    yield from whole


def _pair(made: Print, label: str, value: Sequence[Piece]) -> tuple[Piece, ...]:
    colon = made.colon if not label.endswith((":", "#", ".")) else " "
    return (Piece(f"{label}{colon}"), *value)


def _side_by_side(made: Print, cells: Sequence[Sequence[Piece]]) -> list[Row]:
    """Two cells a row where both fit."""
    rows: list[Row] = []
    waiting = list(cells)
    while waiting:
        first = waiting.pop(0)
        together = "".join(piece.text for one in (first, *waiting[:1]) for piece in one)
        if waiting and made.look.measure(f"{together}   ") < 1:
            rows.append(Row((cell(first), cell(waiting.pop(0), "right"))))
        else:
            rows.append(line(first))
    return rows


def _joined(made: Print, cells: Sequence[Sequence[Piece]]) -> list[Row]:
    """All in one run, broken between pairs."""
    rows: list[list[Piece]] = [[]]
    for one in cells:
        longer = [*rows[-1], *([Piece("  ")] if rows[-1] else []), *one]
        if rows[-1] and made.look.measure("".join(piece.text for piece in longer)) > 1:
            rows.append(list(one))
        else:
            rows[-1] = longer
    return [line(row) for row in rows if row]


def _table(made: Print, pairs: Sequence[Pair]) -> list[Row]:
    """Labels over values, as many as fit beside each other."""
    rows: list[Row] = []
    waiting = list(pairs)
    while waiting:
        group: list[tuple[float, Pair]] = []
        used = 0.0
        while waiting:
            label, value = waiting[0]
            text = max(label, "".join(piece.text for piece in value), key=made.look.measure)
            if group and used + made.look.measure(text) > 1:
                break
            group.append((used, waiting.pop(0)))
            used += made.look.measure(f"{text}   ")
        rows.append(Row(tuple(cell(label, "left", at) for at, (label, _) in group)))
        rows.append(Row(tuple(cell(value, "left", at) for at, (_, value) in group)))
    return rows
