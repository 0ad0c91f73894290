"""Writing on the pages of a PDF with a text layer: points, from the top left corner."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from training.routing.brush import face

_BUILT_IN = (
    ("Helvetica", "Helvetica-Bold"),
    ("Times-Roman", "Times-Bold"),
    ("Courier", "Courier-Bold"),
)
"""Every viewer has these; they lack Polish letters."""
_EMBEDDED = (
    ("DejaVuSans", "DejaVuSans-Bold"),
    ("DejaVuSerif", "DejaVuSerif-Bold"),
    ("STIXGeneral", "STIXGeneralBol"),
)
_WEIGHTS = (6, 3, 1, 3, 1, 2)


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is set."""

    plain: str
    bold: str
    size: float
    """Of the text, points."""
    lead: float
    """From line to line, in sizes."""
    margin: float
    accent: tuple[float, float, float]
    page: tuple[float, float]


def drawn_look(rng: random.Random, *, is_latin: bool) -> Look:
    """Faces, sizes and colours by lot."""
    faces = (*_BUILT_IN, *_EMBEDDED)
    plain, bold = rng.choices(faces, _WEIGHTS)[0] if is_latin else rng.choice(_EMBEDDED)
    wide = plain in {"Courier", "DejaVuSans", "DejaVuSerif"}
    return Look(
        plain=_registered(plain),
        bold=_registered(bold),
        size=rng.uniform(7.6, 8.6) if wide else rng.uniform(8.6, 10.2),
        lead=rng.uniform(1.25, 1.5),
        margin=rng.uniform(40, 66),
        accent=rng.choice(((0, 0, 0), (0, 0, 0), (0.1, 0.25, 0.5), (0.5, 0.1, 0.1), (0, 0.4, 0.3))),
        page=rng.choice(((595, 842), (595, 842), (595, 842), (612, 792))),
    )


@cache
def _registered(name: str) -> str:
    """The faces that come with matplotlib are embedded, so that they have every letter."""
    if not any(name in pair for pair in _BUILT_IN):
        folder = Path(str(face(0, 10).path)).parent
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    return name


class Pen:
    """A document that is being written."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.width, self.height = look.page
        self.left, self.right = look.margin, self.width - look.margin
        self.pages = 1
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=look.page, invariant=True)

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return self.look.size * self.look.lead

    def measure(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """How wide a text is. `size`: in sizes of the usual text."""
        font = self.look.bold if bold else self.look.plain
        return pdfmetrics.stringWidth(text, font, size * self.look.size)

    def text(
        self, x: float, y: float, text: str, size: float = 1.0, *, bold: bool = False,
        align: str = "left", accent: bool = False, white: bool = False,
    ) -> float:  # fmt: skip
        """Writes a line that begins (ends, has its middle) at x; gives where the next stands."""
        canvas, points = self._canvas, size * self.look.size
        canvas.setFont(self.look.bold if bold else self.look.plain, points)
        canvas.setFillColorRGB(*((1, 1, 1) if white else self.look.accent if accent else (0, 0, 0)))
        draw = {
            "left": canvas.drawString,
            "right": canvas.drawRightString,
            "centre": canvas.drawCentredString,
        }[align]
        draw(x, self.height - y - 0.8 * points, text)
        return y + points * self.look.lead

    def block(
        self, x: float, y: float, lines: Sequence[str], *, align: str = "left", bold: bool = False,
        size: float = 1.0,
    ) -> float:  # fmt: skip
        """Lines below each other; `bold` is the first one alone."""
        for number, one in enumerate(lines):
            y = self.text(x, y, one, size, bold=bold and number == 0, align=align)
        return y

    def split(self, text: str, width: float) -> list[str]:
        """A text in lines that are no wider."""
        found: list[str] = simpleSplit(text, self.look.plain, self.look.size, width)
        return found

    def rule(self, x: float, y: float, to_x: float, to_y: float, grey: float = 0.4) -> None:
        self._canvas.setStrokeColorRGB(grey, grey, grey)
        self._canvas.setLineWidth(0.7)
        self._canvas.line(x, self.height - y, to_x, self.height - to_y)

    def box(self, x: float, y: float, to_x: float, to_y: float, grey: float | None = None) -> None:
        """A frame; filled with a grey where one is given."""
        if grey is not None:
            self._canvas.setFillColorRGB(grey, grey, grey)
        self._canvas.setStrokeColorRGB(0.4, 0.4, 0.4)
        height = to_y - y
        place = (x, self.height - to_y, to_x - x, height)
        self._canvas.rect(*place, fill=int(grey is not None), stroke=int(grey is None))

    def next_page(self) -> None:
        self._canvas.showPage()
        self.pages += 1

    def finished(self) -> bytes:
        self._canvas.save()
        return self._file.getvalue()
