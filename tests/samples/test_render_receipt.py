"""The rendered receipts: labels that are true of the picture, the same for the same seed."""

import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from samples.photograph import GENTLE, HARSH, photograph
from samples.render_receipt import SAMPLE_SEED, render, render_dataset
from samples.sale import Money, compose, locales
from samples.typeset import typeset
from vouch.evals.labels import LabelledDocument, alternatives, load_dataset

SAMPLE = Path(__file__).parents[2] / "samples"


def test_the_shipped_labels_are_those_of_the_script() -> None:
    _, label = render(SAMPLE_SEED)
    shipped = json.loads((SAMPLE / "receipt.json").read_text(encoding="utf-8"))
    assert {"file": "receipt.jpg"} | label == shipped


def test_the_shipped_picture_is_that_of_the_script() -> None:
    """Other releases of Pillow and OpenCV may differ by a shade, not by a word."""
    photo, _ = render(SAMPLE_SEED)
    drawn = np.asarray(Image.open(io.BytesIO(photo)), np.int16)
    shipped = np.asarray(Image.open(SAMPLE / "receipt.jpg"), np.int16)
    assert drawn.shape == shipped.shape == (GENTLE.height, GENTLE.width, 3)
    assert np.abs(drawn - shipped).mean() < 3


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert render(5) == render(5)
    assert render(5)[0] != render(6)[0]


@given(st.integers(0, 10_000))
def test_arithmetic_adds_up(seed: int) -> None:
    slip = compose(seed)
    amounts = {
        pointer: Decimal(alternatives(value)[0])
        for pointer, value in LabelledDocument.model_validate(
            {"file": "", "schema": "receipt", "expected": slip.expected}
        ).expected.items()
        if pointer.endswith(("price", "subtotal", "tax", "discount", "total"))
    }
    prices = sum(amount for pointer, amount in amounts.items() if pointer.endswith("/price"))
    assert prices == amounts["/subtotal"]
    due = amounts["/subtotal"] - amounts.get("/discount", Decimal(0))
    # Tax is in the prices or added; Malaysian tills round to five sen.
    rounding = Decimal("0.03")
    assert (
        min(abs(amounts["/total"] - due), abs(amounts["/total"] - due - amounts["/tax"])) < rounding
    )


def test_every_value_is_printed_where_its_label_says() -> None:
    slip = compose(3)
    printed = {cell.pointer for row in slip.rows for cell in row if cell.pointer}
    assert printed == slip.raw.keys()
    assert slip.expected.keys() - printed == {"/tip", "/currency"}


@pytest.mark.parametrize("locale", locales(), ids=lambda locale: f"{locale['currency']}")
def test_amounts_round_trip_in_every_locale(locale: dict[str, str]) -> None:
    money = Money(locale["symbol"], locale["decimal"], locale["thousands"])
    assert money.parse(money.plain(Decimal(1234))) == 1234


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_a_labelled_region_holds_ink(seed: int) -> None:
    """Region and surroundings differ: there is print inside, however the paper is bent."""
    photo, label = render(seed)
    luma = np.asarray(Image.open(io.BytesIO(photo)).convert("L"), np.float32)
    ((left, top), _, (right, bottom), _) = label["regions"]["/total"][0]
    inside = luma[round(top) : round(bottom), round(left) : round(right)]
    assert np.percentile(inside, 2) < 0.6 * np.percentile(inside, 90)


def test_paper_points_survive_the_bend_and_back() -> None:
    ink, _ = typeset(compose(1).rows, 1)
    _, bend = photograph(ink, GENTLE, 1)
    x, y = bend.backward(GENTLE.width, GENTLE.height)
    column, row = 600, 700
    there = bend.forward(np.array([[x[row, column], y[row, column]]], np.float32))
    assert there[0] == pytest.approx([column, row], abs=0.05)


def test_a_data_set_loads_and_holds_photos_to_take_again(tmp_path: Path) -> None:
    render_dataset(tmp_path, 4, seed=20)
    dataset = load_dataset(tmp_path)
    assert [labels.schema_name for labels in dataset.documents] == ["receipt"] * 4
    assert all((tmp_path / labels.file).is_file() for labels in dataset.documents)


def test_what_is_cut_off_is_not_judged() -> None:
    _, whole = render(4)
    _, cut = render(4, HARSH[2])
    assert "/total" in whole["expected"]
    assert "/total" not in cut["expected"]
    assert "/merchant/name" in cut["expected"]
