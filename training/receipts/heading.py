"""The head of a receipt: who sells, where, under which numbers."""

from dataclasses import replace

from training.receipts.country import choices
from training.receipts.faces import LOGOS
from training.receipts.families import Head
from training.receipts.printing import Print, cell, line
from training.receipts.sheet import Align, Piece, Row, Tag

_NAME, _ADDRESS, _PHONE = Tag("/merchant/name"), Tag("/merchant/address"), Tag("/merchant/phone")
_CALLS = (
    "Tel: ", "TEL : ", "Tel : ", "Tel No. ", "", "", "Phone: ", "TEL:", "Tel. ", "Ph: ", "T: ",
    "Tel ", "Telephone: ", "TEL NO: ", "Mobile/Whatsapp : ", "Contact: ",
    "Tel & Fax : ", "TEL/FAX: ",
)  # fmt: skip
Blocks = dict[str, list[Row]]
_ORDERS: dict[Head, tuple[str, ...]] = {
    "plain": ("name", "register", "former", "branch", "address", "phone", "tax", "site"),
    "branded": ("brand", "name", "register", "address", "branch", "phone", "tax", "site"),
    "branch": ("name", "branch", "former", "register", "phone", "tax", "address", "site"),
    "left": ("name", "register", "address", "phone", "tax", "branch", "site"),
    "run_on": ("brand", "run_on", "phone", "tax", "site"),
    "phone_first": ("name", "phone", "register", "address", "tax", "site"),
    "titled": ("order", "name", "register", "address", "tax", "branch", "phone"),
    "owner": ("brand", "address", "phone", "branch", "tax", "owner", "site"),
    "foot": ("brand", "branch", "site"),
    "split": ("name", "address", "phone", "register", "tax"),
}


def head_rows(made: Print, head: Head) -> list[Row]:
    """All blocks of the head in the family's order; a title at its end."""
    blocks = _blocks(made, "left" if head in {"left", "split"} else "centre")
    if made.sale.shop.brand is None and head in {"run_on", "owner", "foot"}:
        blocks["brand"] = blocks["name"] if head == "foot" else []
        blocks["owner"] = [] if head == "foot" else blocks["owner"]
    rows = [row for name in _ORDERS[head] for row in blocks[name]]
    for _ in range(made.rng.choice((0, 0, 0, 0, 0, 1, 1, 2))):
        said = made.rng.choice(choices(made.sale.country.language, "welcome"))
        place = made.rng.choice((0, 1, len(rows)))
        between = 0 < place < len(rows) and _is_split(rows[place - 1], rows[place])
        rows.insert(0 if between else place, line(made.cased(said), "centre"))
    return _spaced([*_stamp(made), *rows], made) + _title(made)


def _is_split(one: Row, other: Row) -> bool:
    """Whether both say parts of one value."""
    said = [{tag.pointer for cell in row.cells for piece in cell.pieces for tag in piece.tags}
            for row in (one, other)]  # fmt: skip
    return bool(said[0] & said[1])


def foot_rows(made: Print, head: Head) -> list[Row]:
    """Name and address, where the family has them at the end."""
    if head != "foot":
        return []
    blocks = _blocks(made, "centre")
    first = blocks["name"] if made.sale.shop.brand else []
    return [*first, *blocks["register"], *blocks["address"], *blocks["phone"], *blocks["tax"]]


def _blocks(made: Print, align: Align) -> Blocks:
    shop = made.sale.shop
    return {
        "name": _name(made, align),
        "brand": _brand(made, align),
        "owner": _owner(made, align),
        "run_on": _run_on(made, align),
        "former": _texts(made, shop.former and f"(FORMERLY KNOWN AS {shop.former})", align),
        "register": [] if _joins(made) else _texts(made, shop.register, align),
        "branch": _texts(made, shop.branch, align),
        "address": _address(made, align),
        "phone": _phones(made, align),
        "tax": _texts(made, shop.tax_id, align),
        "site": _texts(made, shop.site, align),
        "order": [
            replace(line(made.said("order"), align), gap=0.1),
            replace(line(str(made.rng.randint(10, 399)), align), size=1.9, bold=True, gap=0.5),
        ],
    }  # fmt: skip


def _joins(made: Print) -> bool:
    """Whether the register's number stands behind the name."""
    number = made.sale.shop.register or ""
    return number.startswith("(") and len(number) % 2 == 0


def _name(made: Print, align: Align) -> list[Row]:
    """The full name, large perhaps, over as many lines as it takes."""
    shop, rng, look = made.sale.shop, made.rng, made.look
    row = Row((), size=rng.choice((1, 1, 1, 1.2, 1.45)), bold=made.chance(0.5))
    row = replace(row, wide=rng.choice((1, 1, 1, 1.5)), tall=rng.choice((1, 1, 1, 1.6)))
    if shop.brand is None and made.chance(0.15):
        row = replace(row, face=rng.choice(LOGOS), size=rng.choice((1.3, 1.7, 2.2)))
    parts = look.split(shop.legal, 0.98, row)
    rows = [replace(row, cells=(cell([Piece(one, (_NAME,))], align),)) for one in parts]
    if shop.register and _joins(made):
        joined = (Piece(parts[-1], (_NAME,)), Piece(f" {shop.register}"))
        if look.measure(f"{parts[-1]} {shop.register}", row) <= 1:
            rows[-1] = replace(row, cells=(cell(joined, align),))
        else:
            rows.append(line(shop.register, align))
    return rows


