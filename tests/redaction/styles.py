"""What stands on pages of each style, with secrets and decoys among it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.redaction.planting import decoy, name, secret
from vouch.schemas.redaction import SecretKind

Role = SecretKind | Literal["plain", "decoy"]


@dataclass(frozen=True, slots=True)
class Bit:
    """Words of a line, and what they are."""

    text: str
    role: Role = "plain"


Row = tuple[Bit, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of page looks, and what stands on it."""

    rows: Callable[[Random], list[Row]]
    fonts: tuple[str, ...]
    wraps: bool = False
    """Whether lines that are too long go on below, wherever they are cut."""


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
