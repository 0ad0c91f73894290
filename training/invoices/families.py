"""Families of layouts: who stands where, and how the parts are set."""

from typing import Literal

from vouch.schemas.value import Value

Seller = Literal[
    "left", "right", "centre", "line", "footer", "imprint", "labelled", "brand", "bottom"
]
"""`footer`: besides in one small line over the address; `imprint`: in the footer alone, with a
brand above; `bottom`: so, and at the end beside the bank account."""
Buyer = Literal["window", "window_right", "labelled_left", "labelled_right", "inline", "form"]
Meta = Literal["right", "left", "inline", "row", "stack", "grid", "sentence"]
"""Number, dates and the like. `row`, `grid`: headings over values; `stack`: one below another."""
Table = Literal["plain", "lines", "grid", "zebra", "dark_head"]
Totals = Literal["right", "left", "boxed", "row", "in_table", "vat_table"]


class Family(Value):
    """What invoices of one layout have in common; all else is drawn by lot."""

    name: str
    seller: Seller
    buyer: Buyer
    meta: Meta
    table: Table
    totals: Totals


def _family(
    name: str, seller: Seller, buyer: Buyer, meta: Meta, table: Table, totals: Totals
) -> Family:
    return Family(name=name, seller=seller, buyer=buyer, meta=meta, table=table, totals=totals)


TEACHING = (
    _family("alder", "left", "labelled_left", "right", "lines", "right"),
    _family("birch", "footer", "window", "right", "plain", "right"),
    _family("cedar", "right", "window", "left", "grid", "boxed"),
    _family("elm", "labelled", "labelled_right", "row", "grid", "vat_table"),
    _family("fir", "line", "labelled_left", "inline", "zebra", "right"),
    _family("hazel", "brand", "window_right", "sentence", "lines", "in_table"),
    _family("larch", "left", "inline", "row", "dark_head", "left"),
    _family("maple", "left", "labelled_right", "stack", "plain", "vat_table"),
    _family("oak", "imprint", "labelled_left", "grid", "lines", "right"),
    _family("pine", "right", "form", "right", "plain", "row"),
    _family("spruce", "centre", "window", "row", "grid", "in_table"),
    _family("willow", "labelled", "form", "inline", "zebra", "boxed"),
)
HELD_BACK = (
    _family("ash", "centre", "labelled_right", "grid", "dark_head", "row"),
    _family("beech", "brand", "labelled_left", "stack", "lines", "boxed"),
    _family("chestnut", "bottom", "window", "sentence", "plain", "right"),
    _family("linden", "footer", "window_right", "row", "grid", "left"),
    _family("yew", "line", "form", "left", "zebra", "vat_table"),
)
"""They measure: nothing may be tuned on what they show."""
