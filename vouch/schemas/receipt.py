"""The built-in schema `receipt`."""

from vouch.schemas.leaves import Amount, Currency, IsoDate, IsoTime
from vouch.schemas.value import Value


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
