"""The built-in schema `invoice`."""

from pydantic import Field

from vouch.schemas.leaves import Amount, Currency, IsoDate
from vouch.schemas.value import Value


class Buyer(Value):
    """Who is to pay."""

    name: str | None = None
    address: str | None = None
    tax_id: str | None = Field(None, description="VAT or national tax number, as printed.")


class Seller(Buyer):
    """Who sold, and where the money goes."""

    iban: str | None = Field(None, description="Bank account, without spaces.")


class InvoiceItem(Value):
    """One line item."""

    description: str | None = None
    quantity: Amount | None = None
    unit_price: Amount | None = Field(None, description="Price of one, before tax where it says.")
    price: Amount | None = Field(None, description="Total of the line.")
    tax_rate: Amount | None = Field(None, description="Per cent.", examples=["19"])


class Invoice(Value):
    """An invoice or credit note, of any number of pages. Every leaf may be null."""

    number: str | None = Field(None, description="The invoice's own number, as printed.")
    date: IsoDate | None = Field(None, description="When it was issued.")
    due_date: IsoDate | None = Field(None, description="Until when it is to be paid.")
    currency: Currency | None = None
    seller: Seller = Seller()
    buyer: Buyer = Buyer()
    items: tuple[InvoiceItem, ...] = ()
    net_total: Amount | None = Field(None, description="Before tax.")
    tax_total: Amount | None = None
    total: Amount | None = Field(None, description="With tax; negative on a credit note.")
    amount_due: Amount | None = Field(
        None, description="What is left to pay after prepayments; the total where none are named."
    )
