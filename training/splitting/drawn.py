"""Documents of one to three pages that were made up: photographed receipts, invoices as PDF."""

import io
import random
from collections.abc import Iterator
from decimal import Decimal

from PIL import Image

from samples.photograph import GENTLE, photograph
from samples.sale import Row, compose
from samples.typeset import typeset
from vouch.evals.bench_pages import pdf_of

_LEAST_ROWS = 7
"""Rows of a receipt that a page has at least."""
_WORDS = (
    ("Invoice No.", "Date", "Bill to", "Description", "Amount", "Net amount", "VAT", "Total"),
    ("Rechnung Nr.", "Datum", "Kunde", "Bezeichnung", "Betrag", "Netto", "MwSt.", "Gesamtbetrag"),
    ("Facture N°", "Date", "Client", "Désignation", "Montant", "Total HT", "TVA", "Total TTC"),
    ("Factura No.", "Fecha", "Cliente", "Concepto", "Importe", "Base imponible", "IVA", "Total"),
)
_COUNTS = ("Page {} of {}", "Seite {} von {}", "Page {} de {}", "Página {} de {}")
_SELLERS = ("Alder Tools Ltd", "Birkenfeld GmbH", "Cormier SARL", "Dorado Suministros SL")
_BUYERS = ("Northwind Traders Ltd", "Harbour Clinic", "Weber Papier GmbH", "Casa Azul SL")
_GOODS = ("Paper A4", "Toner black", "Desk lamp", "Chair blue", "Cable 2 m", "Folder", "Notebook")


def receipt_pages(seed: int) -> Iterator[bytes]:
    """A receipt as JPEGs: long ones may have been photographed in two or three pieces."""
    rows = compose(seed).rows
    most = max(min(3, len(rows) // _LEAST_ROWS), 1)
    count = random.Random(seed).choice([1, 1, *range(1, most + 1)])
    for number in range(count):
        piece = rows[len(rows) * number // count : len(rows) * (number + 1) // count]
        yield _photo(piece, seed)


def _photo(rows: list[Row], seed: int) -> bytes:
    ink, _ = typeset(rows, seed)
    photo, _ = photograph(ink, GENTLE, seed)
    encoded = io.BytesIO()
    Image.fromarray(photo).save(encoded, "JPEG", quality=82)
    return encoded.getvalue()


def two_receipts(seed: int, *, beside: bool) -> bytes:
    """A picture of two receipts, side by side or one above the other, as JPEG."""
    photos = [Image.open(io.BytesIO(_photo(compose(one).rows, one))) for one in (seed, seed + 1)]
    widths, heights = ([photo.size[axis] for photo in photos] for axis in (0, 1))
    size = (sum(widths), max(heights)) if beside else (max(widths), sum(heights))
    picture = Image.new("RGB", size, (90, 80, 70))
    picture.paste(photos[0], (0, 0))
    picture.paste(photos[1], (widths[0], 0) if beside else (0, heights[0]))
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=85)
    return encoded.getvalue()


def totals(seed: int) -> list[str]:
    """Of the two receipts of a picture, in order."""
    return [compose(one).expected["/total"] for one in (seed, seed + 1)]


def invoice(seed: int) -> bytes:
    """An invoice as PDF with a text layer: some repeat their head, some count their pages."""
    rng = random.Random(seed)
    count, look = rng.choice([1, 1, 2, 3]), rng.randrange(len(_WORDS))
    number = f"{rng.choice(('R', '2024-', '', 'INV'))}{rng.randrange(10_000, 999_999)}"
    date = f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    repeats, counts = rng.random() < 0.5, rng.random() < 0.5
    words, total, pages = _WORDS[look], Decimal(0), []
    for page in range(1, count + 1):
        rows: list[tuple[str, ...]] = []
        if page == 1 or repeats:
            rows += [(rng.choice(_SELLERS) if page == 1 else "",)]
            rows += [(f"{words[0]} {number}",), (f"{words[1]} {date}",)]
        if page == 1:
            rows += [(), (words[2],), (rng.choice(_BUYERS),), ()]
        rows.append((words[3], "", "", words[4]))
        for _ in range(rng.randint(6, 20)):
            price = Decimal(rng.randint(100, 90_000)) / 100
            total += price
            rows.append((rng.choice(_GOODS), "", "", f"{price}"))
        if page == count:
            tax = (total * Decimal("0.2")).quantize(Decimal("0.01"))
            sums = zip(words[5:], (total, tax, total + tax), strict=True)
            rows += [(), *((word, "", "", f"{amount} EUR") for word, amount in sums)]
        if counts and count > 1:
            rows += [(), (_COUNTS[look].format(page, count),)]
        pages.append(rows)
    return pdf_of(pages, (50, 200, 300, 450))
