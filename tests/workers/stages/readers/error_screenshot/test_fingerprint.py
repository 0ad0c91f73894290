"""The fingerprint: what must not change it, what must, and what the algorithm does step by step."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.readers.error_screenshot.fingerprint import fingerprint, folded, masked

MESSAGE = "The report {} could not be sent to the server. Try again later."


def of(message: str, code: str | None = None, function: str | None = None) -> str:
    return fingerprint(message, code, function)


def test_its_form_names_the_algorithm() -> None:
    assert re.fullmatch(r"e1-[0-9a-f]{16}", of(MESSAGE))


@pytest.mark.parametrize(
    "texts",
    [
        (r"C:\Users\anna\report.docx", r"D:\data\2024\Plan_7.xlsx", r"c: \Users\b.c\x.pdf"),
        (r"\\files\share\a.txt", r"\\nas02\team\b.txt"),
        ("/home/anna/report.py", "/srv/jobs/7/run.py"),
        ("https://a.example.com/x?id=1", "http://10.0.0.1:8080/y", "www.example.org/start"),
        ("anna@example.org", "b.c+d@mail.example.com", "e@f.org"),
        ("ee56cf9c-03e6-605f-7c08-0a1d1a245de6", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("0x80070005", "0x8004011B", "0×8004011b"),
        ("2024-05-01 10:11:12", "1/12/2019 8:00:03 PM", "17.03.2026 23:59"),
        ("135011", "7", "1,204.50", "99%", "-2147221221"),
        ("“Budget.xlsx”", '"draft 2.docx"', "'notes'", "«plan»"),
        ("report.docx", "Invoice_2024-03.pdf", "IMG0001.jpeg"),
        ("srv01.example.com", "db-7.corp.local:5432", "10.20.3.14", "mail.exam ple.org"),
    ],
)
def test_what_one_occurrence_has_is_masked(texts: tuple[str, ...]) -> None:
    assert len({of(MESSAGE.format(text)) for text in texts}) == 1


@pytest.mark.parametrize(
    "read",
    [
        "The report could not be sent to the server. Try again later.",
        "THE REPORT COULD NOT BE SENT TO THE SERVER. TRY AGAIN LATER.",
        "Thereport couldnot be sent to theserver.Try again later.",
        "The rep0rt could not be sent to the server . Try again 1ater",
        "The report couId not be sent to the server. Try again Iater.",
        "The report coulld not be sent to the server… Try again later",
    ],
)
def test_what_ocr_gets_wrong_does_not_count(read: str) -> None:
    assert of(read) == of("The report could not be sent to the server. Try again later.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The file could not be saved.", "The file could not be opened."),
        ("The file could be saved.", "The file could not be saved."),
        ("Access is denied.", "Access is delayed."),
        ("The disk is full.", "The mailbox is full."),
        ("Die Datei wurde nicht gefunden.", "Der Dateityp wurde nicht gefunden."),
        ("文件未找到", "文件已损坏"),
    ],
)
def test_other_words_are_another_error(one: str, other: str) -> None:
    assert of(one) != of(other)


def test_code_and_frame_tell_errors_apart() -> None:
    message = "An unexpected error occurred."
    marks = [
        of(message),
        of(message, "0x80070005"),
        of(message, "0x8007000E"),
        of(message, None, "Ledger.Save"),
        of(message, None, "Ledger.Open"),
    ]
    assert len(set(marks)) == len(marks)
    assert of(message, "0x8007000E") == of(message, "0X8007000e") == of(message, "Ox8007000E")


def test_accents_that_ocr_drops_do_not_count() -> None:
    assert of("Délai d’attente dépassé") == of("Delai d'attente depasse")


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60)


@given(WORDS)
def test_masking_leaves_no_number_and_ends(text: str) -> None:
    assert not re.search(r"(?<![^\W\d_])[0-9]", masked(text))
    assert folded(folded(text)) == folded(text)


@given(st.text("abcdefghknopqrstuwxyz ", min_size=1), st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_never_matter(words: str, one: int, other: int) -> None:
    assert of(f"{words} {one} failed") == of(f"{words} {other} failed")


@given(st.text("abcdefghknopqrstuwxyz .", max_size=80))
def test_spaces_never_matter(words: str) -> None:
    assert folded(words) == folded(words.replace(" ", "")) == folded(f" {words}  ")
