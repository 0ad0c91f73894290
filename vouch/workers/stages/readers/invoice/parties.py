"""Seller and buyer: told apart by their words, their places, their numbers and their domains."""

import re
from collections.abc import Iterator, Sequence

from stdnum import iban as iban_number
from stdnum.eu import vat as vat_number

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.addresses import Hints, addresses, agrees, sides
from vouch.workers.stages.readers.invoice.blocks import Party, labelled, senders
from vouch.workers.stages.readers.invoice.sheet import Cell, Sheet
from vouch.workers.stages.rules.drafting import candidate, ranked
from vouch.workers.stages.rules.lexicon import fold
from vouch.workers.stages.rules.rows import Span, tidy
from vouch.workers.stages.rules.trades import has_legal_form

_DOMAIN = re.compile(r"(?:@|www\.|https?://(?:www\.)?)([\w-]+(?:\.[\w-]+)+)")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_VAT = re.compile(
    r"(?<![A-Z0-9])(?:AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT"
    r"|RO|SE|SI|SK|XI)[ -]?(?=(?:[A-Z0-9.\- ]*\d){5})[A-Z0-9][A-Z0-9.\-]{6,13}(?![A-Z0-9])"
)
_TAX_LABEL = re.compile(
    r"(?:tax (?:id|no|number)|steuer(?:nummer|-?\s?nr)|st\.-?\s?nr|vat (?:reg|no|number)\S*"
    r"|nif|cif|nip|p\.?\s?iva|partita iva|codice fiscale|contribuinte|siret|ein|abn)"
    r"\W{0,4}([A-Z]{0,2}\d[\d/ .\-]{5,18}\d)",
    re.IGNORECASE,
)
_HEAD, _FOOT = 0.22, 0.86
"""Shares of a page's height: above the one stands the letterhead, below the other the footer."""


