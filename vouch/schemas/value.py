"""The one base of every value in Vouch."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value: unknown names are refused, NaN is refused, equality is by content."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )
