"""The merchant's name and address from the block in which the shop introduces itself."""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.header import HeaderRow, read_header_row
from vouch.workers.stages.rules.lexicon import Meaning, Phrases, fold, lexicon_file
from vouch.workers.stages.rules.repairs import repair_name
from vouch.workers.stages.rules.rows import Row, Span

_HEAD = 22
"""Rows among which the name is looked for."""
_NAME_ROWS = 3
_ADDRESS_ROWS = 7
_REGISTRATION = re.compile(
    r"[\s,]*[(\[]?\s?(?:co\.?\s?(?:reg\.?\s?)?no\.?:?\s?|reg\.?\s?no\.?:?\s?|company\s?no\.?:?\s?)?"
    r"(?:[A-Z]{0,3}\d{4,12}\s?-?\s?[A-Z]{1,2}|\d{9,12}|[A-Z]{2}\d{7}-[A-Z])\s?[)\]]?\W*$",
    re.IGNORECASE,
)


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


@cache
def _name_words() -> Phrases:
    words = lexicon_file("header")["name"]
    kinds = ("legal", "trade")
    return Phrases((word, Meaning(kind, 1.0)) for kind in kinds for word in words[kind])


def read_header(rows: Sequence[Row], sale_rows: Collection[int]) -> tuple[HeaderRow, ...]:
    """Every row with its role."""
    return tuple(read_header_row(row, sale_rows) for row in rows)


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
    if header[start].role != "text" or header[start].address < 0.3 or _legal(header[start].text):
        return None
    taken = [header[start]]
    for row in header[start + 1 : start + _ADDRESS_ROWS]:
        if row.role != "text" or row.row.page != taken[0].row.page or not _continues(taken, row):
            break
        taken.append(row)
        if row.is_cut:
            break
    while len(taken) > 1 and taken[-1].address < 0.2 and not _may_close(taken):
        taken.pop()
    return Block(tuple(_without_name(taken)))


def _without_name(taken: list[HeaderRow]) -> list[HeaderRow]:
    """ "IKEA Cheras" over "No 2A Jalan Cochrane": a leading row of no street is the shop's, not the street's."""
    while (
        len(taken) > 1
        and taken[0].street < 0.6
        and taken[0].postcode < 1.0
        and taken[1].has_house_number
    ):
        taken = taken[1:]
    while len(taken) > 1 and _is_trade(taken[0].text) and taken[1].address >= 0.3:
        taken = taken[1:]
    return taken


def _is_trade(text: str) -> bool:
    """Whether the row names a shop: a trade in it and no comma."""
    return "," not in text and any(word.kind == "trade" for word in _name_words().find(text))


def _continues(taken: Sequence[HeaderRow], row: HeaderRow) -> bool:
    before = taken[-1]
    if _legal(row.text) or before.is_cut:
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


def choose_addresses(header: Sequence[HeaderRow]) -> tuple[Candidate, ...]:
    """Candidates for /merchant/address: the rows' text joined by spaces."""
    made = []
    for block in address_blocks(header):
        spans = [_tidy(Span(row.row, row.start, row.end)) for row in block.rows]
        signals = {
            "postcode": max(row.postcode for row in block.rows),
            "street": max(row.street for row in block.rows),
            "place": max(row.place for row in block.rows),
            "lines": clip(len(block.rows) / 4),
            "depth": block.rows[0].row.depth,
        }
        score = sigmoid(_block_logit(block, len(header)))
        made.append(candidate(" ".join(span.text for span in spans), spans, score, signals))
    return ranked(made)


def _tidy(span: Span) -> Span:
    """Without the punctuation that decorates a row's ends."""
    text = span.row.text[span.start : span.end]
    left = len(text) - len(text.lstrip(" *-=.,:;|_~<>"))
    right = len(text.rstrip(" *-=:;|_~<>,"))
    return Span(span.row, span.start + left, span.start + max(right, left))


def choose_names(header: Sequence[HeaderRow], rows: Sequence[Row]) -> tuple[Candidate, ...]:
    """Candidates for /merchant/name: rows above the address, joined where a name runs on."""
    blocks = [b for b in address_blocks(header) if b.strength >= 1.0 and 0 < b.first < _HEAD]
    limit = blocks[0].first if blocks else _HEAD
    elsewhere, former = _elsewhere(rows), _former(header)
    made = []
    for order, group in enumerate(_name_groups(header[: min(limit + 1, _HEAD)], limit)):
        spans = [_name_span(row) for row in group]
        text = repair_name(" ".join(span.text for span in spans))
        if sum(char.isalpha() for char in text) < 2:
            continue
        signals = _name_signals(group, text, order, elsewhere, limit)
        is_counted = not _own_words(text) and any(char.isdigit() for char in text)
        if group[0].row.index in former or is_counted:
            signals["contrary"] = 1.0
        made.append(candidate(text, spans, sigmoid(_name_logit(group, signals)), signals))
    return ranked(made)


def _name_groups(header: Sequence[HeaderRow], limit: int) -> Iterator[tuple[HeaderRow, ...]]:
    """Rows that could be the name; rows joined where the name runs on."""
    index = 0
    while index < len(header):
        count = 1
        if _may_name(header[index], limit):
            group = [header[index]]
            while (more := _continuation(group, header[index + len(group) :], limit)) and (
                len(group) + len(more) <= _NAME_ROWS
            ):
                group += more
            yield tuple(group)
            count = len(group)
        index += count


