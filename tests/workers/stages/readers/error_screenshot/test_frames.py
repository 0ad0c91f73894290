"""Frames of stack traces."""

import pytest

from vouch.workers.stages.readers.error_screenshot.frames import (
    function_of,
    is_exception,
    is_frame,
)


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ('File "/srv/app/run.py", line 12, in load', "load"),
        ('File"run.py",line12,in load', "load"),
        ("at com.example.Store.open(Store.java:41)", "com.example.Store.open"),
        (r"at Shop.Cart.Add(Item item) in C:\src\Cart.cs:line 7", "Shop.Cart.Add"),
        ("bei Shop.Cart.Add(Item item)", "Shop.Cart.Add"),
        ("at loadRows (webpack:///src/rows.js:10:5)", "loadRows"),
        ("main.go:27 +0x1d", None),
        ("app.rb:3:in `run'", "run"),
        ("#0 /srv/index.php(12): Shop->open()", "Shop->open"),
        ("render@https://example.com/app.js:1:20", "render"),
    ],
)
def test_frames_of_many_languages(line: str, function: str | None) -> None:
    assert is_frame(line)
    assert function_of(line) == function


@pytest.mark.parametrize(
    "line",
    ["at the end of the day.", "The file is missing.", "# 1 in sales", "File, line and sinker", ""],
)
def test_what_is_no_frame(line: str) -> None:
    assert not is_frame(line)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ValueError: no column", True),
        ("java.io.FileNotFoundException: rows", True),
        ("Unhandled exception. System.IO.IOException: full", True),
        ("panic: runtime error", True),
        ("Errors happen.", False),
    ],
)
def test_lines_that_name_an_exception(line: str, *, names: bool) -> None:
    assert is_exception(line) is names
