"""The invoice data that a PDF may carry as XML: Factur-X, ZUGFeRD 1 and 2, XRechnung, UBL.

Runs in the decoding child, for the XML is as hostile as the rest of an upload: no document type is
accepted, so that there are no entities to expand and nothing to fetch. Standard library only.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

Values = dict[str, str]
"""By the pointers of the schema `invoice`; amounts and dates as that writes them."""
_DEEPEST = 60
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_Kind = Literal["text", "amount", "date", "code"]


class _NotWanted(Exception):
    """What an e-invoice never holds: a document type, or elements nested without end."""


_AGREEMENT = "*TradeTransaction/Applicable*TradeAgreement"
_SETTLEMENT = "*TradeTransaction/Applicable*TradeSettlement"
_SUMS = f"{_SETTLEMENT}/SpecifiedTradeSettlement*MonetarySummation"
_CII: dict[str, tuple[_Kind, tuple[str, ...]]] = {
    "/number": ("text", ("*ExchangedDocument/ID",)),
    "/date": ("date", ("*ExchangedDocument/IssueDateTime/DateTimeString",)),
    "/due_date": (
        "date",
        (f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",),
    ),
    "/currency": ("code", (f"{_SETTLEMENT}/InvoiceCurrencyCode",)),
    "/seller/name": ("text", (f"{_AGREEMENT}/SellerTradeParty/Name",)),
    "/seller/tax_id": ("code", (f"{_AGREEMENT}/SellerTradeParty/SpecifiedTaxRegistration/ID@VA",)),
    "/seller/iban": (
        "code",
        (
            f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans"
            "/PayeePartyCreditorFinancialAccount/IBANID",
        ),
    ),
    "/buyer/name": ("text", (f"{_AGREEMENT}/BuyerTradeParty/Name",)),
    "/buyer/tax_id": ("code", (f"{_AGREEMENT}/BuyerTradeParty/SpecifiedTaxRegistration/ID@VA",)),
    "/net_total": ("amount", (f"{_SUMS}/TaxBasisTotalAmount",)),
    "/tax_total": ("amount", (f"{_SUMS}/TaxTotalAmount",)),
    "/total": ("amount", (f"{_SUMS}/GrandTotalAmount",)),
    "/amount_due": ("amount", (f"{_SUMS}/DuePayableAmount",)),
}
_UBL: dict[str, tuple[_Kind, tuple[str, ...]]] = {
    "/number": ("text", ("ID",)),
    "/date": ("date", ("IssueDate",)),
    "/due_date": ("date", ("DueDate", "PaymentMeans/PaymentDueDate")),
    "/currency": ("code", ("DocumentCurrencyCode",)),
    "/seller/name": (
        "text",
        (
            "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName",
            "AccountingSupplierParty/Party/PartyName/Name",
        ),
    ),
    "/seller/tax_id": ("code", ("AccountingSupplierParty/Party/PartyTaxScheme/CompanyID",)),
    "/seller/iban": ("code", ("PaymentMeans/PayeeFinancialAccount/ID",)),
    "/buyer/name": (
        "text",
        (
            "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
            "AccountingCustomerParty/Party/PartyName/Name",
        ),
    ),
    "/buyer/tax_id": ("code", ("AccountingCustomerParty/Party/PartyTaxScheme/CompanyID",)),
    "/net_total": ("amount", ("LegalMonetaryTotal/TaxExclusiveAmount",)),
    "/tax_total": ("amount", ("TaxTotal/TaxAmount",)),
    "/total": ("amount", ("LegalMonetaryTotal/TaxInclusiveAmount",)),
    "/amount_due": ("amount", ("LegalMonetaryTotal/PayableAmount",)),
}
_PATHS: Mapping[str, Mapping[str, tuple[_Kind, tuple[str, ...]]]] = {
    "CrossIndustryInvoice": _CII,
    "CrossIndustryDocument": _CII,
    "Invoice": _UBL,
    "CreditNote": _UBL,
}


def read_e_invoice(content: bytes) -> Values | None:
    """What an e-invoice says of itself; None for anything that is none, or is damaged."""
    try:
        root = _parsed(content)
    except (expat.ExpatError, _NotWanted, LookupError, ValueError):
        return None
    paths = _PATHS.get(_local(root.tag))
    if paths is None:
        return None
    found = {
        pointer: value
        for pointer, (kind, places) in paths.items()
        if (value := _READINGS[kind](_first(root, places))) is not None
    }
    return found or None


def _parsed(content: bytes) -> Element:
    parser = expat.ParserCreate(namespace_separator="}")
    builder = TreeBuilder()
    depth = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _NotWanted
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise _NotWanted

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    return builder.close()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _first(root: Element, places: tuple[str, ...]) -> str:
    """The text at the first of these places that has any."""
    for place in places:
        path, _, scheme = place.partition("@")
        nodes = [root]
        for step in path.split("/"):
            nodes = [child for node in nodes for child in node if _is_named(child, step)]
        for node in nodes:
            text = (node.text or "").strip()
            if text and (not scheme or node.get("schemeID") == scheme):
                return text
    return ""


def _is_named(element: Element, step: str) -> bool:
    """Whether an element has the local name of a step; "*" stands for what versions put there."""
    before, star, after = step.partition("*")
    name = _local(element.tag)
    return name.startswith(before) and name.endswith(after) if star else name == step


def _text(printed: str) -> str | None:
    return " ".join(printed.split()) or None


def _code(printed: str) -> str | None:
    return "".join(printed.split()).upper() or None


def _amount(printed: str) -> str | None:
    return printed if _AMOUNT.fullmatch(printed) else None


def _date(printed: str) -> str | None:
    found = _DATE.match(printed)
    return None if found is None else "-".join(found.groups())


_READINGS: Mapping[_Kind, Callable[[str], str | None]] = {
    "text": _text,
    "code": _code,
    "amount": _amount,
    "date": _date,
}
