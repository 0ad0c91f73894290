"""Printed pages: letters, forms, reports, invoices; clean, scanned or photographed."""

from training.routing.brush import (
    Canvas,
    Picture,
    Rng,
    amount,
    day,
    name,
    photographed,
    pick,
    scanned,
    sentence,
    words,
)  # fmt: skip

_INK = (25, 25, 30)


def worn(rng: Rng, page: Picture) -> Picture:
    """As such pages arrive: one third clean, one third scanned, one third photographed."""
    match int(rng.integers(3)):
        case 0:
            return page
        case 1:
            return scanned(rng, page)
    return photographed(rng, page)


def letter(rng: Rng) -> Picture:
    """An address, a date, a greeting, paragraphs, a farewell."""
    page, size, number = _sheet(rng)
    x, y = page.width * 0.1, page.height * 0.08
    for line in (name(rng), words(rng, 1, 2) + f" {rng.integers(1, 99)}", words(rng, 1, 2)):
        page.text(x, y, line.title(), size, _INK, number)
        y += size * 1.3
    page.text(page.width * 0.7, y, day(rng), size, _INK, number)
    greeting = pick(
        rng, "Dear Ms", "Dear", "Sehr geehrte Frau", "Madame,", "Estimado", "Gentile", "Geachte", ""
    )
    y = _line(page, x, y + size * 3, f"{greeting} {name(rng)}", size, number)
    for _ in range(int(rng.integers(2, 6))):
        y = _paragraph(rng, page, x, y + size, size, number)
    farewell = pick(
        rng, "Yours sincerely", "Kind regards", "Mit freundlichen Grüßen", "Cordialement",
        "Atentamente", "Cordiali saluti", "Met vriendelijke groet", name(rng),
    )  # fmt: skip
    y = _line(page, x, y + 2 * size, farewell, size, number)
    _line(page, x, y + 2 * size, name(rng).title(), size, number)
    return worn(rng, page.pixels)


def report(rng: Rng) -> Picture:
    """A title, headings, paragraphs, perhaps a table of numbers."""
    page, size, number = _sheet(rng)
    x = page.width * 0.1
    y = _line(page, x, page.height * 0.06, words(rng, 2, 6).title(), int(size * 1.9), number)
    for section in range(int(rng.integers(2, 5))):
        heading = f"{section + 1} {name(rng)}" if rng.random() < 0.5 else name(rng)
        y = _line(page, x, y + size * 1.5, heading, int(size * 1.3), number)
        y = _paragraph(rng, page, x, y, size, number)
        if rng.random() < 0.4:
            y = _table(rng, page, x, y, size, number)
    page.text(page.width / 2, page.height * 0.95, str(rng.integers(1, 90)), size, _INK, number)
    return worn(rng, page.pixels)


def form(rng: Rng) -> Picture:
    """Labels with boxes or lines behind them, some filled in, some ticked."""
    page, size, number = _sheet(rng)
    x, y = page.width * 0.08, page.height * 0.06
    y = _line(page, x, y, words(rng, 2, 4).title(), int(size * 1.6), number)
    while y < page.height * 0.85:
        label = pick(
            rng, name(rng), name(rng), "Date of birth", "Vorname", "Nom", "Apellidos", "Address",
            "Signature", "Unterschrift", "Firma", "Telephone", "E-mail",
        )  # fmt: skip
        page.text(x, y, label, size, _INK, number)
        left, right = page.width * 0.35, page.width * float(rng.uniform(0.6, 0.92))
        page.draw.rectangle((left, y - 4, right, y + size * 1.5), outline=_INK)
        if rng.random() < 0.5:
            page.text(left + 8, y, words(rng, 1, 3).title(), size, (20, 30, 120), number + 3)
        y += size * float(rng.uniform(2.2, 3.5))
    return worn(rng, page.pixels)


