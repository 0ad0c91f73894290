"""The invoice's currency: named as such, or by the marks of its amounts."""

import re
from collections.abc import Iterator, Sequence

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.sheet import Sheet
from vouch.workers.stages.readers.invoice.words import opens_with
from vouch.workers.stages.rules.amounts import Amount
from vouch.workers.stages.rules.currencies import currencies
from vouch.workers.stages.rules.currency_choice import choose_currencies
from vouch.workers.stages.rules.dating import us_places
from vouch.workers.stages.rules.drafting import candidate, ranked
from vouch.workers.stages.rules.rows import Span

_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def choose_invoice_currencies(sheet: Sheet, amounts: Sequence[Amount]) -> tuple[Candidate, ...]:
    """Candidates for /currency, ISO 4217."""
    marked = choose_currencies(sheet.cells, amounts, us_places(sheet.cells))
    return ranked((*_named(sheet), *marked))


def _named(sheet: Sheet) -> Iterator[Candidate]:
    """ "Currency: EUR"."""
    for cell in sheet.cells:
        if not (found := opens_with("currency", cell.text)):
            continue
        for place, start in ((cell, found.end), *((other, 0) for other in sheet.right(cell)[:1])):
            match = _CODE.search(place.text, start)
            if match and match[0] in currencies():
                span = Span(place, match.start(), match.end())
                signals = {"keyword": 1.0, "currency": 1.0, "depth": place.depth}
                yield candidate(match[0], [span], 0.97, signals)
