"""A robot that has only a screenshot: Vouch says where to click, and the page shows that it did."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.stacks import stack_with
from vouch.cli.stack import Stack
from vouch.rpa.robot import Vouch

CHROMIUM = Path(os.environ.get("VOUCH_CHROMIUM", "/usr/bin/chromium"))
ORDERS = """<!doctype html><meta charset="utf-8"><title>Orders</title>
<style>
body { font: 16px sans-serif; margin: 40px; width: 700px }
button { font: inherit; padding: 8px 20px; border: 1px solid #888; border-radius: 4px }
td, th { padding: 10px 24px 10px 0; text-align: left }
</style>
<h1>Orders of this week</h1>
<table>
<tr><th>Number</th><th>Customer</th><th></th></tr>
<tr><td>1041</td><td>Harbour Bakery</td>
<td><button onclick="told('ship 1041')">Ship</button></td></tr>
<tr><td>1042</td><td>Linden Pharmacy</td>
<td><button onclick="told('ship 1042')">Ship</button></td></tr>
</table>
<p><button onclick="told('refresh')">Refresh list</button>
<button onclick="told('close')">Close week</button></p>
<p id="state">Nothing was done</p>
<script>
function told(what) { document.getElementById("state").textContent = "Did " + what }
</script>
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_with(tmp_path_factory.mktemp("var"), VOUCH_OCR="paddle") as running:
        yield running


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not here: make setup-chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser.new_page(viewport={"width": 900, "height": 600})
        browser.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("sought", "done"),
    [
        ("the Close week button", "Did close"),
        ("the Ship button next to Linden Pharmacy", "Did ship 1042"),
        ("Refresh list", "Did refresh"),
    ],
)
def test_the_right_thing_is_clicked(
    stack: Stack, page: Page, tmp_path: Path, sought: str, done: str
) -> None:
    page.set_content(ORDERS)
    shot = tmp_path / "screen.png"
    page.screenshot(path=shot)
    found = Vouch(stack.url, timeout=120).locate_element(shot, sought)
    page.mouse.click(*found["click_point"])
    assert page.locator("#state").inner_text() == done


@pytest.mark.timeout(180)
def test_what_is_not_there_is_not_clicked(stack: Stack, page: Page, tmp_path: Path) -> None:
    page.set_content(ORDERS)
    shot = tmp_path / "screen.png"
    page.screenshot(path=shot)
    with pytest.raises(AssertionError, match="no such element"):
        Vouch(stack.url, timeout=120).click_point_of(shot, "the Delete account button")