def invoice(rng: Rng) -> Picture:
    """A sender, a recipient, numbers and dates, lines with prices, sums, bank details."""
    page, size, number = _sheet(rng)
    x, right = page.width * 0.08, page.width * 0.62
    title, no, dated, sums = _INVOICE_WORDS[int(rng.integers(len(_INVOICE_WORDS)))]
    y = _line(page, right if rng.random() < 0.5 else x, page.height * 0.05, title, size * 2, number)
    top = y
    for line in (name(rng).title(), words(rng, 1, 2).title(), f"{rng.integers(10000, 99999)}"):
        y = _line(page, x, y, line, size, number)
    for label, value in ((no, f"{rng.integers(1000, 999999)}"), (dated, day(rng))):
        top = _line(page, right, top, f"{label} {value}", size, number)
    y = max(y, top) + size * 2
    for _ in range(int(rng.integers(1, 12))):
        page.text(x, y, str(rng.integers(1, 20)), size, _INK, number)
        page.text(x + size * 3, y, words(rng, 1, 4).capitalize(), size, _INK, number)
        page.text(page.width * 0.65, y, amount(rng), size, _INK, number)
        y = _line(page, page.width * 0.82, y, amount(rng), size, number)
    for label in sums:
        page.text(page.width * 0.55, y + size, label, size, _INK, number)
        y = _line(page, page.width * 0.82, y + size, amount(rng), size, number)
    bank = f"IBAN {pick(rng, 'DE', 'FR', 'NL', 'ES')}{rng.integers(10**9, 10**10)} 0000"
    _line(page, x, page.height * 0.93, bank, int(size * 0.8), number)
    return worn(rng, page.pixels)


_INVOICE_WORDS = (
    ("INVOICE", "Invoice No.", "Invoice date", ("Net amount", "VAT 20%", "Amount due")),
    ("Rechnung", "Rechnungsnr.", "Datum", ("Nettobetrag", "19% USt.", "Rechnungsbetrag")),
    ("FACTURE", "Facture n°", "Date", ("Total HT", "TVA 20 %", "Total TTC")),
    ("Factura", "Nº de factura", "Fecha", ("Base imponible", "IVA 21%", "Total")),
    ("Fattura", "Numero", "Data", ("Imponibile", "IVA 22%", "Totale")),
    ("Factuur", "Factuurnummer", "Datum", ("Subtotaal", "BTW 21%", "Totaal")),
    ("Faktura", "Faktura nr", "Data", ("Netto", "VAT 23%", "Do zapłaty")),
)  # fmt: skip


def _sheet(rng: Rng) -> tuple[Canvas, int, int]:
    """An empty page, its text's size in pixels, its face."""
    width = int(rng.integers(800, 1500))
    shade = int(rng.integers(245, 256))
    page = Canvas(width, round(width * float(rng.uniform(1.25, 1.45))), (shade, shade, shade))
    return page, round(width / float(rng.uniform(48, 75))), int(rng.integers(5))


def _line(page: Canvas, x: float, y: float, text: str, size: int, number: int) -> float:
    page.text(x, y, text, size, _INK, number)
    return y + size * 1.45


def _paragraph(rng: Rng, page: Canvas, x: float, y: float, size: int, number: int) -> float:
    line = ""
    for word in " ".join(sentence(rng) for _ in range(int(rng.integers(2, 6)))).split():
        line = f"{line} {word}".strip()
        if len(line) * size * 0.5 > page.width * 0.76:
            y = _line(page, x, y, line, size, number)
            line = ""
    return _line(page, x, y, line, size, number)


def _table(rng: Rng, page: Canvas, x: float, y: float, size: int, number: int) -> float:
    columns = int(rng.integers(2, 5))
    for _ in range(int(rng.integers(3, 7))):
        for column in range(columns):
            cell = name(rng) if column == 0 else f"{rng.uniform(0, 500):.1f}"
            page.text(x + column * page.width * 0.8 / columns, y, cell, size, _INK, number)
        y += size * 1.5
        page.draw.line((x, y - 3, page.width * 0.9, y - 3), fill=(150, 150, 150))
    return y
