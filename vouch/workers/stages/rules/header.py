"""What each row of a receipt's head is: text, contact, registration, title, or the sale itself."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from vouch.workers.stages.rules.lexicon import Found, Meaning, Phrases, lexicon_file
from vouch.workers.stages.rules.rows import Row

Role = Literal["text", "title", "registration", "contact", "body", "greeting", "noise"]

_POSTCODE = re.compile(
    r"(?<![\w-])(?:\d{5}(?:-\d{3,4})?|\d{6}|[A-Z]{1,2}\d[A-Z\d]?\s?[0-9O][A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d"
    r"|\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|〒?\d{3}-\d{4}|[BDOS]\d{4}|\d{4}[BDOS])(?![\w-])|(?<![\w-])\d{5}(?=[A-Z]{2,})"
)
_SHORT_POSTCODE = re.compile(r"(?:(?<![\w.-])\d{4}\s+[A-Z][A-Za-z]{2,}|[A-Za-z]{3,},?\s+\d{4}$)")
_HOUSE_NUMBER = re.compile(
    r"^(?:no\.?[:,]?\s?|#\d+\s)?[#A-Z]{0,3}-?\d{1,5}[A-Z]?(?:[-/&,.]\s?\d{0,4}[A-Z]?){0,5},?\s?[.,]?\s?[A-Z]",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:no|lot)\W{0,3}\d", re.IGNORECASE)
_STREET_END = re.compile(
    r"[a-zäöüß]{3,}(?:str(?:aße|asse|\.)?|gasse|weg|platz|allee|straat|laan|plein|gatan|gata|vägen|gaten|veien"
    r"|gade|vej|katu|tie)\s?\d{1,4}",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(r"[A-Za-z]{4,}\.?,?\s(?:n[°º.]?\s?)?\d{1,4}[a-zA-Z]?[,.]?$")
_WEB = re.compile(
    r"www\.|https?:|@[a-z]|\.(?:com|net|org|co|de|fr|es|it|nl|my|sg|uk|au|pl)\b", re.I
)
_REGISTRATION = re.compile(
    r"^\W{0,3}(?:[A-Z]{0,3}\d{4,12}\s?[-–]\s?[A-Z0-9]{1,2}|\d{6,12}[A-Z])\W{0,3}$"
)
_WIDE_LETTER = re.compile(r"[\u3040-\ud7af]")
_NUMBER_NEXT = re.compile(r"(?:\s?no\b)?[\s.:#(+-]{0,4}[\d:]", re.I)
_PHONE = re.compile(r"(?:\+?\d[\d\s().-]{5,16}\d)")


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A row with its role and how much it looks like a piece of an address (0 to 1)."""

    row: Row
    role: Role
    postcode: float
    street: float
    place: float
    start: int
    end: int
    """The part that counts: scraps, a telephone number or a registration may share the row."""
    is_cut: bool
    """A telephone number or registration follows."""

    @property
    def address(self) -> float:
        return min(0.5 * self.postcode + 0.45 * self.street + 0.35 * self.place, 1.0)

    @property
    def text(self) -> str:
        return self.row.text[self.start : self.end]


@cache
def _roles() -> Phrases:
    rows = lexicon_file("header")["rows"]
    return Phrases((word, Meaning(role, 1.0)) for role in rows for word in rows[role])


@cache
def _address_words() -> Phrases:
    words = lexicon_file("header")["address"]
    return Phrases((word, Meaning(kind, 1.0)) for kind in words for word in words[kind])


def read_header(rows: Sequence[Row], sale_rows: Collection[int]) -> tuple[HeaderRow, ...]:
    """Every row with its role."""
    return tuple(_header_row(row, sale_rows) for row in rows)


def _header_row(row: Row, sale_rows: Collection[int]) -> HeaderRow:
    """The role of a row. `sale_rows` have amounts, dates or times and belong to the sale."""
    begin, end = core(row)
    found = list(_roles().find(row.text))
    cut = _cut(row, found, begin, end)
    text = row.text[begin:cut]
    words = list(_address_words().find(text))
    return HeaderRow(
        row=row,
        role=_role(row, found, text, sale_rows),
        postcode=_postcode(text),
        street=_street(text, words),
        place=float(any(word.kind == "place" for word in words)),
        start=begin,
        end=cut,
        is_cut=cut < end,
    )


def _cut(row: Row, found: list[Found], begin: int, end: int) -> int:
    """Where a telephone or registration begins that follows something else on the row."""
    text = row.text
    starts = [word.start for word in found if _introduces_number(word, text)]
    starts += [match.start() for match in _PHONE.finditer(text) if _digits(match[0]) >= 8]
    cuts = [start for start in starts if _letters(text[begin:start]) >= 4 and start < end]
    return len(text[: min(cuts)].rstrip(" (:,-|/")) if cuts else end


