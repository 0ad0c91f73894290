from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.decoding.copying import continuations, lines_told

LINES = [b"COFFEE HOUSE", b"1 LATTE 3.50", b"TOTAL RM 7.50"]


def first(written: bytes) -> bytes:
    return next(continuations(written, LINES), b"")


def test_a_cited_line_is_copied() -> None:
    assert first(b'{"lines":[3],"raw":"') == LINES[2]
    assert first(b'{"lines":[2,3],"raw":"') == LINES[1]
    assert first(b'{"lines":[9],"raw":"') == b""


def test_the_value_is_copied_from_what_is_printed() -> None:
    assert first(b'{"lines":[3],"raw":"RM 7.50","value":"') == b'7.50"'


def test_where_a_quotation_stands_is_named() -> None:
    places = {"LATTE \\": (2, 3), "ALL": tuple(range(1, 40))}

    def told(written: bytes) -> bytes:
        return lines_told(written, lambda raw: places.get(raw, ()))

    assert told(rb'{"raw":"LATTE \\","lines":[') == b"2,3]"
    assert told(rb'{"raw":"ALL","lines":[') == b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]"
    assert told(rb'{"raw":"TEA","lines":[') == b""
    assert told(rb'{"raw":"LATTE \\","lines":[2') == b""
    assert told(rb'{"lines":["LATTE \\","lines":[') == b""
    assert first(b'{"raw":"RM 7.50","lines":[3],"value":"') == b'7.50"'


def test_a_printed_day_is_turned_round() -> None:
    assert first(b'{"raw":"on 25/12/2018 (Tue)","lines":[4],"value":"') == b'2018-12-25"'


def test_of_what_was_written_only_the_shape_is_expected_again() -> None:
    written = b'{"name":{"raw":"TEA","lines":[1]},"price":'
    assert first(written) == b'{"raw":"'
    assert first(b'[{"a":null,"b":{"raw":"TEA"}},{"a":') == b'{"raw":"'
    assert first(b'[{"a":null,"b":{"raw":"TEA"}},{"a":null') == b',"b":{"raw":"'


def test_the_line_numbers_of_a_quotation_are_expected_to_end() -> None:
    assert list(continuations(b'{"raw":"7.50","lines":[3', LINES))[:2] == [b'],"value":"', b"]}"]


def test_of_a_number_no_more_is_copied_than_the_number() -> None:
    lines = [*LINES, b"7.90 CASH"]
    assert next(continuations(b'{"raw":"7.', lines)) == b'90","lines":['
    assert next(continuations(b'{"raw":"CAS', lines)) == b'H","lines":['


def test_a_copy_that_has_begun_goes_on() -> None:
    assert first(b'{"lines":[3],"raw":"LATTE').startswith(b" 3.50")


def test_a_copy_may_end_where_its_line_ends() -> None:
    assert b'"}' in list(continuations(b'{"lines":[1],"raw":"COFFEE HOUSE', LINES))


def test_the_answer_repeats_itself() -> None:
    item = b'{"text":null,"price":null},{"text":null,'
    assert first(item).startswith(b'"price":null')


@given(written=st.binary(max_size=40), copies=st.lists(st.binary(max_size=20), max_size=4))
def test_anything_may_have_been_written(written: bytes, copies: list[bytes]) -> None:
    assert all(option for option in continuations(written, [copy for copy in copies if copy]))