def choose_parties(sheet: Sheet) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for every pointer under /seller and /buyer."""
    domains = [
        fold(match[1].split(".")[-2])
        for cell in sheet.cells
        for match in _DOMAIN.finditer(cell.text)
    ]
    found = list(_parties(sheet, domains))
    halves = {side: [one for one in found if one.side == side] for side in ("seller", "buyer")}
    fields = {
        f"/{side}/name": ranked(_names(sheet, found, domains)) for side, found in halves.items()
    }
    for side, parties in halves.items():
        fields[f"/{side}/address"] = ranked(_addresses(parties))
    fields["/seller/iban"] = ranked(_ibans(sheet))
    return fields | _tax_ids(sheet, halves)


def _parties(sheet: Sheet, domains: Sequence[str]) -> Iterator[Party]:
    claimed: set[int] = set()
    blocks = list(labelled(sheet))
    for _, cell, block in blocks:
        claimed.update((cell.index, *(one.index for one in (block.cells if block else ()))))
    named = [block for side, _, block in blocks if block is not None and side != "other"]
    yield from named
    sending = [(one, band) for one, band in senders(sheet) if not _touches(one, claimed)]
    yield from (one for one, _ in sending)
    claimed.update(cell.index for one, _ in sending for cell in one.cells)
    hints = Hints(
        sellers={fold(one.name.text) for one, _ in sending},
        domains=domains,
        lines=[band for _, band in sending],
        bought=any(one.side == "buyer" for one in named),
        sold=any(one.side == "seller" for one in named),
    )
    found = list(sides(addresses(sheet, claimed, hints), hints))
    yield from found
    yield from _unaddressed(sheet, claimed, [*named, *found])


def _unaddressed(sheet: Sheet, claimed: set[int], parties: Sequence[Party]) -> Iterator[Party]:
    """Sellers whose name stands by itself."""
    taken = claimed | {cell.index for one in parties for cell in one.cells}
    bought = {fold(one.name.text) for one in parties if one.side == "buyer"}
    for name in _imprints(sheet):
        if name.row.index not in taken and fold(name.text) not in bought:
            yield Party("seller", 0.45, (name,), (name.row,))


def _touches(one: Party, claimed: set[int]) -> bool:
    return any(cell.index in claimed for cell in one.cells)


def _imprints(sheet: Sheet) -> Iterator[Span]:
    """Names with a legal form in letterheads and footers."""
    for cell in sheet.cells:
        height = sheet.sizes[cell.page][1]
        at_edge = cell.bbox.top < _HEAD * height or cell.bbox.bottom > _FOOT * height
        if at_edge and len(cell.words) <= 8 and has_legal_form(cell.text):
            yield tidy(Span(cell, 0, len(cell.text)))


def _names(sheet: Sheet, parties: Sequence[Party], domains: Sequence[str]) -> Iterator[Candidate]:
    texts = [fold(cell.text) for cell in sheet.cells]
    for one in parties:
        for place, line in enumerate(one.lines[:2]):
            folded = fold(line.text)
            repeats = sum(folded in text for text in texts) - 1 if len(folded) > 3 else 0
            owns = float(agrees(folded, domains))
            legal = float(has_legal_form(line.text))
            score = one.strength * (0.9 if place == 0 else 0.35) + 0.05 * legal
            score += (0.05 * min(repeats, 2) + 0.04 * owns) * (one.side == "seller")
            signals = {
                "keyword": one.strength,
                "legal_form": legal,
                "agreement": owns,
                "repeats": min(repeats / 3, 1.0),
                "depth": line.row.depth,
                "first": float(place == 0),
            }
            yield candidate(line.raw, [line], min(score, 0.99), signals)


def _addresses(parties: Sequence[Party]) -> Iterator[Candidate]:
    for one in parties:
        if lines := one.address:
            signals = {"keyword": one.strength, "postcode": 1.0, "lines": 0.25 * len(lines)}
            text = ", ".join(line.raw for line in lines)
            yield candidate(text, lines, 0.9 * one.strength, signals)


def _ibans(sheet: Sheet) -> Iterator[Candidate]:
    for cell in sheet.cells:
        for match in _IBAN.finditer(cell.text):
            is_valid = iban_number.is_valid(match[0])
            says = "iban" in fold(cell.text[: match.start()]) or any(
                "iban" in fold(other.text) for other in sheet.left(cell)[:1]
            )
            if is_valid or says:
                signals = {"keyword": float(says), "shape": float(is_valid)}
                score = 0.55 * is_valid + 0.4 * says
                text = match[0].replace(" ", "")
                yield candidate(text, [Span(cell, match.start(), match.end())], score, signals)


def _tax_ids(sheet: Sheet, sides: dict[str, list[Party]]) -> dict[str, tuple[Candidate, ...]]:
    made: dict[str, list[Candidate]] = {"seller": [], "buyer": []}
    for span, shape in _tax_prints(sheet):
        side, near = _side_of(span, sides)
        signals = {"shape": shape, "keyword": near, "depth": span.row.depth}
        made[side].append(candidate(span.raw, [span], 0.5 * near + 0.4 * shape, signals))
    return {f"/{side}/tax_id": ranked(found) for side, found in made.items()}


def _tax_prints(sheet: Sheet) -> Iterator[tuple[Span, float]]:
    """VAT ids, and national numbers behind their label, with how well they are formed."""
    for cell in sheet.cells:
        for match in _VAT.finditer(cell.text):
            shape = 1.0 if vat_number.is_valid(match[0]) else 0.6
            yield tidy(Span(cell, match.start(), match.end())), shape
        for match in _TAX_LABEL.finditer(cell.text):
            yield Span(cell, match.start(1), match.end(1)), 0.4


def _side_of(span: Span, sides: dict[str, list[Party]]) -> tuple[str, float]:
    """Whose block the number stands in or beside; elsewhere it is the seller's."""
    for side, parties in sides.items():
        if any(span.row.index == cell.index for one in parties for cell in one.cells):
            return side, 1.0
    for side, parties in sides.items():
        for one in parties:
            if one.strength >= 0.8 and any(_is_level(span.row, cell) for cell in one.cells):
                return side, 0.9
    return "seller", 0.6


def _is_level(row: Cell, cell: Cell) -> bool:
    level = (
        row.page == cell.page and abs(row.bbox.centre[1] - cell.bbox.centre[1]) < row.bbox.height
    )
    return level and 0 <= row.bbox.left - cell.bbox.left < 30 * row.bbox.height
