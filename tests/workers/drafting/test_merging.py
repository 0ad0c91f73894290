import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import candidate, vlm
from vouch.schemas.draft import Candidate, Draft, Pointer, Print, TokenRef
from vouch.schemas.shape import shape_of
from vouch.workers.drafting import merging

TEXT = {"type": "string"}
ROW = {"type": "object", "properties": {"price": TEXT, "code": TEXT, "2024": TEXT}}
ORDER = {
    "type": "object",
    "properties": {"code": TEXT, "codes": {"type": "array", "items": TEXT}},
}
SHAPE = shape_of(
    {
        "type": "object",
        "properties": {
            "total": TEXT,
            "merchant": {"type": "object", "properties": {"name": TEXT}},
            "items": {"type": "array", "items": ROW},
            "orders": {"type": "array", "items": ORDER},
            "2024": ROW,
        },
    }
)
SINGLES: list[Pointer] = ["/total", "/merchant/name"]


CANDIDATES = [
    Candidate(
        value=value,
        raw="printed" if page else "",
        tokens=(TokenRef(page=page, index=0),) if page else (),
        score=score,
        signals={} if page else {"inferred": 1.0},
    )
    for value in "ab"
    for page in (0, 1, 2)
    for score in (0.1, 0.5, 0.9)
]


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A page's draft: some single leaves, some rows of two lists, one of them nested."""
    rows = range(draw(st.integers(0, 2)))
    pointers = [
        *draw(st.sampled_from([[], SINGLES[:1], SINGLES])),
        *(f"/items/{row}/price" for row in rows),
        *(f"/orders/{row}/codes/{code}" for row in rows for code in range(2)),
    ]
    names = draw(st.sampled_from([[], ["cash"], ["cash", "change"]]))
    chosen = draw(st.lists(st.sampled_from(CANDIDATES), min_size=12, max_size=12))
    return Draft(
        reader="vlm",
        candidates={at: (one,) for at, one in zip(pointers, chosen, strict=False)},
        asides=dict(zip(names, reversed(chosen), strict=False)),
    )


def merged(pages: list[Draft]) -> Draft:
    return merging.merged(pages, SHAPE)


def test_each_page_adds_its_fields() -> None:
    first, second = vlm(merchant__name=[candidate("BEAN")]), vlm(total=[candidate("9.00")])
    assert merged([first, second]).candidates == {**first.candidates, **second.candidates}


def test_the_surest_page_leads_and_the_other_is_kept() -> None:
    weak, sure = candidate("9.00", score=0.4), candidate("10.00", score=0.8)
    assert merged([vlm(total=[weak]), vlm(total=[sure])]).candidates["/total"] == (sure, weak)


def test_of_equally_sure_pages_the_first_leads() -> None:
    first, second = candidate("9.00"), candidate("10.00")
    assert merged([vlm(total=[first]), vlm(total=[second])]).candidates["/total"][0] == first


def test_what_is_printed_leads_before_what_is_inferred() -> None:
    guess, printed = candidate("0", score=0.99, inferred=1.0), candidate("3", score=0.2)
    assert merged([vlm(count=[guess]), vlm(count=[printed])]).candidates["/count"][0] == printed


def test_a_value_that_two_pages_print_stands_once_with_both_places() -> None:
    best, other = candidate("9.00", at=[1], score=0.8), candidate("9.00", "RM 9", at=[5], score=0.3)
    (found,) = merged([vlm(total=[other]), vlm(total=[best])]).candidates["/total"]
    assert found.tokens == best.tokens
    assert found.repeats == (Print(raw="RM 9", tokens=other.tokens),)


def test_lists_follow_each_other() -> None:
    pages = [
        vlm(items__0__price=[candidate("1.00")], items__1__price=[candidate("2.00")]),
        vlm(total=[candidate("6.00")]),
        vlm(items__0__price=[candidate("3.00")], buttons__0=[candidate("OK")]),
    ]
    found = {pointer: one.value for pointer, (one,) in merged(pages).candidates.items()}
    assert found == {
        "/items/0/price": "1.00",
        "/items/1/price": "2.00",
        "/items/2/price": "3.00",
        "/total": "6.00",
        "/buttons/0": "OK",
    }


def test_a_list_inside_a_list_keeps_its_own_count() -> None:
    page = vlm(orders__0__codes__0=[candidate("A")], orders__0__codes__1=[candidate("B")])
    assert list(merged([page, page]).candidates) == [
        "/orders/0/codes/0",
        "/orders/0/codes/1",
        "/orders/1/codes/0",
        "/orders/1/codes/1",
    ]


def test_a_member_whose_name_is_a_number_is_no_list() -> None:
    page = Draft(reader="vlm", candidates={"/2024/price": (candidate("9.00"),)})
    other = Draft(reader="vlm", candidates={"/2024/price": (candidate("8.00"),)})
    assert list(merged([page, other]).candidates) == ["/2024/price"]


def test_there_is_nothing_to_merge_without_a_draft() -> None:
    with pytest.raises(ValueError, match="unpack"):
        merged([])


@given(drafts())
def test_a_single_page_is_left_as_it_is(draft: Draft) -> None:
    assert merged([draft]) == draft


@given(drafts(), drafts(), drafts())
def test_pages_may_be_merged_in_any_grouping(one: Draft, two: Draft, three: Draft) -> None:
    left, right = merged([merged([one, two]), three]), merged([one, merged([two, three])])
    assert (
        _without_order(left) == _without_order(right) == _without_order(merged([one, two, three]))
    )


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_no_value_is_lost_and_none_is_new(pages: list[Draft]) -> None:
    found = merged(pages).candidates
    for pointer in SINGLES:
        offered = {one.value for page in pages for one in page.candidates.get(pointer, ())}
        given_back = [one.value for one in found.get(pointer, ())]
        assert sorted(given_back) == sorted(offered)
    rows = [pointer for page in pages for pointer in page.candidates if "/items/" in pointer]
    assert sum("/items/" in pointer for pointer in found) == len(rows)


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_indices_stay_consecutive(pages: list[Draft]) -> None:
    indices = [
        int(pointer.split("/")[2])
        for pointer in merged(pages).candidates
        if pointer.startswith("/items/")
    ]
    assert indices == list(range(len(indices)))


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_printed_values_come_first_and_better_ones_before_worse(pages: list[Draft]) -> None:
    for found in merged(pages).candidates.values():
        keys = [(bool(one.signals), -one.score) for one in found]
        assert keys == sorted(keys)


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_every_aside_is_kept(pages: list[Draft]) -> None:
    kept = merged(pages).asides
    assert set(kept) == {name for page in pages for name in page.asides}
    for name, best in kept.items():
        rivals = [page.asides[name] for page in pages if name in page.asides]
        assert best.value in {rival.value for rival in rivals}


def _without_order(draft: Draft) -> dict[str, list[tuple[str, float, list[TokenRef]]]]:
    """The candidates by pointer, whatever order equal prints were added in."""
    return {
        pointer: [
            (
                one.value,
                one.score,
                sorted(
                    (token for place in one.repeats for token in place.tokens),
                    key=lambda token: (token.page, token.index),
                ),
            )
            for one in found
        ]
        for pointer, found in draft.candidates.items()
    }
