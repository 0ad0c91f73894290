"""Drawn receipts: what is labelled is printed, and stands where the labels say."""

import random
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.receipts.drawing import draw
from training.receipts.families import HELD_BACK, TEACHING, Family
from training.receipts.labels import expected, raw, readings
from training.receipts.sale import drawn_sale
from training.receipts.write import receipt, write
from training.routing.brush import Picture
from training.wear import Wear, as_photo, as_scan
from vouch.evals.labels import LabelledDocument, alternatives, load_dataset
from vouch.evals.printed import amount_readings
from vouch.schemas.geometry import Bbox, Polygon

FAMILIES = [pytest.param(family, id=family.name) for family in (*TEACHING, *HELD_BACK)]


def labels_of(family: Family, seed: str) -> LabelledDocument:
    _, labels = receipt(family, seed)
    return LabelledDocument.model_validate({"file": "one.jpg", **labels})


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_labelled_is_printed_where_the_labels_say(family: Family) -> None:
    picture, labels = receipt(family, f"seed of {family.name}")
    one = LabelledDocument.model_validate({"file": "one.jpg", **labels})
    printed = {pointer for pointer, value in one.expected.items() if value is not None}
    assert printed == set(one.raw) == set(one.regions)
    height, width = picture.shape[:2]
    corners = [point for places in one.regions.values() for place in places for point in place]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in corners)


@pytest.mark.parametrize("family", FAMILIES)
def test_raw_values_are_read_off_the_lines_and_mean_what_is_expected(family: Family) -> None:
    rng = random.Random(family.name)
    sheet = draw(drawn_sale(rng), family, rng)
    found = readings(sheet)
    text = "".join("".join(line for line, _ in sheet.lines).split())
    for pointer, one in found.items():
        assert all("".join(word.split()) in text for word in one.raws[0].split(" ")), pointer
    for pointer, value in expected(found).items():
        if value is not None and pointer.endswith(("name", "address", "phone", "description")):
            assert value == raw(found)[pointer]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_text_is_printed_over_other_text(family: Family) -> None:
    for number in range(4):
        rng = random.Random(f"{family.name} {number}")
        boxes = [box for text, box in draw(drawn_sale(rng), family, rng).lines if text.strip()]
        for one, other in combinations(boxes, 2):
            assert one.intersection(other) <= 0.15 * min(one.area, other.area)


@pytest.mark.parametrize("seed", range(30))
def test_sums_of_a_sale_add_up(seed: int) -> None:
    sale = drawn_sale(random.Random(seed))
    tax = Decimal(0) if sale.is_inclusive else sale.tax
    assert sale.goods - sale.discount + sale.service + tax + sale.rounding + sale.tip == sale.paid
    assert sale.given in {0, *(note for note in [sale.given] if note >= sale.paid)}


def test_amounts_as_printed_mean_what_is_expected() -> None:
    for number in range(40):
        one = labels_of(TEACHING[number % len(TEACHING)], f"amounts {number}")
        for pointer in ("/total", "/subtotal", "/tax"):
            value = one.expected.get(pointer)
            if value is not None:
                printed = alternatives(one.raw[pointer])
                assert all(Decimal(str(value)) in amount_readings(text) for text in printed), (
                    printed
                )


def test_what_is_not_printed_is_null_and_items_are_numbered_without_gaps() -> None:
    documents = [labels_of(TEACHING[n % len(TEACHING)], f"nulls {n}") for n in range(80)]
    for pointer in ("/tip", "/discount", "/time", "/merchant/phone", "/tax"):
        given = [one.expected[pointer] for one in documents]
        assert None in given
        assert any(given)
    for one in documents:
        items = {int(pointer.split("/")[2]) for pointer in one.expected if "/items/" in pointer}
        assert items == set(range(len(items)))


def test_a_seed_draws_the_same_set_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, 2, 3, TEACHING)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert first == second
    groups = {one.group for one in load_dataset(tmp_path / "one").documents}
    assert groups == {TEACHING[0].name, TEACHING[1].name}


@pytest.mark.parametrize("wear", [as_scan, as_photo])
@pytest.mark.parametrize("seed", range(8))
def test_polygons_move_with_what_they_surround(wear: Wear, seed: int) -> None:
    page = np.full((900, 500, 3), 255, np.uint8)
    sides = ((60, 100, 160, 160), (300, 500, 440, 560), (90, 780, 200, 840))
    for left, top, right, bottom in sides:
        page[top:bottom, left:right] = 0
    seen, moved = wear(np.random.default_rng(seed), page, [Bbox.of(one).polygon for one in sides])
    for polygon in moved:
        inner, outer = (brightness(seen, polygon, by) for by in (-8, 12))
        ring = (outer.sum() - inner.sum()) / (outer.size - inner.size)
        assert np.quantile(inner, 0.9) < ring - 25


def brightness(picture: Picture, polygon: Polygon, by: int) -> NDArray[np.float64]:
    """Of a polygon's box that was made larger on all sides."""
    left, top, right, bottom = (round(side) for side in Bbox.around(polygon).sides)
    part = picture[top - by : bottom + by, left - by : right + by]
    return np.asarray(part.mean(axis=2), np.float64)
