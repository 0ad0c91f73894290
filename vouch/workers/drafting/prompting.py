"""A question as a model is shown it: pictures, the marked text of the document, what is wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from vouch.prompts import Prompt
from vouch.schemas.text import PageLayout, PageTokens
from vouch.workers.drafting.fields import fields_text
from vouch.workers.drafting.harmless import harmless
from vouch.workers.drafting.lines import NumberedLine, NumberedLines
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question

Part = str | RgbImage

_WIDE = 1.2
"""Heights of a line from which on a gap in it is one between columns."""
_BLANK = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Chat:
    """What a model is shown, in this order."""

    system: str
    shared: tuple[Part, ...]
    """The page pictures and the document's text: the same for every question about a document."""
    asked: tuple[Part, ...]
    """Close-ups and the question itself."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is said in words, in order."""
        said = (self.system, *self.shared, *self.asked)
        return tuple(part for part in said if isinstance(part, str))

    @property
    def images(self) -> tuple[RgbImage, ...]:
        """All pictures, in order."""
        return tuple(part for part in (*self.shared, *self.asked) if not isinstance(part, str))


def chat(question: Question) -> Chat:
    """The question in the words of its prompt."""
    prompt = question.prompt
    return Chat(
        system=prompt.system.strip(),
        shared=(
            *question.images,
            # some chat templates set one text right behind the other
            _filled(prompt.page, {"lines": document_text(question.layouts, prompt)}) + "\n",
        ),
        asked=(
            *question.closeups,
            _filled(prompt.question, _asked(question)),
        ),
    )


def _asked(question: Question) -> Mapping[str, str]:
    """What fills the blanks of a prompt's question; the caller's words keep to one row."""
    fields = fields_text(question.schema.shape)
    return {"fields": fields, "question": harmless(question.wish)}


def document_text(layouts: Sequence[PageLayout], prompt: Prompt) -> str:
    """Every printed line with its number and place, a row each, under headings of regions.

    Nothing of the document can leave its row: see `harmless`.
    """
    pages = {layout.page: layout.tokens for layout in layouts}
    numbered = NumberedLines.of(layouts).lines
    usual = median(line.bbox.height for line in numbered) if numbered else 1.0
    rows: list[str] = []
    before: NumberedLine | None = None
    for line in numbered:
        if len(pages) > 1 and (before is None or before.page != line.page):
            rows.append(_filled(prompt.heading, {"title": f"page {line.page}"}))
        if line.region and (before is None or before.region != line.region):
            rows.append(_filled(prompt.heading, {"title": line.region}))
        rows.append(_row(line, pages[line.page], usual, prompt))
        before = line
    return "\n".join(rows)


def _row(line: NumberedLine, page: PageTokens, usual: float, prompt: Prompt) -> str:
    """A line's number, its top left corner in hundredths of the page, its height, its text.

    The height is in tenths of the `usual` one.
    """
    return _filled(
        prompt.line,
        {
            "number": str(line.number),
            "x": str(_hundredth(line.bbox.left, page.width)),
            "y": str(_hundredth(line.bbox.top, page.height)),
            "height": str(min(round(10 * line.bbox.height / max(usual, 1.0)), 99)),
            "text": _spaced(line, page, prompt.gap),
        },
    )


def _spaced(line: NumberedLine, page: PageTokens, gap: str) -> str:
    """A line's text, with its wide gaps marked: what stands below one another can be told."""
    text, written = "", 0
    places = [page.tokens[ref.index].bbox for ref in line.tokens]
    for left, right, span in zip(places, places[1:], line.spans[1:], strict=False):
        if right.left - left.right > _WIDE * line.bbox.height:
            mark = _filled(gap, {"x": str(_hundredth(right.left, page.width))})
            text += harmless(line.text[written : span[0]].rstrip()) + mark
            written = span[0]
    return text + harmless(line.text[written:])


def _hundredth(position: float, extent: int) -> int:
    return min(max(int(100 * position / max(extent, 1)), 0), 99)


def _filled(template: str, words: Mapping[str, str]) -> str:
    """The template with each {blank} filled once: what is filled in is not looked at again."""
    return _BLANK.sub(lambda blank: words[blank[1]], template.strip("\n"))
