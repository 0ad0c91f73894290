from tests.workers.stages.documents import candidate, page_of, rules
from vouch.schemas.draft import TokenRef
from vouch.workers.stages.aligning import DocumentText, match_of
from vouch.workers.stages.ground import ground

PAGE = page_of("CORNER SHOP", "TOTAL   RM12.00", "11200 SECOND STREET", "25/12/2018")


def tokens(*indices: int) -> tuple[TokenRef, ...]:
    return tuple(TokenRef(page=1, index=index) for index in indices)


def test_a_printed_value_is_grounded_at_its_tokens() -> None:
    (field,) = ground(rules(merchant__name=[candidate("CORNER SHOP", at=[0, 1])]), [PAGE])
    assert field.best.status == "grounded"
    assert field.best.match == "exact"
    assert field.best.tokens == tokens(0, 1)


def test_a_rewritten_value_is_normalised() -> None:
    (field,) = ground(rules(date=[candidate("2018-12-25", "25/12/2018", at=[7])]), [PAGE])
    assert field.best.status == "normalised"


def test_a_value_that_is_nowhere_is_ungrounded() -> None:
    (field,) = ground(rules(merchant__name=[candidate("ELSEWHERE LTD")]), [PAGE])
    assert field.best.status == "ungrounded"
    assert field.best.match == "none"
    assert not field.best.tokens


def test_claimed_tokens_that_say_something_else_are_not_believed() -> None:
    (field,) = ground(rules(merchant__name=[candidate("CORNER SHOP", at=[2])]), [PAGE])
    assert field.best.tokens == tokens(0, 1)


def test_claimed_tokens_that_do_not_exist_are_not_believed() -> None:
    (field,) = ground(rules(merchant__name=[candidate("CORNER SHOP", at=[99])]), [PAGE])
    assert field.best.tokens == tokens(0, 1)


def test_an_inferred_value_is_marked_as_such() -> None:
    found = candidate("MYR", "RM12.00", at=[3], inferred=1.0)
    (field,) = ground(rules(currency=[found]), [PAGE])
    assert field.best.status == "inferred"


def test_digits_are_found_after_letters_but_not_inside_a_number() -> None:
    document = DocumentText([PAGE])
    assert document.align("12.00").tokens == tokens(3)
    assert document.align("1200").tokens == tokens(3)


def test_a_misread_word_matches_fuzzily() -> None:
    alignment = DocumentText([PAGE]).align("C0RNER SHOP")
    assert alignment.match == "fuzzy"
    assert alignment.tokens == tokens(0, 1)


def test_match_names_how_well_the_print_bears_out_the_claim() -> None:
    assert match_of("12.00", "RM12.00") == "exact"
    assert match_of("Corner-Shop", "CORNER SHOP") == "normalised"
    assert match_of("12.00", "13.00") == "none"
    assert match_of("", "CORNER") == "none"


def test_a_word_that_reaches_the_border_may_go_on_beyond_it() -> None:
    word = PAGE.tokens.tokens[3]
    moved = tuple((x - word.bbox.left, y) for x, y in word.polygon)
    tokens = (*PAGE.tokens.tokens[:3], word.model_copy(update={"polygon": moved}))
    cut = PAGE.model_copy(
        update={
            "tokens": PAGE.tokens.model_copy(update={"tokens": tokens}),
            "lines": PAGE.lines[:2],
        }
    )
    (field,) = ground(rules(total=[candidate("12.00", at=[3])]), [cut])
    assert field.best.status == "illegible"
