from vouch.schemas.builtin import builtin_schema
from vouch.schemas.wanted import WantedSchema
from vouch.workers.judgements import judgement, judgement_for

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}


def custom(name: str = "order", required: tuple[str, ...] = (), **named: object) -> WantedSchema:
    schema = {"type": "object", "properties": named, "required": list(required)}
    return WantedSchema(name=name, version="1", json_schema=schema)


def test_a_builtin_schema_has_its_own_judgement() -> None:
    assert judgement_for(builtin_schema("receipt")) == judgement("receipt")


def test_a_schema_that_only_bears_a_builtin_name_has_the_prior() -> None:
    ruling = judgement_for(custom("receipt", total=MAYBE))
    assert ruling.calibration_identity.name == "uncalibrated-prior-1"


def test_what_the_schema_insists_on_decides() -> None:
    lines = {"type": "array", "items": {"type": "object", "properties": {"sku": TEXT, "n": MAYBE}}}
    lines["items"]["required"] = ["sku"]  # type: ignore[index]
    schema = custom(required=("number", "note", "lines"), number=TEXT, note=MAYBE, lines=lines)
    assert judgement_for(schema).policy.decisive == ("/number", "/lines/*/sku")


def test_where_it_insists_on_nothing_everything_decides() -> None:
    schema = custom(number=MAYBE, tags={"type": "array", "items": MAYBE}, optional=TEXT)
    ruling = judgement_for(schema)
    assert ruling.policy.decisive == ("/number", "/tags/*", "/optional")
    assert ruling.policy_identity != judgement_for(custom(other=MAYBE)).policy_identity


def test_nothing_is_accepted_on_the_word_of_a_reader_that_nobody_measured() -> None:
    ruling = judgement("default")
    models = [*ruling.calibration.models.values(), *ruling.vlm_calibration.models.values()]
    assert all(model.ceiling < ruling.policy.target_precision for model in models)
