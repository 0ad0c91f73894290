"""What was bought, item by item, in one, two or three rows each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from training.receipts.families import Goods
from training.receipts.printing import Print, cell, line, plain
from training.receipts.sale import Item
from training.receipts.sheet import Cell, Piece, Row, Tag

_TIMES = (" x ", "x ", " X ", " @ ", "x", "X", " * ", " x", " @")


@dataclass(frozen=True, slots=True)
class Habits:
    """How this till writes its items."""

    times: str
    places: int
    """Of quantities: 1.000."""
    indent: float
    marked: bool
    """With a mark for the tax behind the price."""
    glued: str
    """Between price and mark."""
    coded: bool
    bracketed: bool
    """How many at what price stands in brackets behind the description."""
    price_at: float
    unit_at: float
    quantity_at: float


def goods_rows(made: Print, goods: Goods) -> list[Row]:
    """A heading perhaps, then all items."""
    habits = _habits(made, goods)
    rows = list(_heading(made, goods, habits))
    for number, item in enumerate(made.sale.items):
        rows += _item(made, goods, habits, number, item)
        if item.note:
            rows.append(line(made.cased(item.note), "left", habits.indent + 0.04))
    return rows


def _habits(made: Print, goods: Goods) -> Habits:
    rng = made.rng
    marked = rng.random() < 0.45 and any(item.mark for item in made.sale.items)
    price_at = 0.92 if marked else 1.0
    return Habits(
        times=rng.choice(_TIMES),
        places=rng.choice((0, 0, 0, 0, 2, 3, 1)),
        indent=rng.choice((0.0, 0.06, 0.12, 0.2)),
        marked=marked,
        glued=rng.choice((" ", " ", "")),
        coded=rng.random() < 0.5 or goods in {"code_two", "three"},
        bracketed=rng.random() < 0.5,
        price_at=price_at,
        unit_at=price_at - rng.uniform(0.2, 0.26),
        quantity_at=price_at - rng.uniform(0.42, 0.5),
    )


def _heading(made: Print, goods: Goods, habits: Habits) -> Iterator[Row]:
    """Names of the columns; few tills print them over items without columns."""
    rng = made.rng
    if not made.chance(0.9 if goods in {"columns", "code_two", "three", "under"} else 0.25):
        return
    cells = [cell(made.said("item"))]
    match goods:
        case "columns" | "code_two" | "under" | "three" | "two" | "numbered":
            cells.append(cell(made.said("qty"), "right", habits.quantity_at))
            cells.append(cell(made.said("unit"), "right", habits.unit_at))
        case "quantity":
            cells = [cell(f"{made.said('qty')} {made.said('item')}")]
        case _:
            pass
    cells.append(cell(made.pieces("price"), "right", habits.price_at))
    row = Row(tuple(cells), bold=rng.random() < 0.2)
    while not made.look.has_room(row) and len(row.cells) > 1:
        row = replace(row, cells=(*row.cells[:-2], row.cells[-1]))
    yield from [row, rule(made)]


def rule(made: Print) -> Row:
    """A line across, or none."""
    kind = made.words["rule"]
    return Row((), rule=kind, size=1.0 if kind else 0.3)


class _Fields:
    """The pieces of one item."""

    def __init__(self, made: Print, habits: Habits, number: int, item: Item) -> None:
        self.made, self.habits, self.item, self.at = made, habits, item, f"/items/{number}"

    @property
    def words(self) -> str:
        text = self.made.cased(self.item.description)
        return text.upper() if self.made.shouts else text

    def description(self, room: float) -> Piece:
        text = self.made.look.cut(self.words, room)
        return Piece(text, (Tag(f"{self.at}/description"),))

    @property
    def quantity(self) -> Piece:
        return self.counted(self.habits.places)

    def counted(self, places: int = 0) -> Piece:
        value, made = self.item.quantity, self.made
        fixed = value if value != value.to_integral_value() else value.to_integral_value()
        tag = Tag(f"{self.at}/quantity", plain(fixed))
        if fixed != value.to_integral_value():
            return Piece(made.figure(value), (tag,))
        return Piece(made.figure(value) + (made.marks[1] + "0" * places if places else ""), (tag,))

    @property
    def unit(self) -> list[Piece]:
        return [Piece(self.item.unit)] if self.item.unit else []

    @property
    def unit_price(self) -> tuple[Piece, ...]:
        return self.made.amount(self.item.unit_price, f"{self.at}/unit_price", row=True)

    @property
    def price(self) -> Cell:
        """Aligned by its end, also where a mark follows."""
        price = self.made.amount(self.item.price, f"{self.at}/price", row=True)
        return cell(price, "right", self.habits.price_at)

    @property
    def priced(self) -> list[Cell]:
        """The price and its mark."""
        if not self.habits.marked or not self.item.mark:
            return [self.price]
        return [self.price, cell(self.item.mark, "left", self.habits.price_at + 0.02)]

    @property
    def sum(self) -> list[Piece]:
        """2 x 1.50"""
        return [self.quantity, *self.unit, Piece(self.habits.times), *self.unit_price]


def _item(  # noqa: PLR0911 - one return a layout
    made: Print, goods: Goods, habits: Habits, number: int, item: Item
) -> Sequence[Row]:
    said = _Fields(made, habits, number, item)
    is_many = item.quantity != Decimal(1)
    start, room = habits.indent, habits.price_at - 0.22
    code = [Piece(f"{item.code} ")] if habits.coded else []
    taken = made.look.measure("".join(piece.text for piece in code))
    match goods:
        case "line":
            count = [Piece(" ("), said.counted(), Piece(habits.times), *said.unit_price, Piece(")")]
            length = made.look.measure("".join(piece.text for piece in count))
            more = count if is_many and habits.bracketed and taken + length < room - 0.1 else []
            taken += length if more else 0.0
            return [Row((cell([*code, said.description(room - taken), *more]), *said.priced))]
        case "quantity":
            counted = said.counted()
            left = room - made.look.measure(f"{counted.text} ")
            first = [counted, Piece(" "), said.description(left)]
            return [Row((cell(first), *said.priced))]
        case "columns":
            return _columns(made, said, habits)
        case "two":
            below = Row((cell(said.sum, "left", start), *said.priced))
            return [line([said.description(1.0)]), below]
        case "code_two":
            return [
                _figures(said, habits, item.code),
                line([said.description(0.95)], "left", start),
            ]
        case "three":
            below = Row((cell(said.sum, "left", start + 0.05), *said.priced))
            return [line([said.description(1.0)]), line(item.code, "left", start), below]
        case "after" | "mixed":
            return _after(said, habits, is_many=is_many, is_below=goods == "after")
        case "numbered":
            start = max(0.08, made.look.measure(f"{number + 1}. "))
            named = Row(
                (
                    cell(f"{number + 1}."),
                    cell([*code, said.description(0.95 - start - taken)], "left", start),
                )
            )
            return [named, Row((cell(said.sum, "left", 0.1), *said.priced))]
        case "under":
            return [line([said.description(0.95)]), _figures(said, habits, "")]


def _columns(made: Print, said: _Fields, habits: Habits) -> list[Row]:
    """Description, quantity, unit price, price; a long description takes a row of its own."""
    numbers = (
        cell([said.quantity], "right", habits.quantity_at),
        cell(said.unit_price, "right", habits.unit_at),
        *said.priced,
    )
    whole, room = said.words, habits.quantity_at - 0.1
    row = Row((cell([said.description(room)]), *numbers))
    if made.look.has_room(row) and (made.look.measure(whole) <= room or made.chance(0.3)):
        return [row]
    return [line([said.description(1.0)]), made.look.packed(Row(numbers))]


def _figures(said: _Fields, habits: Habits, code: str) -> Row:
    """Numbers side by side; a code before them, where there is room for one."""
    look = said.made.look
    row = look.packed(Row((
        cell([said.quantity], "right", habits.quantity_at + 0.02),
        cell(said.unit_price, "right", habits.unit_at),
        *said.priced,
    )))  # fmt: skip
    coded = replace(row, cells=(cell(code), *row.cells))
    return coded if code and look.has_room(coded) else row


def _after(said: _Fields, habits: Habits, *, is_many: bool, is_below: bool) -> list[Row]:
    """How many at what price: a row more, only where there are several."""
    first = cell([said.description(habits.price_at - 0.22)])
    if not is_many:
        return [Row((first, *said.priced))]
    sum_row = cell(said.sum, "left", habits.indent + 0.05)
    if is_below:
        return [Row((first, *said.priced)), Row((sum_row,))]
    return [Row((first,)), Row((sum_row, *said.priced))]
