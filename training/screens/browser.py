"""Debian's Chromium, which shows a page to nobody and lets its picture and its DOM be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from training.screens.kits import MODULES
from training.screens.labels import Reading
from vouch.schemas.value import Value

CHROMIUM = Path(os.environ.get("VOUCH_CHROMIUM", "/usr/bin/chromium"))
ORIGIN = "http://screens.invalid"
"""No such host: the route below answers for it, from the folder of packages."""
PATIENCE = 8
"""Pictures that are taken at most until two are alike."""
READ = Path(__file__).with_name("labels.js").read_text("utf-8")


class Window(Value):
    """Where a page is shown: CSS pixels, and how many device pixels one has."""

    width: int
    height: int
    scale: float


@dataclass(frozen=True, slots=True)
class Shot:
    """What a person sees, and what the page says it is."""

    png: bytes
    reading: Reading


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for many pages."""
    # fonts alike on every machine: no hinting, no subpixels of a particular screen
    options = ["--font-render-hinting=none", "--disable-lcd-text"]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*options, *root])
        yield browser
        browser.close()


def shoot(browser: Browser, page_html: str, window: Window) -> Shot:
    """The picture and the reading of one page."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0].lstrip("/")
        if not route.request.url.startswith(ORIGIN):
            route.abort()
        elif not path:
            route.fulfill(body=page_html, content_type="text/html")
        else:
            file = MODULES / path
            route.fulfill(path=file) if file.is_file() else route.fulfill(status=404)

    size = {"width": window.width, "height": window.height}
    with browser.new_page(viewport=size, device_scale_factor=window.scale) as page:  # type: ignore[arg-type]
        page.route("**/*", answer)
        page.goto(f"{ORIGIN}/", wait_until="load")
        page.evaluate("() => document.fonts.ready.then(() => window.drawn)")
        png = _still(page)
        return Shot(png, Reading.model_validate(page.evaluate(f"({READ})()")))


def _still(page: Page) -> bytes:
    """The page's picture once it no longer changes: web components draw in several turns."""
    before = b""
    for _ in range(PATIENCE):
        png = page.screenshot(animations="disabled", caret="hide")
        if png == before:
            break
        before = png
    return png
