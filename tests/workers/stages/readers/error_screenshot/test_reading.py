"""Error screenshots as a whole: made-up screens of several kinds and languages."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_page
from vouch.schemas.draft import Draft
from vouch.workers.stages.ground import ground
from vouch.workers.stages.readers.error_screenshot.reading import read_error_screenshot


@dataclass(frozen=True)
class Screen:
    """A screen and what is on it; a pointer with None must be absent."""

    name: str
    text: str
    expected: dict[str, str | None]


DIALOG = """
Ledger Studio                                      x


        The ledger could not be saved because the
        disk is full. Free up some space and try
        again.


                              Retry       Cancel
"""
SCREENS = (
    Screen(
        "dialog",
        DIALOG,
        {
            "/is_error": "true",
            "/kind": "dialog",
            "/application": "Ledger Studio",
            "/title": "Ledger Studio",
            "/message": "The ledger could not be saved because the disk is full. "
            "Free up some space and try again.",
            "/code": None,
            "/buttons/0": "Retry",
            "/buttons/1": "Cancel",
            "/buttons/2": None,
            "/severity": "error",
            "/category": "storage",
            "/suggested_action": "Free up some space and try again.",
        },
    ),
    Screen(
        "german",
        """
Kassenbuch                                         x


        Zugriff verweigert (Fehlercode: 0x80070005).
        Wenden Sie sich an den Systemverwalter.


                       Wiederholen      Abbrechen
""",
        {
            "/title": "Kassenbuch",
            "/code": "0x80070005",
            "/buttons/0": "Wiederholen",
            "/buttons/1": "Abbrechen",
            "/category": "permission",
            "/suggested_action": "Wenden Sie sich an den Systemverwalter.",
        },
    ),
    Screen(
        "labels that no list knows",
        """
Update failed


The update could not be installed because another set-up is running.


                                       Zmurfeln
""",
        {"/title": "Update failed", "/buttons/0": "Zmurfeln", "/buttons/1": None},
    ),
    Screen(
        "details of one occurrence",
        """
Something went wrong


Your session has expired. Sign in again to continue.


Correlation ID: ee56cf9c-03e6-605f-7c08-0a1d1a245de6

Learn more about sessions
""",
        {
            "/title": "Something went wrong",
            "/message": "Your session has expired. Sign in again to continue.",
            "/code": None,
            "/category": "authentication",
            "/buttons/0": None,
        },
    ),
    Screen(
        "python",
        """
$ python report.py
Traceback (most recent call last):
  File "/home/anna/report.py", line 12, in main
    rows = load(source)
  File "/home/anna/report.py", line 30, in load
    raise ValueError(name)
ValueError: the column is missing from the table
""",
        {
            "/kind": "terminal",
            "/title": None,
            "/message": "ValueError: the column is missing from the table",
            "/stack/0": 'File "/home/anna/report.py", line 12, in main',
            "/stack/1": 'File "/home/anna/report.py", line 30, in load',
            "/buttons/0": None,
        },
    ),
    Screen(
        "java",
        """
Exception in thread "main" java.lang.IllegalStateException: the store was closed
    at com.example.Store.open(Store.java:41)
    at com.example.Main.main(Main.java:7)
""",
        {
            "/kind": "terminal",
            "/stack/0": "at com.example.Store.open(Store.java:41)",
            "/category": "crash",
        },
    ),
    Screen(
        "banner",
        "SYNC FAILED  We couldn't upload your changes.   Retry now    Dismiss",
        {
            "/kind": "banner",
            "/title": "SYNC FAILED",
            "/message": "We couldn't upload your changes.",
            "/buttons/0": "Retry now",
            "/buttons/1": "Dismiss",
        },
    ),
)
CALM = (
    "Do you want to save the changes?\n\n\n                Save     Don't Save     Cancel",
    "Inbox        12\nDrafts        3\nSent\nSettings\n",
    "Welcome back\n\n\nPick up where you left off, or start something new.",
    "Die Sicherung wurde abgeschlossen.\n\n\n                OK",
    "Build finished: 0 errors, no warnings",
    "Error reporting\n\n\nSend usage statistics to help us",
)


def best(draft: Draft, pointer: str) -> str | None:
    found = draft.candidates.get(pointer)
    return found[0].value if found else None


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screens_of_several_kinds(screen: Screen) -> None:
    draft = read_error_screenshot([printed_page(screen.text)])
    assert {pointer: best(draft, pointer) for pointer in screen.expected} == screen.expected


@pytest.mark.parametrize("text", CALM)
def test_ordinary_screens_are_no_errors(text: str) -> None:
    page = printed_page(text)
    (said,) = read_error_screenshot([page]).candidates.values()
    assert said[0].value == "false"
    assert said[0].place is not None
    assert said[0].place.bbox.right == page.tokens.width


def test_an_empty_page_is_no_error() -> None:
    assert best(read_error_screenshot([printed_page("")]), "/is_error") == "false"
    assert read_error_screenshot([]).candidates == {}


def test_judgements_rest_on_the_words_that_speak_for_them() -> None:
    page = printed_page(DIALOG)
    fields = {one.pointer: one.best for one in ground(read_error_screenshot([page]), [page])}
    words = {
        pointer: " ".join(page.tokens.tokens[ref.index].text for ref in fields[pointer].tokens)
        for pointer in ("/is_error", "/category")
    }
    assert "could not" in words["/is_error"]
    assert "disk" in words["/category"]
    judged = {"/is_error", "/kind", "/severity", "/category", "/fingerprint"}
    assert {fields[pointer].status for pointer in judged} == {"computed"}
    assert fields["/message"].status == fields["/buttons/0"].status == "grounded"


def test_window_and_chrome_do_not_change_the_fingerprint() -> None:
    wide = """
Kontobuch                                                                    x


    The ledger could not be saved because the disk is full. Free up some
    space and try again.


                                              Wiederholen      Abbrechen
"""
    marks = {best(read_error_screenshot([printed_page(t)]), "/fingerprint") for t in (DIALOG, wide)}
    assert len(marks) == 1
    other = DIALOG.replace("disk", "mailbox")
    assert best(read_error_screenshot([printed_page(other)]), "/fingerprint") not in marks


WORDS = st.sampled_from(
    [
        "error",
        "0x80070005",
        "OK",
        "could not",
        "C:\\x\\y.txt",
        "at a.b(c.d:1)",
        "•",
        ":",
        "失败",
        "12",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(WORDS, max_size=6).map("   ".join), max_size=12).map("\n".join))
def test_every_page_gives_a_draft_in_order(text: str) -> None:
    draft = read_error_screenshot([printed_page(text)])
    assert best(draft, "/is_error") in {"true", "false"}
    for name in ("buttons", "stack"):
        own = [pointer for pointer in draft.candidates if pointer.startswith(f"/{name}/")]
        assert own == [f"/{name}/{index}" for index in range(len(own))]
    for found in draft.candidates.values():
        assert all(one.value and 0.0 <= one.score <= 1.0 for one in found)
