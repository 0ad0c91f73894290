"""Words that make a name a shop's: legal forms and trades."""

import re
from functools import cache

from vouch.workers.stages.rules.lexicon import Meaning, Phrases, lexicon_file

REGISTRATION_BEHIND = re.compile(
    r"[\s,]*[(\[]?\s?(?:co\.?\s?(?:reg\.?\s?)?no\.?:?\s?|reg\.?\s?no\.?:?\s?|company\s?no\.?:?\s?)?"
    r"(?:[A-Z]{0,3}\d{4,12}\s?-?\s?[A-Z]{1,2}|\d{9,12}|[A-Z]{2}\d{7}-[A-Z])\s?[)\]]?\W*$",
    re.IGNORECASE,
)


@cache
def trade_words() -> Phrases:
    """Phrases of kind "legal" and "trade"."""
    words = lexicon_file("header")["name"]
    kinds = ("legal", "trade")
    return Phrases((word, Meaning(kind, 1.0)) for kind in kinds for word in words[kind])


def own_words(text: str) -> int:
    """Words that are no legal form, no trade and in no brackets: what makes a name a name."""
    bare = re.sub(r"\([^)]*\)?", " ", text)
    if text.count(")") > text.count("("):
        bare = bare[bare.rfind(")") + 1 :]
    found = list(trade_words().find(bare))
    for word in reversed(found):
        bare = bare[: word.start] + " " + bare[word.end :]
    return len(re.findall(r"[^\W\d_]+", bare))


def has_legal_form(text: str) -> bool:
    """Whether a legal form closes the text, or nearly."""
    text = REGISTRATION_BEHIND.sub("", text)
    return any(
        word.kind == "legal"
        and word.start > 0
        and sum(map(str.isalpha, text[word.end :])) <= 3
        and _is_literal(text[word.start : word.end])
        for word in trade_words().find(text)
    )


def _is_literal(form: str) -> bool:
    """Short forms are believed only as they are spelt: "SRI" is no "S.R.L."."""
    letters = "".join(filter(str.isalnum, form)).casefold()
    return len(letters) > 3 or letters in _short_forms()


@cache
def _short_forms() -> frozenset[str]:
    forms = lexicon_file("header")["name"]["legal"]
    return frozenset(form.replace(" ", "") for form in forms)


def is_trade(text: str) -> bool:
    """Whether the row names a shop: a trade in it and no comma."""
    return "," not in text and any(word.kind == "trade" for word in trade_words().find(text))
