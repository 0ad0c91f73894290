"""The end of a receipt: sums, payment, tax summary, thanks and small print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from training.receipts.country import choices, numbered
from training.receipts.families import Sums
from training.receipts.goods import rule
from training.receipts.printing import Print, cell, line, plain
from training.receipts.sheet import Cell, Piece, Row, Tag
from vouch.schemas.draft import Pointer
from vouch.workers.stages.rules.lexicon import fold, lexicon_file

_NOTHING = Decimal(0)
_AGAIN = ("Print Date:", "Closed:", "PRINTED", "***", "Date :")


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and an amount."""

    label: tuple[Piece, ...]
    amount: tuple[Piece, ...]
    is_total: bool = False


def sum_rows(made: Print, sums: Sums) -> list[Row]:
    """From the goods to what was paid."""
    large = made.rng.choice((1.0, 1.0, 1.25, 1.5))
    tall = made.rng.choice((1.0, 1.0, 1.0, 1.7))
    bold = made.chance(0.5)
    rows: list[Row] = []
    entries = [*_entries(made), *_payments(made)]
    widest = max(made.look.measure(_text(entry.amount)) for entry in entries)
    middle = min(0.72, 0.97 - widest)
    for entry in entries:
        row = _set(made, sums, entry, middle)
        if entry.is_total:
            row = replace(row, size=large, tall=tall, bold=bold)
        lines = _fitted(made, row)
        is_boxed = entry.is_total and sums == "boxed"
        rows += [rule(made), *lines, rule(made)] if is_boxed else lines
    return rows


def _fitted(made: Print, row: Row) -> list[Row]:
    """Smaller, or label and amount below each other, where they would meet."""
    if made.look.has_room(row):
        return [row]
    small = replace(row, size=1.0, bold=False)
    if made.look.has_room(small):
        return [small]
    label, *rest = small.cells
    return [replace(small, cells=(cell(label.pieces),)), replace(small, cells=tuple(rest[-1:]))]


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _set(made: Print, sums: Sums, entry: Entry, middle: float) -> Row:
    """`middle`: where labels end that stand right."""
    amount = cell(entry.amount, "right", 1.0)
    match sums:
        case "right":
            return Row((cell(entry.label, "right", middle), amount))
        case "middle":
            return Row((cell(entry.label, "left", 0.3), amount))
        case "colon":
            return Row((cell(entry.label), cell(":", "left", 0.62), amount))
        case "currency":
            return Row((cell(entry.label), *_apart(made, entry)))
        case "spread" | "boxed":
            return Row((cell(entry.label), amount))


def _apart(made: Print, entry: Entry) -> list[Cell]:
    """The currency in a column of its own."""
    bare = [piece for piece in entry.amount if not _is_currency(piece) and piece.text.strip()]
    symbol = next((piece.text for piece in entry.amount if _is_currency(piece)), "")
    amount = cell(bare, "right", 1.0)
    if not symbol:
        return [amount]
    return [cell([Piece(symbol, (made.currency(symbol),))], "left", 0.62), amount]


def _is_currency(piece: Piece) -> bool:
    return any(tag.pointer == "/currency" for tag in piece.tags)


def _entry(
    made: Print, name: str, value: Decimal, pointer: Pointer | None = None, *, turn: int = 0,
    is_total: bool = False,
) -> Entry:  # fmt: skip
    label = made.pieces(name)
    end = "" if _text(label).endswith(":") else made.words["ends"]
    return Entry((*label, Piece(end)), made.amount(value, pointer, turn=turn), is_total)


def _entries(made: Print) -> Iterator[Entry]:
    sale = made.sale
    if made.chance(0.2):
        count = sum((item.quantity for item in sale.items), _NOTHING)
        yield Entry((Piece(made.said("count")),), (Piece(made.figure(count)),))
    said = made.chance(0.72) or bool(sale.discount or sale.service or not sale.is_inclusive)
    if said:
        yield _entry(made, "subtotal", sale.goods, "/subtotal")
    if sale.discount:
        yield _discount(made)
    if sale.service:
        yield _entry(made, "service", sale.service)
    taxed = made.chance(0.45 if sale.is_inclusive else 0.96)
    if taxed and made.chance(0.4 if sale.is_inclusive else 0.1):
        yield _entry(made, "bare", sale.net, None if said else "/subtotal")
    if taxed:
        is_english = sale.country.language in {"en", "us"}
        is_within = sale.is_inclusive and (not is_english or made.chance(0.5))
        name = "within" if is_within else "taxed"
        yield _entry(made, name, sale.tax, "/tax")
    elif not sale.is_inclusive:
        yield _entry(made, "taxed", sale.tax, "/tax")
    yield from _totals(made)


def _discount(made: Print) -> Entry:
    value = made.sale.discount
    pieces = made.amount(value, None)
    before, after = made.minus.split("{}")
    text = f"{before}{_text(pieces)}{after}"
    tag = Tag("/discount", plain(value))
    return Entry((Piece(made.said("discount")),), (Piece(text, (tag,)),))


