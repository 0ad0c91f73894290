"""Drawing by chance: words, faces, colours, and what cameras and scanners do to a page."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Rng = np.random.Generator
Picture = NDArray[np.uint8]
_FACES = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSerif", "STIXGeneral")
_WORDS = [
    "time",
    "people",
    "year",
    "way",
    "day",
    "thing",
    "world",
    "life",
    "hand",
    "part",
    "place",
    "case",
    "week",
    "company",
    "system",
    "program",
    "question",
    "work",
    "number",
    "night",
    "point",
    "home",
    "water",
    "room",
    "mother",
    "area",
    "money",
    "story",
    "fact",
    "month",
    "lot",
    "right",
    "study",
    "book",
    "eye",
    "job",
    "word",
    "business",
    "issue",
    "side",
    "kind",
    "head",
    "house",
    "service",
    "friend",
    "father",
    "power",
    "hour",
    "game",
    "line",
    "end",
    "member",
    "law",
    "car",
    "city",
    "community",
    "name",
    "team",
    "minute",
    "idea",
    "body",
    "back",
    "parent",
    "face",
    "level",
    "jahr",
    "tag",
    "zeit",
    "frau",
    "stadt",
    "land",
    "haus",
    "arbeit",
    "kind",
    "woche",
    "weg",
    "seite",
    "wasser",
    "schule",
    "strasse",
    "gruppe",
    "temps",
    "jour",
    "homme",
    "vie",
    "main",
    "chose",
    "monde",
    "ville",
    "travail",
    "maison",
    "groupe",
    "eau",
    "route",
    "matin",
    "soir",
    "enfant",
    "tiempo",
    "vida",
    "mundo",
    "casa",
    "parte",
    "ciudad",
    "trabajo",
    "agua",
    "noche",
    "semana",
    "grupo",
    "lugar",
    "punto",
    "manera",
    "libro",
]


@cache
def face(number: int, size: int) -> ImageFont.FreeTypeFont:
    """One of the faces that come with matplotlib, a development dependency."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise SystemExit("drawing needs the development dependencies: make setup-dev")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{_FACES[number % len(_FACES)]}.ttf"), size)


def pick(rng: Rng, *choices: str) -> str:
    """One of them."""
    return choices[int(rng.integers(len(choices)))]


def words(rng: Rng, least: int, most: int) -> str:
    """So many ordinary words."""
    return " ".join(pick(rng, *_WORDS) for _ in range(int(rng.integers(least, most + 1))))


def sentence(rng: Rng) -> str:
    """As long as sentences are."""
    return words(rng, 5, 14).capitalize() + "."


def name(rng: Rng) -> str:
    """A label of one to three words."""
    return words(rng, 1, 3).capitalize()


def amount(rng: Rng) -> str:
    """Money as some country prints it."""
    value = float(np.exp(rng.uniform(0, 8)))
    text = f"{value:,.2f}"
    if rng.random() < 0.5:
        text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    return pick(rng, text, text, f"{text} €", f"${text}", f"EUR {text}", f"£{text}")


def day(rng: Rng) -> str:
    """A date as some country prints it."""
    y, m, d = int(rng.integers(2015, 2027)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    return pick(
        rng, f"{d:02}.{m:02}.{y}", f"{y}-{m:02}-{d:02}", f"{m}/{d}/{y}", f"{d:02}/{m:02}/{y}"
    )


class Canvas:
    """A page or a screen that is being drawn on."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        self.image = Image.new("RGB", (width, height), colour)
        self.draw = ImageDraw.Draw(self.image)
        self.width, self.height = width, height

    def text(
        self, x: float, y: float, text: str, size: int, ink: tuple[int, int, int], number: int = 0
    ) -> float:
        """Write, and tell where the text ends."""
        font = face(number, size)
        self.draw.text((x, y), text, font=font, fill=ink)
        return x + font.getlength(text)

    @property
    def pixels(self) -> Picture:
        return np.asarray(self.image, np.uint8).copy()


def photographed(rng: Rng, page: Picture) -> Picture:
    """The page on a table, from a hand-held camera."""
    height, width = page.shape[:2]
    room = float(rng.uniform(1.02, 1.3))
    size = (round(width * room), round(height * room))
    table = scenery(rng, size[0], size[1])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = np.array([(size[0] - width) / 2, (size[1] - height) / 2], np.float32)
    pushed = corners + shift + rng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * width
    matrix = cv2.getPerspectiveTransform(corners, pushed.astype(np.float32))
    seen = cv2.warpPerspective(page, matrix, size)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)[..., None]
    mixed = np.where(mask > 127, seen, table)
    light = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.7, 1), size[0])[None, :, None]
    return lossy(rng, np.asarray(np.clip(mixed * light, 0, 255), np.uint8), noise=4.0)


def scanned(rng: Rng, page: Picture) -> Picture:
    """The page under a scanner's lamp: grain, a little tilt, JPEG."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 0.7)), 1.0)
    tilted = cv2.warpAffine(page, turn, (width, height), borderValue=(250, 250, 250))
    return lossy(rng, np.asarray(tilted, np.uint8), noise=2.0)


def lossy(rng: Rng, picture: Picture, noise: float = 0.0) -> Picture:
    """As a sensor and a JPEG encoder leave it."""
    soft = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.0)))
    grain = rng.normal(0, noise * rng.uniform(0.3, 1.5) + 1e-6, picture.shape)
    noisy = np.clip(soft + grain, 0, 255).astype(np.uint8)
    quality = int(rng.integers(45, 95))
    _, code = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)


def scenery(rng: Rng, width: int, height: int) -> Picture:
    """Colours and textures as nature has them: noise of every scale, the larger the stronger."""
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 8):
        cells = 2**octave
        coarse = rng.normal(0, 1, (cells, cells, 3)).astype(np.float32)
        coarse = 0.4 * coarse + 0.6 * coarse.mean(axis=2, keepdims=True)
        picture += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * (
            float(rng.uniform(0.5, 1.5)) / octave**1.5
        )
    tint = rng.uniform(40, 200, 3)
    return np.asarray(np.clip(tint + 45 * picture, 0, 255), np.uint8)
