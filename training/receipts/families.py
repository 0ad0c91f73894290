"""Families of layouts: which blocks stand where, and how each is set."""

from typing import Literal

from vouch.schemas.value import Value

Head = Literal[
    "plain",
    "branded",
    "branch",
    "left",
    "run_on",
    "phone_first",
    "titled",
    "owner",
    "foot",
    "split",
]
"""`branded`: brand over the legal name; `run_on`: all in one run of text; `titled`: the title and
an order's number come first; `owner`: the legal name below the address; `foot`: name and address
of the firm at the end; `split`: left name, right numbers."""
Meta = Literal["pairs", "aligned", "two", "bare", "joined", "below", "table", "end", "sentence"]
"""`two`: pairs left and right; `bare`: values without labels; `below`: labels over values; `end`:
after the sums."""
Goods = Literal[
    "line", "quantity", "columns", "two", "code_two", "three", "after", "numbered", "under", "mixed"
]
"""`line`: description and price; `two`: quantity × price below; `after`: quantity @ price below
where there are several; `under`: the description below the figures; `mixed`: only what is weighed
or more than one has a second row."""
Sums = Literal["right", "spread", "currency", "middle", "boxed", "colon"]


class Family(Value):
    """What receipts of one layout have in common; all else is drawn by lot."""

    name: str
    head: Head
    meta: Meta
    goods: Goods
    sums: Sums


def _family(name: str, head: Head, meta: Meta, goods: Goods, sums: Sums) -> Family:
    return Family(name=name, head=head, meta=meta, goods=goods, sums=sums)


TEACHING = (
    _family("anise", "plain", "pairs", "columns", "right"),
    _family("basil", "branded", "two", "quantity", "spread"),
    _family("caraway", "left", "aligned", "code_two", "right"),
    _family("cardamom", "branch", "joined", "two", "currency"),
    _family("chervil", "plain", "bare", "line", "spread"),
    _family("chive", "titled", "bare", "quantity", "spread"),
    _family("cinnamon", "plain", "aligned", "numbered", "middle"),
    _family("clove", "branded", "table", "three", "colon"),
    _family("coriander", "phone_first", "joined", "after", "spread"),
    _family("cumin", "plain", "two", "under", "colon"),
    _family("dill", "owner", "pairs", "columns", "boxed"),
    _family("fennel", "branded", "end", "two", "spread"),
    _family("ginger", "foot", "bare", "line", "middle"),
    _family("lovage", "run_on", "pairs", "columns", "right"),
    _family("mace", "branch", "below", "mixed", "currency"),
    _family("marjoram", "plain", "end", "line", "right"),
    _family("mint", "split", "pairs", "code_two", "spread"),
    _family("mustard", "branded", "sentence", "quantity", "boxed"),
    _family("nutmeg", "phone_first", "two", "three", "currency"),
    _family("oregano", "left", "bare", "mixed", "spread"),
)
HELD_BACK = (
    _family("paprika", "owner", "two", "after", "middle"),
    _family("pepper", "titled", "aligned", "columns", "currency"),
    _family("saffron", "branded", "pairs", "numbered", "right"),
    _family("sage", "foot", "joined", "code_two", "colon"),
    _family("thyme", "run_on", "table", "quantity", "boxed"),
    _family("vanilla", "branch", "end", "under", "spread"),
)
"""They measure: nothing may be tuned on what they show."""
