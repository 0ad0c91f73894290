"""What a document measures: the classifier's input, by name."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from vouch.schemas.text import PageLayout
from vouch.workers.stages.routing.sayings import sayings
from vouch.workers.stages.routing.words import Spoken, word_lists
from vouch.workers.stages.rules.currencies import marks

Measures = dict[str, float]
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}(?![\d.,]*\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)"
)
_TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[.!?。](?:\s|$)")
_CODE = re.compile(
    r"\b0x[0-9A-Fa-f]{4,}\b|\b[A-Z][A-Z0-9]+[-_][A-Z0-9_-]*\d+\b|\bHTTP\b|\b[45]\d\d\b"
)
_PATH = re.compile(r"https?://|www\.|[A-Za-z]:\\|/\w+/\w+|\w+\.\w+\.\w+\(|[{}<>;=]{1}")


def measures(layouts: Sequence[PageLayout], said: Sequence[Spoken]) -> Measures:
    """Of the pages that are looked at; `said` are the words on them. Without text, few remain."""
    return {
        "log_pages": math.log(len(layouts)),
        **_look(layouts),
        **_text(layouts),
        **_words(layouts, said),
        **sayings(layouts),
    }


def _look(layouts: Sequence[PageLayout]) -> Measures:
    """Of the first page: nothing where it was read before looks were taken."""
    look = layouts[0].look
    return {} if look is None else {f"look_{name}": value for name, value in look.measures.items()}


def _text(layouts: Sequence[PageLayout]) -> Measures:
    """What is printed, as patterns: amounts, dates, sentences; and how large, how straight."""
    lines = [line for layout in layouts for line in layout.lines]
    found: Measures = {"log_lines": math.log1p(len(lines)), "has_text": float(bool(lines))}
    if not lines:
        return found
    text = "\n".join(line.text for line in lines)
    letters = max(sum(not char.isspace() for char in text), 1)
    counts = {
        "amounts": len(_AMOUNT.findall(text)),
        "dates": len(_DATE.findall(text)),
        "times": len(_TIME.findall(text)),
        "sentences": len(_SENTENCE.findall(text)),
        "codes": len(_CODE.findall(text)),
        "paths": len(_PATH.findall(text)),
        "currencies": sum(mark in text for mark in marks() if len(mark) > 1 or not mark.isalpha()),
    }
    lengths = sorted(len(line.text) for line in lines)
    return {
        **found,
        **{name: math.log1p(count) for name, count in counts.items()},
        "amounts_a_line": counts["amounts"] / len(lines),
        "digit_share": sum(char.isdigit() for char in text) / letters,
        "capital_share": sum(char.isupper() for char in text) / letters,
        "line_length": math.log1p(lengths[len(lengths) // 2]),
        "line_longest": math.log1p(lengths[-1]),
        "words_a_line": math.log(len(text.split()) / len(lines)) if text.split() else 0.0,
        **_geometry(layouts),
    }


def _geometry(layouts: Sequence[PageLayout]) -> Measures:
    layout = max(layouts, key=lambda one: len(one.lines))
    width, height = layout.tokens.width, layout.tokens.height
    boxes = [line.bbox for line in layout.lines]
    heights = np.array([max(box.height, 1.0) for box in boxes])
    tilts = [_tilt(token.polygon) for token in layout.tokens.tokens]
    scores = [token.score for token in layout.tokens.tokens]
    return {
        "log_text_height": math.log(float(np.median(heights)) / height),
        "log_text_pixels": math.log(float(np.median(heights))),
        "height_spread": float(np.log(np.quantile(heights, 0.9) / np.quantile(heights, 0.1))),
        "text_cover": min(sum(box.area for box in boxes) / (width * height), 1.0),
        "text_left": min(box.left for box in boxes) / width,
        "text_width": (max(b.right for b in boxes) - min(b.left for b in boxes)) / width,
        "text_depth": (max(b.bottom for b in boxes) - min(b.top for b in boxes)) / height,
        "tilt": math.log1p(100 * float(np.mean(tilts))),
        "ocr_score": float(np.mean(scores)),
    }


def _tilt(polygon: Sequence[tuple[float, float]]) -> float:
    """Slope of a word's upper edge; 0 for what stands straight."""
    (left, top), (right, other) = polygon[0], polygon[1]
    return abs(other - top) / max(abs(right - left), 1.0)


def _words(layouts: Sequence[PageLayout], said: Sequence[Spoken]) -> Measures:
    """How often each list of words was met, different ones only; and as a share of the lines."""
    lines = max(sum(len(layout.lines) for layout in layouts), 1)
    different = Counter(name for name, _ in {(one.word_list, one.text.casefold()) for one in said})
    total = max(sum(different.values()), 1)
    found: Measures = {}
    for name in word_lists():
        found[f"words_{name}"] = math.log1p(different[name])
        found[f"lines_{name}"] = min(different[name] / lines, 1.0)
        found[f"share_{name}"] = different[name] / total
    return found