def _may_name(row: HeaderRow, limit: int) -> bool:
    return row.role == "text" and row.row.index < limit


def _continuation(
    group: Sequence[HeaderRow], after: Sequence[HeaderRow], limit: int
) -> list[HeaderRow]:
    """The rows that go on with the name, with the one that closes an open bracket; none when it is complete."""
    text = " ".join(row.text for row in group)
    more: list[HeaderRow] = []
    for row in after[: _NAME_ROWS - len(group)]:
        if not _may_name(row, limit):
            break
        more.append(row)
        joined = " ".join(one.text for one in more)
        if joined.count("(") <= joined.count(")") or text.count("(") > text.count(")"):
            break
    return more if more and _runs_on(text, group[-1], more) else []


def _runs_on(text: str, last: HeaderRow, more: Sequence[HeaderRow]) -> bool:
    if text.rstrip().endswith(("&", ",", "-", "+")) or text.count("(") > text.count(")"):
        return True
    after = " ".join(row.text for row in more)
    if _legal(text) or not _legal(after):
        return False
    heights = (last.row.height, more[0].row.height)
    # "RESTAURANT SDN BHD" needs the row above; "R&C VENTURE SDN BHD" is a name of its own.
    return max(heights) <= 1.6 * min(heights) and _own_words(after) == 0


def _own_words(text: str) -> int:
    """Words that are no legal form, no trade and in no brackets: what makes a name a name."""
    bare = re.sub(r"\([^)]*\)?", " ", text)
    if text.count(")") > text.count("("):
        bare = bare[bare.rfind(")") + 1 :]
    found = list(_name_words().find(bare))
    for word in reversed(found):
        bare = bare[: word.start] + " " + bare[word.end :]
    return len(re.findall(r"[^\W\d_]+", bare))


def _legal(text: str) -> bool:
    """Whether a legal form closes the text, or nearly."""
    return any(
        word.kind == "legal" and sum(map(str.isalpha, text[word.end :])) <= 3 and word.start > 0
        for word in _name_words().find(_REGISTRATION.sub("", text))
    )


def _name_span(row: HeaderRow) -> Span:
    """The row without "owned by" before the name, and without what stands behind its legal form."""
    start = max((word.end for word in _owners().find(row.row.text)), default=row.start)
    text = row.row.text[start : row.end]
    found = _REGISTRATION.search(text)
    end = found.start() if found and found.start() >= 3 else len(text)
    for word in _name_words().find(text[:end]):
        if word.kind == "legal" and len(fold(text[word.start : word.end])) >= 5 and word.start > 3:
            end = word.end
    return _tidy(Span(row.row, start, start + end))


def _former(header: Sequence[HeaderRow]) -> frozenset[int]:
    """Rows that name what the shop was called once, or whose licensee it is."""
    hits = [(row, found) for row in header[:_HEAD] for found in _owners().find(row.row.text)]
    former = [(row, found) for row, found in hits if found.kind == "former"]
    after = {row.row.index + 1 for row, found in former if len(row.row.text) - found.end <= 3}
    return frozenset({row.row.index for row, _ in former} | after)


@cache
def _owners() -> Phrases:
    words = lexicon_file("header")["name"]
    kinds = ("owner", "former")
    return Phrases((word, Meaning(kind, 1.0)) for kind in kinds for word in words[kind])


def _elsewhere(rows: Sequence[Row]) -> str:
    """Folded text of web and e-mail addresses and of thanks, where names come back."""
    texts = [
        row.text
        for row in rows
        if re.search(r"www|@|\.com|thank|welcome|merci|gracias|danke", row.text, re.I)
    ]
    return " ".join(fold(text) for text in texts)


def _name_signals(
    group: Sequence[HeaderRow], text: str, order: int, elsewhere: str, limit: int
) -> dict[str, float]:
    kinds = [word.kind for word in _name_words().find(text)]
    letters = [char for char in text if char.isalpha()]
    longest = max((fold(word) for word in re.findall(r"\w{4,}", text)), key=len, default="")
    gap = limit - group[-1].row.index
    return {
        "legal_form": float(any(_legal(row.text) for row in group)),
        "trade": float("trade" in kinds),
        "agreement": float(bool(longest) and longest in elsewhere),
        "first": math.exp(-order),
        "height": clip(max(row.row.height for row in group) / 2),
        "shape": sum(char.isupper() for char in letters[:1])
        * len(letters)
        / max(len(text.replace(" ", "")), 1),
        "keyword": clip(1.25 - 0.25 * gap) if limit < _HEAD else 0.0,
        "contrary": clip(2 * max(row.address for row in group) - 0.4),
        "lines": len(group) / 4,
        "depth": group[0].row.depth,
    }


def _name_logit(group: Sequence[HeaderRow], signals: dict[str, float]) -> float:
    doubt = min(word.score for row in group for word in row.row.words)
    return (
        -3.0
        + 1.8 * signals["legal_form"]
        + 0.8 * signals["trade"]
        + 0.8 * signals["agreement"]
        + 1.5 * signals["first"]
        + 2.0 * min(signals["height"], 1.0)
        + 1.0 * signals["shape"]
        + 0.7 * signals["keyword"]
        - 1.5 * signals["contrary"]
        - 2.0 * max(0.0, 0.85 - doubt) / 0.85
    )
