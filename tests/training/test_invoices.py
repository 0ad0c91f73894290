"""Drawn invoices: what is labelled is printed, and adds up."""

import json
import random
from pathlib import Path

import pypdfium2
import pytest

from training.invoices.drawing import draw
from training.invoices.families import HELD_BACK, TEACHING, Family
from training.invoices.printing import printed
from training.invoices.sale import drawn_sale
from training.invoices.write import as_scan, labels, write
from vouch.evals.labels import load_dataset

FAMILIES = [pytest.param(family, id=family.name) for family in (*TEACHING, *HELD_BACK)]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_labelled_is_printed_on_every_layout(family: Family) -> None:
    rng = random.Random(family.name)
    sale = drawn_sale(rng)
    drawing = draw(printed(sale, rng), family, rng)
    text = text_of(drawing.pdf)
    assert all(one in text for one in (sale.number, sale.seller.name, sale.buyer.name))
    assert all(item.description.split()[0] in text for item in sale.items)


@pytest.mark.parametrize("seed", range(40))
def test_sums_of_a_sale_add_up(seed: int) -> None:
    sale = drawn_sale(random.Random(seed))
    added = sale.goods - sale.discount + sale.shipping
    assert added == (sale.total if sale.is_gross else sale.net)
    assert sale.net + sale.tax == sale.total


def test_a_seed_draws_the_same_set_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, 2, 3, TEACHING)
    first, second = (
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in files(tmp_path / name)
        }
        for name in ("one", "two")
    )
    assert first == second
    assert {one.group for one in load_dataset(tmp_path / "one").documents} == {"alder", "birch"}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_scan_has_no_text() -> None:
    rng = random.Random(4)
    drawing = draw(printed(drawn_sale(rng), rng), TEACHING[0], rng)
    assert text_of(as_scan(drawing.pdf, 1)).strip() == ""


def test_a_credit_note_that_prints_no_sign_may_be_read_with_one() -> None:
    rng = random.Random(0)
    sales = (drawn_sale(rng) for _ in range(500))
    sale = next(one for one in sales if one.kind == "credit_note" and one.total > 0)
    drawing = draw(printed(sale, rng), TEACHING[0], rng)
    assert labels(sale, drawing)["/total"] == {"any": [str(sale.total), str(-sale.total)]}
    assert json.dumps(labels(sale, drawing))
