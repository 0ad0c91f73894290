"""Pages with planted secrets: what every style of screen and paper does to them, seeded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import fontpkg_noto_sans
import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from tests.redaction.planting import decoy, name, secret
from vouch.schemas.redaction import ALL_KINDS, SecretKind

Role = SecretKind | Literal["plain", "decoy"]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Bit:
    """Words of a line, and what they are."""

    text: str
    role: Role = "plain"


Row = tuple[Bit, ...]


@dataclass(slots=True)
class Planted:
    """A secret or a decoy, and the boxes that it was drawn in: one a line."""

    text: str
    role: Role
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page and all that is hidden on it."""

    picture: Image.Image
    style: str
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of page looks, and what stands on it."""

    rows: Callable[[Random], list[Row]]
    fonts: tuple[str, ...]
    wraps: bool = False
    """Whether lines that are too long go on below, wherever they are cut."""


_DARK = (((12, 12, 14), (204, 204, 204)), ((40, 42, 54), (248, 248, 242)))
_LIGHT = (((255, 255, 255), (20, 20, 20)), ((246, 248, 250), (36, 41, 47)))


def drawn_page(seed: int) -> DrawnPage:
    """The page of this seed."""
    rng = Random(seed)
    style = rng.choice(sorted(STYLES))
    look = STYLES[style]
    paper, ink = rng.choice(
        _DARK if style in ("terminal", "log") and rng.random() < 0.7 else _LIGHT
    )
    font = _font(rng.choice(look.fonts), rng.choice((15, 17, 20, 24)))
    rows = look.rows(rng)
    width = rng.choice((1000, 1200, 1440))
    sheet = _Sheet(width, font, paper, ink, wraps=look.wraps)
    for row in rows:
        sheet.write(row)
    return DrawnPage(sheet.picture(), style, tuple(sheet.planted))


class _Sheet:
    """A page that is written on, line by line."""

    def __init__(
        self,
        width: int,
        font: FreeTypeFont,
        paper: tuple[int, ...],
        ink: tuple[int, ...],
        *,
        wraps: bool,
    ) -> None:
        self._canvas = Image.new("RGB", (width, 3000), paper)
        self._pen = ImageDraw.Draw(self._canvas)
        self._font, self._ink, self._wraps = font, ink, wraps
        self._margin = 40
        self._x, self._y = float(self._margin), self._margin
        self._pitch = round(font.size * 1.5)
        self.planted: list[Planted] = []

    def write(self, row: Row) -> None:
        for bit in row:
            place = Planted(bit.text, bit.role)
            for piece in self._pieces(bit.text):
                self._draw(piece, place)
            if bit.role != "plain":
                self.planted.append(place)
        self._feed()

    def picture(self) -> Image.Image:
        return self._canvas.crop((0, 0, self._canvas.width, min(self._y + self._margin, 3000)))

    def _pieces(self, text: str) -> Sequence[str]:
        """What fits on this line, then on the following ones."""
        room = self._canvas.width - self._margin
        if self._x + self._font.getlength(text) <= room:
            return [text]
        if not self._wraps:
            self._feed()
            return [text]
        pieces, start = [], 0
        x = self._x
        for end in range(1, len(text) + 1):
            if x + self._font.getlength(text[start:end]) > room:
                pieces.append(text[start : end - 1])
                start, x = end - 1, self._margin
        return [*pieces, text[start:]]

    def _draw(self, piece: str, place: Planted) -> None:
        if self._x + self._font.getlength(piece) > self._canvas.width - self._margin:
            self._feed()
        if piece.strip():
            self._pen.text((self._x, self._y), piece, self._ink, self._font)
            box = self._font.getbbox(piece)
            left, top = self._x + box[0], self._y + box[1]
            place.boxes.append(
                (int(left), int(top), round(self._x + box[2]) + 1, round(self._y + box[3]) + 1)
            )
        self._x += self._font.getlength(piece)
        if self._wraps and piece != place.text and not place.text.endswith(piece):
            self._feed()

    def _feed(self) -> None:
        self._x, self._y = self._margin, self._y + self._pitch


@cache
def _font(name: str, size: int) -> FreeTypeFont:
    """A font that comes with a package: no machine is asked for its own."""
    if name == "NotoSans":
        return ImageFont.truetype(
            fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf", size
        )
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", size)


def _terminal(rng: Random) -> list[Row]:
    who = name(rng)
    prompt = (Bit(f"dev@build-{rng.randint(1, 9)}:~$ "),)
    rows: list[Row] = [
        (*prompt, Bit("git log --oneline | head -2")),
        (Bit(decoy_of(rng, 7), "decoy"), Bit(" Fix the retry loop of the uploader")),
        (*prompt, Bit("export GITHUB_TOKEN="), Bit(secret("token", rng), "token")),
        (
            *prompt,
            Bit("curl -H 'Authorization: Bearer "),
            Bit(secret("token", rng), "token"),
            Bit("' https://api.example.com/v1/me"),
        ),
        (
            Bit("ls: cannot access '/home/"),
            Bit(who, "user_folder"),
            Bit("/project/data': No such file or directory"),
        ),
        (
            Bit("Connecting to "),
            Bit(secret("ip_address", rng), "ip_address"),
            Bit(" port 22 at "),
            Bit(decoy(rng), "decoy"),
        ),
        (*prompt, Bit("cat .env")),
        (Bit("DB_PASSWORD="), Bit(secret("password", rng), "password")),
        (Bit("API_KEY="), Bit(secret("key", rng), "key")),
        (Bit("Committer: "), Bit(secret("email", rng), "email")),
        (Bit("Finished in 12.4 s, exit code 1, build "), Bit(decoy(rng), "decoy")),
    ]
    return rows


def decoy_of(rng: Random, count: int) -> str:
    """The short hash of a commit."""
    return rng.randbytes(count).hex()[:count]


def _log(rng: Random) -> list[Row]:
    def stamp() -> Row:
        day, hour, minute = rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59)
        when = Bit(f"2026-11-{day:02} {hour:02}:{minute:02}:07 ", "decoy")
        return (when, Bit(rng.choice(("INFO ", "WARN ", "ERROR "))))

    who = secret("user_folder", rng)
    return [
        (
            *stamp(),
            Bit("request "),
            Bit(decoy(rng), "decoy"),
            Bit(" from "),
            Bit(secret("ip_address", rng), "ip_address"),
        ),
        (*stamp(), Bit("user "), Bit(secret("email", rng), "email"), Bit(" signed in")),
        (
            *stamp(),
            Bit("could not open C:\\Users\\"),
            Bit(who, "user_folder"),
            Bit("\\AppData\\Local\\Temp\\upload.tmp"),
        ),
        (*stamp(), Bit("client_secret: "), Bit(secret("key", rng), "key")),
        (*stamp(), Bit("token="), Bit(secret("token", rng), "token"), Bit(" expired")),
        (*stamp(), Bit("job "), Bit(decoy(rng), "decoy"), Bit(" took 3.20 s")),
        (
            *stamp(),
            Bit("loading /Users/"),
            Bit(secret("user_folder", rng), "user_folder"),
            Bit("/Library/Caches/app.db"),
        ),
        (*stamp(), Bit("sha256 of the build is "), Bit(rng.randbytes(16).hex(), "decoy")),
        (*stamp(), Bit("release "), Bit(decoy(rng), "decoy"), Bit(" ready")),
    ]


def _form(rng: Random) -> list[Row]:
    return [
        (Bit("Account settings"),),
        (Bit("E-mail: "), Bit(secret("email", rng), "email")),
        (Bit("Phone: "), Bit(secret("phone", rng), "phone")),
        (Bit("Password: "), Bit(secret("password", rng), "password")),
        (Bit("Member since "), Bit(decoy(rng), "decoy")),
        (Bit("API key"),),
        (Bit(secret("key", rng), "key"),),
        (
            Bit("Card number: "),
            Bit(secret("card_number", rng), "card_number"),
            Bit("   valid thru 11/28"),
        ),
        (Bit("IBAN: "), Bit(secret("iban", rng), "iban")),
        (
            Bit("Order "),
            Bit(decoy(rng), "decoy"),
            Bit(" was shipped on "),
            Bit(decoy(rng), "decoy"),
        ),
        (Bit("Password: required"),),
        (Bit("Save changes      Cancel"),),
    ]


def _email(rng: Random) -> list[Row]:
    return [
        (Bit("From: Support <"), Bit(secret("email", rng), "email"), Bit(">")),
        (Bit("To: "), Bit(secret("email", rng), "email")),
        (Bit("Subject: Your ticket "), Bit(decoy(rng), "decoy")),
        (Bit("Date: "), Bit(decoy(rng), "decoy")),
        (Bit("Hello,"),),
        (
            Bit("please call us at "),
            Bit(secret("phone", rng), "phone"),
            Bit(" if the error comes back."),
        ),
        (
            Bit("The file lies in C:\\Users\\"),
            Bit(secret("user_folder", rng), "user_folder"),
            Bit("\\Desktop\\report.pdf."),
        ),
        (Bit("Your new password is: "), Bit(secret("password", rng), "password")),
        (
            Bit("Please transfer "),
            Bit(decoy(rng), "decoy"),
            Bit(" to "),
            Bit(secret("iban", rng), "iban"),
            Bit("."),
        ),
        (Bit("Your access token: "), Bit(secret("token", rng), "token")),
        (Bit("Kind regards, meet us @ the fair, 2 @ 4.50 each"),),
    ]


def _receipt(rng: Random) -> list[Row]:
    return [
        (Bit("CORNER HARDWARE"),),
        (Bit("12 Mill Lane"),),
        (Bit("Tel "), Bit(secret("phone", rng), "phone")),
        (Bit("Mail "), Bit(secret("email", rng), "email")),
        (Bit("Receipt "), Bit(decoy(rng), "decoy"), Bit("   "), Bit(decoy(rng), "decoy")),
        (Bit("Hammer          1 x 18.90     18.90"),),
        (Bit("Nails 40 mm     2 x 3.25       6.50"),),
        (Bit("TOTAL                       25.40"),),
        (Bit("VISA "), Bit(secret("card_number", rng), "card_number")),
        (Bit("Auth "), Bit(f"{rng.randint(100000, 999999)}", "decoy")),
        (Bit("IBAN "), Bit(secret("iban", rng), "iban")),
        (Bit("Article "), Bit(f"{rng.randint(10**12, 10**13 - 1)}", "decoy")),
    ]


STYLES = {
    "terminal": Style(_terminal, ("DejaVuSansMono",), wraps=True),
    "log": Style(_log, ("DejaVuSansMono", "DejaVuSans")),
    "form": Style(_form, ("NotoSans", "DejaVuSans", "DejaVuSerif")),
    "email": Style(_email, ("NotoSans", "DejaVuSans", "DejaVuSerif")),
    "receipt": Style(_receipt, ("DejaVuSansMono", "NotoSans")),
}

__all__ = ["ALL_KINDS", "DrawnPage", "Planted", "drawn_page"]
