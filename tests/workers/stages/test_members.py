from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import candidate, page_of, rules, vlm
from vouch.schemas.draft import Draft, Reader
from vouch.schemas.text import PageLayout
from vouch.workers.stages.ground import ground
from vouch.workers.stages.members import aligned

PAGE = page_of("TEA 1.00", "RICE 2.00", "TEA 1.00", "SOUP 4.00")


def items(layout: PageLayout, ours: Draft, theirs: Draft) -> tuple[dict[str, str], dict[str, str]]:
    pair = aligned(ground(ours, [layout]), ground(theirs, [layout]), [layout])
    one, other = ({field.pointer: field.best.value for field in fields} for fields in pair)
    return one, other


def test_members_are_matched_by_the_words_they_stand_on() -> None:
    ours = rules(
        items__0__price=[candidate("2.00", at=[3])], items__1__price=[candidate("4.00", at=[7])]
    )
    theirs = vlm(
        items__0__price=[candidate("1.00", at=[1])],
        items__1__price=[candidate("2.00", at=[3])],
        items__2__price=[candidate("4.00", at=[7])],
    )
    assert items(PAGE, ours, theirs) == (
        {"/items/1/price": "2.00", "/items/2/price": "4.00"},
        {"/items/0/price": "1.00", "/items/1/price": "2.00", "/items/2/price": "4.00"},
    )


def test_alike_members_on_other_lines_stay_apart() -> None:
    ours = rules(items__0__price=[candidate("1.00", at=[1])])
    theirs = vlm(items__0__price=[candidate("1.00", at=[5])])
    assert items(PAGE, ours, theirs) == ({"/items/0/price": "1.00"}, {"/items/1/price": "1.00"})


def test_another_reading_of_one_line_is_the_same_member() -> None:
    ours = rules(
        items__0__description=[candidate("SOUP", at=[6])],
        items__0__price=[candidate("4.00", at=[7])],
    )
    theirs = vlm(
        items__0__description=[candidate("SOUP", at=[6])],
        items__0__price=[candidate("2.00", at=[3])],
    )
    one, other = items(PAGE, ours, theirs)
    assert one.keys() == other.keys()


def test_a_member_without_evidence_follows_the_one_before_it() -> None:
    ours = rules(
        items__0__price=[candidate("1.00", at=[1])], items__1__price=[candidate("4.00", at=[7])]
    )
    theirs = vlm(
        items__0__price=[candidate("1.00", at=[1])],
        items__1__price=[candidate("9.00", "", inferred=1.0)],
        items__2__price=[candidate("4.00", at=[7])],
    )
    one, other = items(PAGE, ours, theirs)
    assert one == {"/items/0/price": "1.00", "/items/2/price": "4.00"}
    assert list(other) == ["/items/0/price", "/items/1/price", "/items/2/price"]


def test_lists_in_lists_follow_their_members() -> None:
    ours = rules(orders__0__lines__0=[candidate("SOUP", at=[6])])
    theirs = vlm(
        orders__0__lines__0=[candidate("RICE", at=[2])],
        orders__1__lines__0=[candidate("TEA", at=[4])],
        orders__1__lines__1=[candidate("SOUP", at=[6])],
    )
    one, other = items(PAGE, ours, theirs)
    assert one == {"/orders/1/lines/1": "SOUP"}
    assert other["/orders/1/lines/1"] == "SOUP"


def test_what_is_in_no_list_keeps_its_pointer() -> None:
    ours, theirs = rules(total=[candidate("4.00", at=[7])]), vlm(total=[candidate("4.00", at=[7])])
    assert items(PAGE, ours, theirs) == ({"/total": "4.00"}, {"/total": "4.00"})


lists = st.lists(st.sampled_from([1, 3, 5, 7]), max_size=4, unique=True)


def draft(reader: Reader, places: list[int]) -> Draft:
    return Draft(
        reader=reader,
        candidates={
            f"/items/{number}/price": (candidate(PAGE.tokens.tokens[at].text, at=[at]),)
            for number, at in enumerate(places)
        },
    )


@given(lists, lists)
def test_numbers_are_consecutive_and_nothing_is_lost(ours: list[int], theirs: list[int]) -> None:
    one, other = items(PAGE, draft("rules", ours), draft("vlm", theirs))
    assert (len(one), len(other)) == (len(ours), len(theirs))
    shared = set(ours) & set(theirs)
    assert len(one.keys() & other.keys()) == len(shared)
    if ours and theirs:
        count = len(set(ours) | set(theirs))
        assert one.keys() | other.keys() == {f"/items/{number}/price" for number in range(count)}
