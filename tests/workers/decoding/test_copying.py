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