def _introduces_number(word: Found, text: str) -> bool:
    """ "Mid Valley" is no merchant id: short words count only before a number or a colon."""
    if word.kind not in {"contact", "registration"}:
        return False
    is_short = _letters(text[word.start : word.end]) <= 4
    return not is_short or bool(_NUMBER_NEXT.match(text, word.end))


def core(row: Row) -> tuple[int, int]:
    """The row without scraps at its ends: a sign or two, a gap away (stamps, handwriting)."""
    words = list(row.words)
    for at_end in (True, False):
        while len(words) > 1:
            scrap, rest = (words[-1], words[-2]) if at_end else (words[0], words[1])
            gap = max(scrap.bbox.left, rest.bbox.left) - min(scrap.bbox.right, rest.bbox.right)
            text = row.text[scrap.start : scrap.end]
            signs = sum(char.isalnum() for char in text)
            if gap < 1.5 * rest.bbox.height or signs > 2 or _letters(text) > 1:
                break
            words.remove(scrap)
    return words[0].start, words[-1].end


def _role(row: Row, found: list[Found], text: str, sale_rows: Collection[int]) -> Role:
    if row.index in sale_rows:
        return "body"
    # A logo of two letters is a name, two letters of body text are a scrap.
    least = 2 if row.height > 1.5 else 3
    if _letters(text) < least or _letters(text) < 0.4 * sum(not char.isspace() for char in text):
        return _bare_role(row, text)
    if _WEB.search(text):
        return "contact"
    return "registration" if _REGISTRATION.match(text) else _worded_role(row, found, text)


def _worded_role(row: Row, found: list[Found], text: str) -> Role:
    """By the words of the row: what it begins with, then what it is about."""
    covered = _covered(found, row.text, text)
    first = {word.kind for word in found if word.start == _first_letter(row.text)}
    kinds = {word.kind for word in found}
    is_labelled = ":" in text or "#" in text
    opens_with_body = any(word.kind == "body" and word.start <= 2 for word in found)
    role: Role = "text"
    if "registration" in first:
        role = "registration"
    elif "contact" in first:
        role = "contact"
    elif "body" in kinds and (is_labelled or (opens_with_body and covered >= 0.3)):
        role = "body"
    elif "greeting" in kinds and not opens_with_body:
        role = "greeting"
    elif "title" in kinds and covered >= 0.6 and not opens_with_body:
        role = "title"
    return role


def _bare_role(row: Row, text: str) -> Role:
    if _REGISTRATION.match(text.strip()):
        return "registration"
    if _PHONE.search(row.text) and _digits(text) >= 7:
        return "contact"
    # "81100 JB", "SS21/39, 47400": digits with little else may still be a piece of an address.
    is_place = (
        _POSTCODE.search(text)
        or _NUMBERED.match(text)
        or (_HOUSE_NUMBER.match(text) and "," in text)
    )
    return "text" if is_place and _letters(text) >= 2 else "noise"


def _letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _first_letter(text: str) -> int:
    return next((index for index, char in enumerate(text) if char.isalpha()), 0)


def _covered(found: list[Found], whole: str, text: str) -> float:
    """Share of the letters that role words make up."""
    covered = sum(_letters(whole[word.start : word.end]) for word in found)
    return covered / max(_letters(text), 1)


def _postcode(text: str) -> float:
    if _POSTCODE.search(text):
        return 1.0
    return 0.6 if _SHORT_POSTCODE.search(text) or _state().search(text) else 0.0


@cache
def _state() -> re.Pattern[str]:
    """ "Boston, MA" closes a row."""
    states = "|".join(lexicon_file("calendar")["clues"]["states"])
    return re.compile(rf"[A-Za-z]{{3,}}[,.]\s?(?:{states})\W?$")


def _street(text: str, words: list[Found]) -> float:
    score = 0.6 * min(sum(word.kind == "street" and _is_whole(word, text) for word in words), 2)
    # "Jalan Mawar 23/9", "LOT R1, …": with a number or a comma no shop's name.
    score += 0.2 * (score > 0 and any(char.isdigit() or char == "," for char in text))
    if _HOUSE_NUMBER.match(text):
        score += 0.7
    if _STREET_END.search(text):
        score += 0.8
    elif _TRAILING_NUMBER.search(text):
        score += 0.3
    return min(score, 1.0)


def _is_whole(word: Found, text: str) -> bool:
    """ "C", "St", "No" and the like count only before a number, a stop or another word."""
    if word.end - word.start > 1 or _WIDE_LETTER.match(text, word.start):
        return True
    return text[word.end : word.end + 1] in {"/", ".", "\\"}
