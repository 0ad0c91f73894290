"""Names, addresses, telephone and receipt numbers of a receipt's head."""

import pytest

from tests.workers.stages.rules.printed import printed_page
from vouch.workers.stages.readers.receipt import read_receipt
from vouch.workers.stages.rules.repairs import repair_name


def best(text: str, pointer: str) -> str | None:
    found = read_receipt([printed_page(text)]).candidates.get(pointer)
    return found[0].value if found else None


STREET = "\n12 Jalan Mawar\n43300 Serdang"
TAIL = "\nBill No: 123   01/02/2020 10:00\nTea  2.00\nTotal  2.00"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("SUNNY CAFE\n12 High Street\nLondon SW1A 1AA", "SUNNY CAFE"),
        ("TAX INVOICE\nSUNNY CAFE\n12 High Street\nLondon SW1A 1AA", "SUNNY CAFE"),
        ("WELCOME TO\nSUNNY CAFE\n12 High Street", "SUNNY CAFE"),
        ("SUNNY TRADING SDN BHD (123456-A)" + STREET, "SUNNY TRADING SDN BHD"),
        ("SUNNY &\nSONS\n12 High Street\nLondon SW1A 1AA", "SUNNY & SONS"),
        ("SUNNY FOOD\nRESTAURANT SDN BHD" + STREET, "SUNNY FOOD RESTAURANT SDN BHD"),
        (
            "SUNNY HARDWARE\nENTERPRISE (EAST\nSIDE) SDN BHD" + STREET,
            "SUNNY HARDWARE ENTERPRISE (EAST SIDE) SDN BHD",
        ),
        (
            "SUNNY FOODS SDN BHD\nformerly known as\nRAINY FOODS SDN BHD" + STREET,
            "SUNNY FOODS SDN BHD",
        ),
        ("Owned by: SUNNY FOODS SDN BHD" + STREET, "SUNNY FOODS SDN BHD"),
    ],
)
def test_name(head: str, name: str) -> None:
    assert best(head + TAIL, "/merchant/name") == name


@pytest.mark.parametrize(
    ("rows", "address"),
    [
        (["12 High Street", "London SW1A 1AA"], "12 High Street London SW1A 1AA"),
        (["Bahnhofstrasse 57", "8001 Zürich"], "Bahnhofstrasse 57 8001 Zürich"),
        (["C/ MAYOR, 15", "46001 VALENCIA"], "C/ MAYOR, 15 46001 VALENCIA"),
        (["VIA ROMA 14", "20121 MILANO MI"], "VIA ROMA 14 20121 MILANO MI"),
        (["2200 Fifth Ave.", "Seattle, WA 98121"], "2200 Fifth Ave. Seattle, WA 98121"),
        (["262 Bernard Ave.", "Kelowna, BC V1Y 6N4"], "262 Bernard Ave. Kelowna, BC V1Y 6N4"),
        (["10 Jurong East St 12", "Singapore 609690"], "10 Jurong East St 12 Singapore 609690"),
        (["14, Anna Salai,", "Chennai - 600017"], "14, Anna Salai, Chennai - 600017"),
        (
            ["LOT 5, JALAN BESAR,", "39100 KOTA,", "PAHANG."],
            "LOT 5, JALAN BESAR, 39100 KOTA, PAHANG.",
        ),
    ],
)
def test_address(rows: list[str], address: str) -> None:
    text = "\n".join(["SUNNY CAFE", *rows, "Tel: 020 7946 0123"]) + TAIL
    assert best(text, "/merchant/address") == address


def test_a_telephone_on_the_address_row_is_cut_off() -> None:
    text = "SUNNY CAFE\nJalan Mawar 3\n81750 Johor Bahru. Tel No.: 07-387 3322" + TAIL
    assert best(text, "/merchant/address") == "Jalan Mawar 3 81750 Johor Bahru."
    assert best(text, "/merchant/phone") == "07-387 3322"


@pytest.mark.parametrize(
    ("row", "phone"),
    [
        ("Tel: 020 7946 0123  Fax: 020 7946 0999", "020 7946 0123"),
        ("Fax: 020 7946 0999  Tel: 020 7946 0123", "020 7946 0123"),
        ("(217) 555-2345", "(217) 555-2345"),
        ("Phone +49 221 123456", "+49 221 123456"),
        ("GST Reg No: 001234567890", None),
    ],
)
def test_phone(row: str, phone: str | None) -> None:
    assert best(f"SUNNY CAFE\n{row}\nTea  2.00", "/merchant/phone") == phone


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Invoice No: CS00012345", "CS00012345"),
        ("Receipt #: 4711", "4711"),
        ("Bon-Nr.:0815", "0815"),
        ("GST Reg No: 001234567890", None),
    ],
)
def test_receipt_number(row: str, number: str | None) -> None:
    assert best(f"SUNNY CAFE\n{row}\nTea  2.00", "/receipt_number") == number


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("SUNNY FO0DS SBN 8HD", "SUNNY FOODS SDN BHD"),
        ("SUNNY PTE LTD", "SUNNY PTE LTD"),
        ("SUNNY Pvt. Ltd", "SUNNY Pvt. Ltd"),
        ("7-ELEVEN", "7-ELEVEN"),
        ("CAFE 1771", "CAFE 1771"),
        ("Mi1k Bar", "Milk Bar"),
        ("The WorId Ma11", "The World Mall"),
        ("McIntosh", "McIntosh"),
        ("Restäurant", "Restäurant"),
    ],
)
def test_repairs(printed: str, meant: str) -> None:
    assert repair_name(printed) == meant


def test_accents_are_specks_where_nobody_writes_them() -> None:
    assert repair_name("Restäurant Café", "MYR") == "Restaurant Café"
    assert repair_name("Bäckerei Müller", "EUR") == "Bäckerei Müller"
