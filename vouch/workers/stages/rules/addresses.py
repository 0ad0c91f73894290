"""The merchant's address: rows of the head that read as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.header import HeaderRow
from vouch.workers.stages.rules.repairs import repair_words
from vouch.workers.stages.rules.rows import Span, tidy
from vouch.workers.stages.rules.trades import has_legal_form, is_trade

_MOST_ROWS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows that make up an address."""

    rows: tuple[HeaderRow, ...]

    @property
    def first(self) -> int:
        return self.rows[0].row.index

    @property
    def strength(self) -> float:
        """How surely this is an address: its kinds of evidence, and its length."""
        postcode = max(row.postcode for row in self.rows)
        street = max(row.street for row in self.rows)
        place = max(row.place for row in self.rows)
        return postcode + street + 0.6 * place + 0.2 * min(len(self.rows), 3)


def address_blocks(header: Sequence[HeaderRow]) -> tuple[Block, ...]:
    """Runs of rows that read as one address, strongest first."""
    blocks: list[Block] = []
    index = 0
    while index < len(header):
        block = _grow(header, index)
        if block:
            blocks.append(block)
        index += len(block.rows) if block else 1
    return tuple(sorted(blocks, key=lambda block: -_block_logit(block, len(header))))


def _grow(header: Sequence[HeaderRow], start: int) -> Block | None:
    """From a row with evidence on, as long as rows may belong to it."""
    if (
        header[start].role != "text"
        or header[start].address < 0.3
        or has_legal_form(header[start].text)
    ):
        return None
    taken = [header[start]]
    for row in header[start + 1 : start + _MOST_ROWS]:
        if row.role != "text" or row.row.page != taken[0].row.page or not _continues(taken, row):
            break
        taken.append(row)
        if row.is_cut:
            break
    while len(taken) > 1 and taken[-1].address < 0.2 and not _may_close(taken):
        taken.pop()
    return Block(tuple(_without_name(taken)))


def _without_name(taken: list[HeaderRow]) -> list[HeaderRow]:
    """Without leading rows that name the shop: "IKEA Cheras" over "No 2A Jalan Cochrane"."""
    while (
        len(taken) > 1
        and taken[0].street < 0.6
        and taken[0].postcode < 1.0
        and taken[1].street >= 0.6
    ):
        taken = taken[1:]
    while len(taken) > 1 and is_trade(taken[0].text) and taken[1].address >= 0.3:
        taken = taken[1:]
    return taken


def _continues(taken: Sequence[HeaderRow], row: HeaderRow) -> bool:
    before = taken[-1]
    if has_legal_form(row.text) or before.is_cut:
        return False
    gap = row.row.bbox.top - before.row.bbox.bottom
    if gap > 1.5 * max(row.row.bbox.height, before.row.bbox.height):
        return False
    hangs = before.text.rstrip().endswith((",", "-", "&", "/"))
    has_postcode = any(one.postcode >= 1.0 for one in taken)
    return row.address >= 0.2 or hangs or (not has_postcode and len(row.text) < 40)


def _may_close(taken: Sequence[HeaderRow]) -> bool:
    """A last row without evidence belongs when the one above leaves the sentence open."""
    return taken[-2].text.rstrip().endswith((",", "-", "&", "/"))


def _block_logit(block: Block, count: int) -> float:
    depth = block.first / max(count - 1, 1)
    return -2.5 + 1.8 * block.strength - 2.0 * depth


def choose_addresses(header: Sequence[HeaderRow], currency: str | None) -> tuple[Candidate, ...]:
    """Candidates for /merchant/address: the rows' text joined by spaces."""
    made = []
    for block in address_blocks(header):
        spans = [
            tidy(Span(row.row, row.start, row.end), goes_on=row is not block.rows[-1])
            for row in block.rows
        ]
        signals = {
            "postcode": max(row.postcode for row in block.rows),
            "street": max(row.street for row in block.rows),
            "place": max(row.place for row in block.rows),
            "lines": clip(len(block.rows) / 4),
            "depth": block.rows[0].row.depth,
        }
        score = sigmoid(_block_logit(block, len(header)))
        text = repair_words(" ".join(span.text for span in spans), currency)
        made.append(candidate(text, spans, score, signals))
    return ranked(made)
