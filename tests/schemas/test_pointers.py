from vouch.schemas.pointers import pattern_of, tree


def test_tree_builds_lists_in_the_order_of_their_indices() -> None:
    leaves = {"/items/1/price": "2.00", "/items/0/price": "1.00", "/merchant/name": "A"}
    assert tree(leaves) == {
        "items": [{"price": "1.00"}, {"price": "2.00"}],
        "merchant": {"name": "A"},
    }


def test_tree_orders_more_than_nine_entries_by_number() -> None:
    leaves = {f"/items/{index}/price": str(index) for index in range(12)}
    assert [item["price"] for item in tree(leaves)["items"]] == [str(n) for n in range(12)]


def test_escaped_names_are_read_back() -> None:
    assert tree({"/a~1b/c~0d": "x"}) == {"a/b": {"c~d": "x"}}


def test_pattern_replaces_indices_only() -> None:
    assert pattern_of("/items/10/price") == "/items/*/price"
    assert pattern_of("/items/3") == "/items/*"
    assert pattern_of("/line2/total") == "/line2/total"
