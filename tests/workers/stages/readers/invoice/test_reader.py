"""Made-up invoices of several countries and habits."""

from datetime import date

import pytest

from tests.workers.stages.readers.invoice.printed_invoices import (
    DUTCH,
    ENGLISH,
    FRENCH,
    GERMAN,
    ITALIAN,
    POLISH,
    PORTUGUESE,
    SPANISH,
)
from tests.workers.stages.rules.printed import printed_page
from vouch.schemas.job import Options
from vouch.workers.stages.readers.invoice.reader import read_invoice
from vouch.workers.stages.readers.seen import Seen


def read(*pages: str) -> dict[str, str]:
    layouts = [printed_page(text, number) for number, text in enumerate(pages, start=1)]
    draft = read_invoice(Seen(layouts, Options(schema_name="invoice"), date(2026, 1, 1)))
    return {pointer: candidates[0].value for pointer, candidates in draft.candidates.items()}


CASES = [
    pytest.param(
        ENGLISH,
        {
            "/number": "BT-20417",
            "/date": "2024-03-03",
            "/due_date": "2024-04-02",
            "/currency": "GBP",
            "/seller/name": "Brightwell Tools Ltd",
            "/buyer/name": "Harper & Sons",
            "/buyer/address": "7 Oak Road, M1 2AB Manchester",
            "/items/0/description": "Steel hammer",
            "/items/0/quantity": "2",
            "/items/0/unit_price": "12.50",
            "/items/0/tax_rate": "20",
            "/items/1/price": "30.00",
            "/net_total": "55.00",
            "/tax_total": "11.00",
            "/total": "66.00",
            "/amount_due": "50.00",
        },
        id="english",
    ),
    pytest.param(
        FRENCH,
        {
            "/number": "2023-0415",
            "/date": "2023-04-15",
            "/due_date": "2023-05-15",
            "/currency": "EUR",
            "/seller/name": "Menuiserie Delorme SARL",
            "/seller/iban": "FR7630006000011234567890189",
            "/buyer/name": "Mairie de Villefort",
            "/items/0/price": "2500.00",
            "/net_total": "2800.00",
            "/tax_total": "560.00",
            "/total": "3360.00",
            "/amount_due": "2360.00",
        },
        id="french",
    ),
    pytest.param(
        GERMAN,
        {
            "/number": "GS-1190",
            "/date": "2025-01-12",
            "/seller/name": "Nordlicht Elektro GmbH",
            "/buyer/name": "Familie Petersen",
            "/buyer/address": "Dorfstraße 8, 24217 Schönberg",
            "/items/0/price": "-38.00",
            "/net_total": "-38.00",
            "/tax_total": "-7.22",
            "/total": "-45.22",
        },
        id="german-credit-note",
    ),
    pytest.param(
        SPANISH,
        {
            "/number": "F-2291",
            "/date": "2023-09-07",
            "/seller/name": "Frutas Olmedo S.L.",
            "/buyer/name": "Hotel Mirador S.A.",
            "/net_total": "1200.00",
            "/tax_total": "120.00",
            "/total": "1320.00",
        },
        id="spanish",
    ),
    pytest.param(
        ITALIAN,
        {
            "/number": "118/A",
            "/date": "2023-06-30",
            "/seller/name": "Officine Bruni S.r.l.",
            "/buyer/name": "Cantina Rosati",
            "/net_total": "500.00",
            "/tax_total": "110.00",
            "/total": "610.00",
        },
        id="italian",
    ),
    pytest.param(
        DUTCH,
        {
            "/number": "20230188",
            "/date": "2023-10-11",
            "/due_date": "2023-11-10",
            "/seller/name": "Fietsenmaker Jansen B.V.",
            "/net_total": "200.00",
            "/tax_total": "42.00",
            "/total": "242.00",
        },
        id="dutch",
    ),
    pytest.param(
        PORTUGUESE,
        {
            "/number": "2023/77",
            "/date": "2023-02-05",
            "/due_date": "2023-03-07",
            "/net_total": "80.00",
            "/tax_total": "18.40",
            "/total": "98.40",
        },
        id="portuguese",
    ),
    pytest.param(
        POLISH,
        {
            "/number": "FV/12/2023",
            "/date": "2023-11-14",
            "/due_date": "2023-11-28",
            "/currency": "PLN",
            "/seller/name": "Meblo Sp. z o.o.",
            "/buyer/name": "Biuro Kowal",
            "/net_total": "1000.00",
            "/tax_total": "230.00",
            "/total": "1230.00",
        },
        id="polish",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_an_invoice_is_read_in_its_own_language(text: str, expected: dict[str, str]) -> None:
    found = read(text)
    assert {pointer: found.get(pointer) for pointer in expected} == expected


def test_carried_sums_between_pages_are_no_totals() -> None:
    first = """
Invoice No. A-1
Description       Qty     Unit price     Total
Chairs            2       50.00          100.00
                          Carried forward     100.00
"""
    second = """
                          Brought forward     100.00
Description       Qty     Unit price     Total
Tables            1       300.00         300.00
                          Net total           400.00
                          VAT 10%             40.00
                          Total               440.00
"""
    found = read(first, second)
    assert found["/total"] == "440.00"
    assert found["/net_total"] == "400.00"
    assert [found.get(f"/items/{n}/price") for n in range(3)] == ["100.00", "300.00", None]


def test_a_page_without_an_invoice_claims_no_number_or_sum() -> None:
    found = read("Dear guests\nthe pool is closed today\nplease use the lake")
    assert not found.keys() & {"/number", "/date", "/total", "/net_total"}


def test_an_iban_with_a_wrong_check_digit_and_no_label_is_none() -> None:
    assert "/seller/iban" not in read("FR76 3000 6000 0112 3456 7890 188")


def test_taxes_of_several_rates_are_added_where_no_line_does_it() -> None:
    found = read("""
Summe netto                      65,40 €
MwSt 19% auf 53,40               10,15 €
MwSt 7% auf 12,00                0,84 €
Rechnungsbetrag                  76,39 €
""")
    assert (found["/tax_total"], found["/total"]) == ("10.99", "76.39")
