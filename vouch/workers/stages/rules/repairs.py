"""Names as they were meant: what OCR confuses inside words, where the word itself says so."""

import re

from rapidfuzz.distance import Levenshtein

_INNER_ZERO = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})0(?=[^\W\d_])")
_INNER_ONE = re.compile(r"(?<=[a-z])1(?=[a-z])")
_LONG_LEGAL_FORMS = ("SDN BHD", "PTE LTD", "PVT LTD", "PTY LTD", "LIMITED")
_TAIL = re.compile(r"[\s.]*(?P<form>[A-Z][A-Z0-9]{1,3}[.\s]{0,2}[A-Z0-9]{2,4}\.?)$", re.IGNORECASE)


def repair_name(text: str) -> str:
    """ "FO0DICIOUS SBN 8HD" → "FOODICIOUS SDN BHD". Digits that stand by themselves stay."""
    text = _INNER_ONE.sub("l", _INNER_ZERO.sub(_like_neighbour, text))
    tail = _TAIL.search(text)
    if not tail:
        return text
    letters = re.sub(r"[^A-Z0-9]", "", tail["form"].upper())
    distances = {
        form: Levenshtein.distance(letters, form.replace(" ", "")) for form in _LONG_LEGAL_FORMS
    }
    form = min(distances, key=distances.__getitem__)
    if 0 < distances[form] <= 2 and letters[0] == form[0] and len(letters) >= 5:
        return f"{text[: tail.start('form')].rstrip()} {form}"
    return text


def _like_neighbour(zero: re.Match[str]) -> str:
    return "O" if zero.string[zero.start() - 1].isupper() else "o"
