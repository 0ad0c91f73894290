"""Line items in one row or two."""

import pytest

from tests.workers.stages.rules.printed import printed_page
from vouch.workers.stages.readers.receipt import read_receipt

Item = dict[str, str]


def items(body: str, total: str) -> list[Item]:
    text = f"SUNNY CAFE\n12 High Street\nLondon SW1A 1AA\n{body}\nTotal  {total}\nCash  99.00"
    found: dict[int, Item] = {}
    for pointer, (candidate, *_) in read_receipt([printed_page(text)]).candidates.items():
        if pointer.startswith("/items/"):
            _, _, number, name = pointer.split("/")
            found.setdefault(int(number), {})[name] = candidate.value
    assert sorted(found) == list(range(len(found)))
    return [found[number] for number in sorted(found)]


TEA = {"description": "Tea", "price": "9.00"}
TWO_TEAS = TEA | {"quantity": "2", "unit_price": "4.50"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Tea  9.00", TEA),
        ("2 Tea  9.00", TEA | {"quantity": "2"}),
        ("Tea  2  4.50  9.00", TWO_TEAS),
        ("Tea  2 x 4.50  9.00", TWO_TEAS),
        ("2x  Tea  4.50  9.00", TWO_TEAS),
        ("9556939040118  Tea  2  4.50  9.00", TWO_TEAS),
        ("Tea  9.00 SR", TEA),
        ("Tea\n2 x 4.50  9.00", TWO_TEAS),
        ("9556939040118  Tea\n2 PC  4.50  9.00", TWO_TEAS),
        ("Tea  9.00\n2 x 4.50", TWO_TEAS),
        ("Tea  9.00\n2 x 4.00", TEA),
        ("Vitamin 12 forte  8.50", {"description": "Vitamin 12 forte", "price": "8.50"}),
    ],
)
def test_one_item(row: str, expected: Item) -> None:
    assert items(row, "9.00") == [expected]


def test_totals_taxes_and_discounts_are_no_items() -> None:
    body = "Tea  9.00\nCoffee  3.00\nDiscount  -1.00\nGST 6%  0.66"
    assert [item["description"] for item in items(body, "11.66")] == ["Tea", "Coffee"]


def test_items_that_sum_to_the_total_are_preferred() -> None:
    def score(total: str) -> float:
        page = printed_page(f"SUNNY CAFE\nTea  9.00\nCake  3.00\nTotal  {total}")
        return read_receipt([page]).candidates["/items/0/price"][0].score

    assert score("12.00") > score("15.00")