def _totals(made: Print) -> Iterator[Entry]:
    """The sum, what it is rounded to, and with a tip; the last of them is the total."""
    sale = made.sale
    is_rounded = sale.country.round is not None and (
        bool(sale.rounding) or (made.chance(0.3) and sale.exact == sale.due)
    )
    same = sale.exact == sale.paid
    first = "/total" if same else None
    yield _entry(made, "total", sale.exact, first, is_total=same or not is_rounded)
    if is_rounded:
        yield _entry(made, "rounding", sale.rounding)
        pointer = "/total" if not sale.tip else None
        yield _entry(made, "rounded", sale.due, pointer, turn=1, is_total=not sale.tip)
    if sale.tip:
        yield _entry(made, "tip", sale.tip, "/tip")
        yield _entry(made, "tipped", sale.paid, "/total", turn=2, is_total=True)
    elif sale.country.tips and made.chance(0.1):
        yield Entry((Piece(f"{made.said('tip')}: ____________"),), (Piece(" "),))


def _payments(made: Print) -> Iterator[Entry]:
    """Cash and change, or a card; few say nothing."""
    sale = made.sale
    if not made.chance(0.86):
        return
    if sale.given:
        yield Entry(_way(made, "cash"), made.amount(sale.given, None))
        if sale.given != sale.paid or made.chance(0.5):
            yield _entry(made, "change", sale.given - sale.paid)
        return
    yield Entry(_way(made, "card"), made.amount(sale.paid, None))


def _way(made: Print, name: str) -> tuple[Piece, ...]:
    """How it was paid, behind a label perhaps; "Tendered" names no way."""
    word = made.said(name)
    method = _method(word, made.sale.country.language, is_cash=name == "cash")
    tags = (Tag("/payment_method", method),) if method else ()
    label = f"{made.said('paying')}{made.colon}" if method and made.chance(0.15) else ""
    return (*([Piece(label)] if label else []), Piece(word, tags))


def _method(word: str, language: str, *, is_cash: bool) -> str | None:
    """The word that records have for a way to pay; None where the words name none."""
    if is_cash:
        named = any(fold(one) in fold(word) for one in choices(language, "cashes"))
        return "cash" if named else None
    known = lexicon_file("payment")["methods"]
    found = (method for method, words in known.items() if fold(word) in map(fold, words))
    return next(found, word.casefold())


def end_rows(made: Print) -> list[Row]:
    """What follows the payment."""
    rows = [*_card_rows(made), *_summary(made)]
    language, rng = made.sale.country.language, made.rng
    small = rng.sample(choices(language, "policy"), rng.choice((0, 0, 1, 1, 2, 3, 4)))
    small = [numbered(one, rng) for one in small]
    for text in [*([made.said("thanks")] if made.chance(0.75) else []), *small]:
        rows += [line(one, "centre") for one in made.look.split(made.cased(text), 0.95)]
    if made.chance(0.06) and made.look.measure(f"*** {made.sale.shop.legal} ***") < 1:
        again = Piece(made.sale.shop.legal, (Tag("/merchant/name", turn=1),))
        rows.append(line([Piece("*** "), again, Piece(" ***")], "centre"))
    if made.chance(0.08):
        again = replace(made.date, tags=tuple(replace(tag, turn=1) for tag in made.date.tags))
        rows.append(line([Piece(f"{rng.choice(_AGAIN)} "), again]))
    if made.chance(0.12):
        rows.append(Row((), rule="bars", gap=0.3))
    return rows


def _card_rows(made: Print) -> list[Row]:
    """What a card's terminal prints."""
    if made.sale.given or not made.chance(0.35):
        return []
    rng = made.rng
    digits = "".join(rng.choice("0123456789") for _ in range(6))
    said: Sequence[str] = (
        f"CARD NO: XXXX XXXX XXXX {digits[:4]}", f"************{digits[1:5]}",
        f"APPR CODE: {digits}", f"TID: {digits}{digits[:2]}", f"AID: A0000000{digits}",
        "CONTACTLESS", f"TRACE NO {digits}", f"MID {digits}{digits}",
    )  # fmt: skip
    return [line(one) for one in rng.sample(said, rng.randint(1, 4))]


def _summary(made: Print) -> list[Row]:
    """A table of taxes: it says again what the sums say, or what they do not."""
    sale = made.sale
    if not made.chance(0.3):
        return []
    mark = next((item.mark for item in sale.items if item.mark), "A")
    rate = f"{mark} @ {made.figure(sale.rate)}%"
    head = (made.said("summary"), made.rng.choice(("Amount", "Net", "Amt")), made.words["tax_name"])
    values = (
        rate,
        made.number(sale.net),
        Piece(made.number(sale.tax), (Tag("/tax", plain(sale.tax), 1),)),
    )
    rows = [made.look.packed(_thirds(said)) for said in (head, values)]
    return [row if made.look.has_room(row) else replace(row, cells=row.cells[1:]) for row in rows]


def _thirds(said: Sequence[str | Piece]) -> Row:
    """Three cells, left, between and right."""
    first, second, third = ([one] if isinstance(one, Piece) else one for one in said)
    return Row((cell(first), cell(second, "right", 0.68), cell(third, "right")))