def _address(made: Print, align: Align) -> list[Row]:
    """Line by line; few say what it is."""
    label = (
        made.rng.choice(("Add: ", "HQ ADD : ", "Address: ", "Adr. ")) if made.chance(0.06) else ""
    )
    parts = [part for one in made.sale.shop.address for part in made.look.split(one, 0.97)]
    rows = [line([Piece(part, (_ADDRESS,))], align) for part in parts]
    if label and rows and made.look.measure(label + parts[0]) < 1:
        rows[0] = line([Piece(label), Piece(parts[0], (_ADDRESS,))], align)
    return rows


def _brand(made: Print, align: Align) -> list[Row]:
    """A name in large letters; on receipts without another name it is the merchant's."""
    shop, rng = made.sale.shop, made.rng
    if shop.brand is None:
        return []
    size, wide = rng.choice((1.3, 1.6, 2.0, 2.4)), rng.choice((1, 1, 1.3))
    row = Row((), size=size, bold=True, wide=wide, gap=rng.choice((0.1, 0.5)))
    face = rng.choice((None, *LOGOS)) if made.chance(0.6) else None
    return [replace(row, cells=(cell(shop.brand, align),), face=face)]


def _owner(made: Print, align: Align) -> list[Row]:
    shop = made.sale.shop
    label = f"{made.said('owner')} ".lstrip()
    known = [Piece(shop.register)] if shop.register and made.chance(0.6) else []
    rows = [line([Piece(label), Piece(shop.legal, (_NAME,))], align)]
    return [*rows, *(line([one], align) for one in known)]


def _run_on(made: Print, align: Align) -> list[Row]:
    """Name and address in one text, broken where the paper ends."""
    shop, rows = made.sale.shop, []
    comma = made.rng.choice((", ", " ", " - "))
    words = [(word, _NAME) for word in shop.legal.split()]
    words += [(word, _ADDRESS) for word in " ".join(shop.address).split()]
    run: list[Piece] = []
    for number, (word, tag) in enumerate(words):
        joint = " " if number == 0 or words[number - 1][1] is tag else comma
        told = (
            (Piece(joint, (tag,)) if words[number - 1][1] is tag else Piece(joint)) if run else None
        )
        longer = [*run, *([told] if told else []), Piece(word, (tag,))]
        if run and made.look.measure("".join(piece.text for piece in longer)) > 0.95:
            rows.append(run)
            longer = [Piece(word, (tag,))]
        run = longer
    return [line(one, align) for one in [*rows, run]]


def _texts(made: Print, text: str | None, align: Align) -> list[Row]:
    """A line of its own, or several where it is long."""
    return [line(one, align) for one in made.look.split(made.cased(text))] if text else []


def _phones(made: Print, align: Align) -> list[Row]:
    shop, rng = made.sale.shop, made.rng
    if shop.phone is None:
        return []
    label = rng.choice(_CALLS)
    phone = [Piece(label), Piece(shop.phone, (_PHONE,))]
    if shop.fax is None:
        return [line(phone, align)]
    fax = [Piece(rng.choice(("Fax: ", "FAX : ", "Fax No. ", "F: "))), Piece(shop.fax)]
    whole = [*phone, Piece("  "), *fax]
    if made.look.measure("".join(piece.text for piece in whole)) < 0.98 and made.chance(0.6):
        return [line(whole, align)]
    return [line(phone, align), line(fax, align)]


def _stamp(made: Print) -> list[Row]:
    """Somebody's name over everything, as collectors of receipts have it."""
    if made.sale.country.currency != "MYR" or not made.chance(0.06):
        return []
    name = " ".join(made.rng.sample(made.sale.country.listed("syl"), 3))
    return [replace(line(name.lower(), "centre"), size=1.6, bold=True, gap=0.6)]


def _title(made: Print) -> list[Row]:
    if not made.chance(0.6):
        return []
    rng = made.rng
    size, wide = rng.choice((1, 1, 1.3)), rng.choice((1, 1, 1.4))
    row = line(made.said("titles"), "centre")
    is_inverse = made.chance(0.06)
    return [replace(row, size=size, wide=wide, bold=made.chance(0.4), gap=0.4, inverse=is_inverse)]


def _spaced(rows: list[Row], made: Print) -> list[Row]:
    gap = made.rng.choice((0, 0, 0.15, 0.3))
    rows = [replace(row, gap=row.gap + gap) for row in rows]
    return rows[:-1] + [replace(row, gap=0.6) for row in rows[-1:]]
