import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.builtin import wanted_schema
from vouch.schemas.errors import InvalidRequest, UnknownSchema
from vouch.schemas.job import Options
from vouch.schemas.wanted import parsed_schema


@pytest.mark.parametrize(
    "text",
    ["", "nope", "[]", "true", '"text"', '{"a":NaN}', '{"a":1e999}', '{"a":"\\ud800"}',
     b'{"\xff":1}', "[" * 100_000, '{"a":' * 300 + "1" + "}" * 300, '{"a":' + "9" * 10_000 + "}"],
)  # fmt: skip
def test_what_is_no_schema_is_refused_and_never_quoted(text: str | bytes) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parsed_schema(text)
    assert len(str(refused.value)) < 80


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans())))
def test_every_object_is_read(schema: dict[str, object]) -> None:
    assert parsed_schema(json.dumps(schema)) == schema


def test_a_job_without_a_schema_of_its_own_wants_a_builtin_one() -> None:
    assert wanted_schema(Options(schema_name="receipt", schema_version="1")).version == "1"
    for missing in (Options(schema_name="novel"), Options(schema_version="2")):
        with pytest.raises(UnknownSchema):
            wanted_schema(missing)
