from typing import Any

import pytest
from pydantic import ValidationError

from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.errors import UnknownSchema
from vouch.schemas.receipt import Receipt
from vouch.schemas.shape import leaves
from vouch.schemas.wanted import digest_of


@pytest.mark.parametrize("name", BUILTIN)
def test_every_leaf_may_be_null(name: str) -> None:
    assert not [leaf for leaf in _leaves(BUILTIN[name]().model_dump()) if leaf is not None]


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for child in node.values() for leaf in _leaves(child)]
    if isinstance(node, list | tuple):
        return [leaf for child in node for leaf in _leaves(child)]
    return [node]


def test_receipt_has_the_pointers_that_other_programs_rely_on() -> None:
    assert {pointer for pointer, _ in leaves(builtin_schema("receipt").shape)} == {
        *("/merchant/name", "/merchant/address", "/merchant/phone", "/receipt_number"),
        *("/date", "/time", "/currency", "/subtotal", "/tax", "/tip", "/discount", "/total"),
        *("/items/*/description", "/items/*/quantity", "/items/*/unit_price", "/items/*/price"),
        "/payment_method",
    }


def test_digest_names_the_exact_schema() -> None:
    receipt = builtin_schema("receipt")
    turned = dict(reversed(receipt.json_schema.items()))
    assert digest_of(turned) == receipt.ref.digest
    assert digest_of({**turned, "title": "Bill"}) != receipt.ref.digest


def test_unknown_schema_is_refused() -> None:
    with pytest.raises(UnknownSchema, match="'parking_ticket'"):
        builtin_schema("parking_ticket")


@pytest.mark.parametrize("total", ["9,00", "RM9.00", "nine", "NaN", ""])
def test_amounts_are_decimal_strings(total: str) -> None:
    with pytest.raises(ValidationError):
        Receipt(total=total)
