"""Names as they were meant: what OCR confuses inside words, where the word itself says so."""

import re
import unicodedata

from rapidfuzz.distance import Levenshtein

_ZERO = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})0(?=[^\W\d_])")
_ONE = re.compile(r"(?<=[A-Za-z])1(?=[a-z])")
_ONES = re.compile(r"(?<=[A-Za-z][aeiou])11(?!\w)")
_CAPITAL_I = re.compile(r"(?<=[A-Za-z])(?<!Mc)I(?=[a-z])")
_ACCENTED = re.compile(r"[^\W\d_]*[À-ɏ][^\W\d_]*")
_LOAN_WORDS = frozenset({"café", "cafés", "crème", "sauté", "pâté", "rosé", "purée", "décor"})
WITHOUT_ACCENTS = frozenset(
    {"MYR", "SGD", "USD", "GBP", "AUD", "NZD", "HKD", "INR", "PKR", "LKR", "IDR", "PHP", "AED"}
    | {"SAR", "QAR", "OMR", "KWD", "BHD", "ZAR", "KES", "NGN", "GHS"}
)
"""Of countries that print in English, Malay or Indonesian: an accent there is a speck."""
_LONG_LEGAL_FORMS = ("SDN BHD", "PTE LTD", "PVT LTD", "PTY LTD", "LIMITED")
_TAIL = re.compile(r"[\s.]*(?P<form>[A-Z][A-Z0-9]{1,3}[.\s]{0,2}[A-Z0-9]{2,4}\.?)$", re.IGNORECASE)


def repair_words(text: str, currency: str | None = None) -> str:
    """ "BIk G, Ma11 R0ad" → "Blk G, Mall Road". Digits that stand by themselves stay.

    With the `currency` of a country that writes without accents, "Restäurant" → "Restaurant".
    """
    text = _ONES.sub("ll", _ONE.sub("l", _ZERO.sub(_like_neighbour, text)))
    text = _CAPITAL_I.sub("l", text)
    return _ACCENTED.sub(_bare, text) if currency in WITHOUT_ACCENTS else text


def _bare(word: re.Match[str]) -> str:
    if word[0].casefold() in _LOAN_WORDS:
        return word[0]
    parts = unicodedata.normalize("NFKD", word[0])
    return "".join(char for char in parts if not unicodedata.combining(char))


def repair_name(text: str, currency: str | None = None) -> str:
    """The same, and "SBN 8HD" at the end → "SDN BHD"."""
    text = repair_words(text, currency)
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
