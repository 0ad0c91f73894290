"""The built-in schema `receipt`."""

from typing import Annotated

from pydantic import Field

from vouch.schemas.value import Value

Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["9.00"])]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2018-12-25"])]
IsoTime = Annotated[str, Field(pattern=r"^\d{2}:\d{2}(:\d{2})?$", examples=["14:32"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]


class Merchant(Value):
    """Who sold."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None


class ReceiptItem(Value):
    """One line item."""

    description: str | None = None
    quantity: Amount | None = None
    unit_price: Amount | None = None
    price: Amount | None = None


class Receipt(Value):
    """A till receipt. Every leaf may be null: a reader is never forced to invent."""

    merchant: Merchant = Merchant()
    receipt_number: str | None = None
    date: IsoDate | None = None
    time: IsoTime | None = None
    currency: Currency | None = None
    items: tuple[ReceiptItem, ...] = ()
    subtotal: Amount | None = None
    tax: Amount | None = None
    tip: Amount | None = None
    discount: Amount | None = None
    total: Amount | None = None
    payment_method: str | None = None
