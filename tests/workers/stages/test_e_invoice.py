"""Invoice data inside a PDF: found, read whatever their dialect, and never trusted."""

import io
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from tests.workers.stages.pdfs import page_pdf, text_at
from tests.workers.stages.test_pdf import LIMITS
from vouch.workers.stages.e_invoice import read_e_invoice
from vouch.workers.stages.pdf import decode_pdf

FACTUR_X = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:ram" xmlns:udt="urn:udt">
 <rsm:ExchangedDocument><ram:ID>R-17</ram:ID><ram:IssueDateTime>
  <udt:DateTimeString format="102">20260517</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Mill  &amp; Sons</ram:Name>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201</ram:ID></ram:SpecifiedTaxRegistration>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">de 1</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Bakery</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>119.00</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""
UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:cac" xmlns:cbc="urn:cbc"><cbc:ID>R-17</cbc:ID>
 <cbc:IssueDate>2026-05-17</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Mill &amp; Sons</cbc:Name>
 </cac:PartyName></cac:Party></cac:AccountingSupplierParty>
 <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
 <cbc:TaxInclusiveAmount currencyID="EUR">119.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
</Invoice>"""
ZUGFERD_1 = (
    FACTUR_X.replace("CrossIndustryInvoice", "CrossIndustryDocument")
    .replace("ExchangedDocument", "HeaderExchangedDocument")
    .replace("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    .replace("ApplicableHeaderTrade", "ApplicableSupplyChainTrade")
    .replace("SettlementHeaderMonetary", "SettlementMonetary")
)
COMMON = {
    "/number": "R-17",
    "/date": "2026-05-17",
    "/currency": "EUR",
    "/seller/name": "Mill & Sons",
    "/net_total": "100.00",
    "/total": "119.00",
}


def carrying(files: dict[str, bytes]) -> bytes:
    """A PDF of one page with files inside."""
    document = pdfium.PdfDocument(page_pdf(text_at(20, 100, "Invoice R-17 Total 119.00"), pages=2))
    for name, content in files.items():
        document.new_attachment(name).set_data(content)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


@pytest.mark.parametrize("xml", [FACTUR_X, ZUGFERD_1, UBL], ids=["factur-x", "zugferd-1", "ubl"])
def test_every_dialect_says_the_same(xml: str) -> None:
    said = read_e_invoice(xml.encode()) or {}
    assert said.items() >= COMMON.items()


def test_the_tax_number_is_the_vat_number() -> None:
    said = read_e_invoice(FACTUR_X.encode()) or {}
    assert (said["/seller/tax_id"], said["/buyer/name"]) == ("DE1", "Bakery")
    assert "/buyer/tax_id" not in said


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<Invoice",
        b"\xff\xfe\x00",
        b"<html/>",
        b"<Invoice/>",
        b'<?xml version="1.0" encoding="nonsense"?><Invoice/>',
        b"<Invoice>" * 1000,
        f'<!DOCTYPE Invoice [<!ENTITY a "x">]>{UBL}'.encode(),
        f'<!DOCTYPE Invoice SYSTEM "file:///etc/passwd">{UBL}'.encode(),
    ],
)
def test_what_is_no_e_invoice_says_nothing(hostile: bytes) -> None:
    assert read_e_invoice(hostile) is None


def test_amounts_and_dates_that_are_none_are_left_out() -> None:
    said = read_e_invoice(UBL.replace("119.00", "1e999").replace("2026-05-17", "soon").encode())
    assert said is not None
    assert not {"/total", "/date"} & set(said)


def test_a_pdf_tells_them_on_its_first_page() -> None:
    content = carrying({"note.txt": b"<Invoice/>", "other.xml": b"<a/>", "X.XML": UBL.encode()})
    first, second = decode_pdf(content, LIMITS)
    assert first.e_invoice.items() >= COMMON.items()
    assert second.e_invoice == {}


def test_or_on_the_first_page_that_is_wanted() -> None:
    content = carrying({"factur-x.xml": FACTUR_X.encode()})
    (page,) = decode_pdf(content, replace(LIMITS, wanted=((2, 2),)))
    assert page.e_invoice["/total"] == "119.00"


def test_a_pdf_with_nothing_inside_says_nothing() -> None:
    assert all(page.e_invoice == {} for page in decode_pdf(carrying({}), LIMITS))
