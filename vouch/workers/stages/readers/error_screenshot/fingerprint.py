"""One string that is the same for the same error, for a ticket system to compare.

Algorithm `e1`:

1. The text is the message without codes and the words that announce them. Where the message says
   by no word that something went wrong ("Try again later."), the title goes before it. Buttons,
   links, details of one occurrence, titles of windows and stack traces have no part: so neither
   have theme, size and the language of the chrome.
2. Unicode NFKC, then what differs from one occurrence to the next is masked with `#`: e-mail
   addresses, URLs and host names, paths, file names, what stands in quotes, GUIDs, hexadecimal
   and other numbers with what is joined to them (dates, times, versions, ids). Neighbouring
   masks count as one.
3. What OCR cannot be trusted with is dropped: case, accents, spaces, punctuation; the narrow
   letters i, j, l, which it takes for one another, for 1 and for |; doubled letters. Look-alikes
   become one: 0 and o, 5 and s, 8 and b, rn and m, vv and w.
4. SHA-256 over the version, the folded error code, the folded text, and the folded function of
   the topmost stack frame, joined by line feeds; the first 16 hexadecimal digits.

The category has no part: it follows from the same words and could only make it less stable.
"""

import hashlib
import re
import unicodedata

VERSION = "e1"
_NARROW = re.compile(r"[ijl1|ıł]")
_DOUBLED = re.compile(r"(.)\1+")
_LOOK_ALIKE = (("rn", "m"), ("vv", "w"))
_LETTERS = str.maketrans("058øđ", "osbod")
_DOMAINS = "(?:com|net|org|edu|gov|io|app|info|cloud|[lI]ocal|[lI]an|[iIl]nternal|corp|example)"
_EXTENSIONS = (
    "exe|dll|sys|msi|bat|cmd|ps1|sh|py|js|ts|java|class|jar|cs|cpp|c|h|go|rb|php|html?|aspx?|jsp|css|json|xml|ya?ml|toml|ini|cfg|conf"
    "|log|txt|csv|tsv|docx?|docm|dotx?|xlsx?|xlsm|xlsb|pptx?|pptm|pdf|rtf|odt|ods|odp|msg|eml|pst|ost|mdb|accdb|sql|db|sqlite|bak|tmp"
    "|zip|rar|7z|gz|tar|iso|png|jpe?g|gif|bmp|tiff?|svg|mp3|mp4|avi|mov|wav|dmp|lnk|url|key|pem|crt|cer|pfx|dat|bin"
)  # fmt: skip
_MASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]+ ?@ ?[\w-]+(?: [\w-]+)?(?:\. ?(?-i:[a-z])[\w-]+)+",
        r"\b[a-z][a-z0-9+.-]{1,9}: ?// ?[^\s\"'<>]+",
        r"\bwww\.[^\s\"'<>]+",
        r"\b[a-z]: ?[\\/](?:[^\\/:*?\"<>|#]{1,60}[\\/] ?)*[^\s\\/:*?\"<>|]*"
        rf"(?: ?[. ] ?(?:{_EXTENSIONS})\b)?",
        r"\\\\ ?[\w.$-]+(?:\\[^\s\\]+)+",
        r"(?<![\w/])/(?:[\w.@%+~-]+/)+[\w.@%+~-]*",
        r"(?<!\w)'[^']{1,120}'(?!\w)|\"[^\"]{1,120}\"|«[^»]{1,120}»",
        rf"\b[\w-]+(?:\.[\w-]+)*\.(?:{_EXTENSIONS})\b(?!\()",
        r"(?-i:\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\.[a-z]{2}\b)(?::\d+)?",
        rf"(?-i:\b[a-z0-9-]{{2,}}(?:\. ?[a-z0-9-]+)*\. ?{_DOMAINS}\b)(?::\d+)?",
        r"(?-i:\b[a-z0-9-]+(?:\.[a-z0-9-]+)+) ?(?=#)",
        r"\b[\w.-]+\\[\w.-]+",
        r"\{?[0-9a-f]{6,8}(?:-[0-9a-f]{3,4}){3}-[0-9a-f]{6,12}\}?",
        r"\b[0o][x×][0-9a-foil]+",
        r"\b(?=[a-f]*\d)[0-9a-f]{6,}\b",
        r"(?<![^\W\d_])[+-]?\d(?:[\w.,:/+%-]*\d)?(?:[a-f]{1,4}\b)?%?",
        r"(?<=[^\W\d_])\d(?:[\w.,:/+-]*\d)?",
        r"\b(?:am|pm|utc|gmt)\b",
    )
)  # fmt: skip
_MISREAD = re.compile(
    r"(?<![\w-])(?:[^\W\d_]{2,}[01][^\W\d_]{2,}|(?:1|0(?!x))[^\W\d_]{4,})(?![\w-])", re.IGNORECASE
)
_LETTERS_OF_DIGITS = str.maketrans("01", "ol")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´"), "'") | dict.fromkeys(map(ord, "“”„‟″「」『』"), '"')
_BETWEEN = re.compile(r"#[\W_#]*#")


def fingerprint(message: str, code: str | None, function: str | None) -> str:
    """`e1-` and 16 hexadecimal digits."""
    parts = (VERSION, _code(code or ""), folded(masked(message)), folded(function or ""))
    return f"{VERSION}-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:16]}"


def masked(text: str) -> str:
    """The text with `#` for what differs from one occurrence of an error to the next."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = _mended(re.sub(r"\s+", " ", plain))
    for pattern in _MASKED:
        plain = pattern.sub("#", plain)
    return _BETWEEN.sub("#", plain)


def _mended(text: str) -> str:
    """Words with a digit amid letters, as OCR writes them: "c0nnection"."""
    return _MISREAD.sub(lambda word: word[0].translate(_LETTERS_OF_DIGITS), text)


def folded(text: str) -> str:
    """What of a text survives every way to print and to read it."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(one for one in bare if one.isalnum() or one == "#").translate(_LETTERS)
    kept = _NARROW.sub("", kept)
    for pair, one in _LOOK_ALIKE:
        kept = kept.replace(pair, one)
    return _DOUBLED.sub(r"\1", kept)


def _code(code: str) -> str:
    """A code's digits count; its case and what OCR takes for a digit do not."""
    plain = "".join(one for one in code.casefold() if one.isalnum())
    return plain.translate(str.maketrans("oil", "011"))
