from tests.workers.stages.documents import candidate, page_of, rules
from vouch.schemas.draft import Candidate
from vouch.schemas.grounding import Check
from vouch.workers.stages.check import check
from vouch.workers.stages.ground import ground


def verdicts(
    amounts: dict[str, str], asides: dict[str, Candidate] | None = None
) -> dict[str, bool]:
    candidates = {name: [candidate(value)] for name, value in amounts.items()}
    draft = rules(asides, **candidates)
    made: tuple[Check, ...] = check(ground(draft, [page_of("-")]), [draft])
    return {found.name: found.passed for found in made}


def test_subtotal_and_tax_make_the_total() -> None:
    assert verdicts({"subtotal": "10.00", "tax": "0.60", "total": "10.60"}) == {
        "subtotal_to_total": True
    }
    assert verdicts({"subtotal": "10.00", "tax": "0.60", "total": "16.00"}) == {
        "subtotal_to_total": False
    }


def test_a_tax_that_prices_include_is_not_added() -> None:
    assert verdicts({"subtotal": "10.60", "tax": "0.60", "total": "10.60"}) == {
        "subtotal_to_total": True
    }


def test_discount_tip_and_rounding_are_terms() -> None:
    rounding = {"rounding": candidate("0.02")}
    amounts = {"subtotal": "10.00", "discount": "1.00", "tip": "2.00", "total": "11.02"}
    assert verdicts(amounts, rounding) == {"subtotal_to_total": True}


def test_items_make_the_total() -> None:
    items = {"items__0__price": "4.50", "items__1__price": "5.50"}
    assert verdicts({**items, "total": "10.00"}) == {"items_to_total": True}
    assert verdicts({**items, "total": "4.50"}) == {"items_to_total": False}


def test_cash_less_change_is_the_total() -> None:
    paid = {"cash": candidate("20.00"), "change": candidate("9.50")}
    assert verdicts({"total": "10.50"}, paid) == {"cash_minus_change": True}
    assert verdicts({"total": "20.00"}, paid) == {"cash_minus_change": False}


def test_quantity_times_unit_price_is_the_price() -> None:
    item = {"items__0__quantity": "2", "items__0__unit_price": "4.50"}
    assert verdicts({**item, "items__0__price": "9.00"}) == {"quantity_times_price": True}


def test_nothing_is_checked_where_terms_are_missing() -> None:
    assert verdicts({"total": "10.00"}) == {}
    assert verdicts({"subtotal": "10.00"}) == {}


def test_net_and_tax_make_an_invoices_total() -> None:
    sums = {"net_total": "100.00", "tax_total": "19.00"}
    assert verdicts({**sums, "total": "119.00"}) == {"net_plus_tax": True}
    assert verdicts({**sums, "total": "191.00"}) == {"net_plus_tax": False}
    credit = {"net_total": "-7.67", "tax_total": "-1.12", "total": "-8.79"}
    assert verdicts(credit) == {"net_plus_tax": True}


def test_the_total_less_payments_is_due() -> None:
    sums = {"total": "119.00", "amount_due": "99.00"}
    assert verdicts(sums, {"prepaid": candidate("-20.00")}) == {"total_less_prepaid": True}
    assert verdicts(sums, {"prepaid": candidate("30.00")}) == {"total_less_prepaid": False}
    assert verdicts(sums) == {}
    assert verdicts({**sums, "amount_due": "119.00"}) == {"total_less_prepaid": True}
