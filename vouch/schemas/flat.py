"""The flat record: what robots bind to that know tables and plain values, but no nesting."""

from pydantic import ConfigDict, Field

from vouch.schemas.record import Outcome
from vouch.schemas.value import Value

Scalar = str | int | float | bool | None


class FlatHead(Value):
    """What every flat record says first, whatever its schema."""

    id: str = Field(description="The job's id.")
    file: str | None = Field(description="The file's name, where it had one.")
    schema_name: str = Field(alias="schema", description="Which schema the values follow.")
    shows: str | None = Field(description="What the picture shows, where schema=auto asked.")
    decision: Outcome = Field(description="What to do: accept, review, reupload.")
    reasons: str | None = Field(description="Codes of the reasons, with commas between them.")
    hints: str | None = Field(description="What a person should do about them, line by line.")
    confidence: float | None = Field(
        description="Probability that every accepted value is right; null: none was accepted."
    )
    pages: int = Field(description="Pages of the file that were looked at.")
    documents: int = Field(description="Documents in the file; the values are the first's.")
    degraded: str | None = Field(description="Why a reader was missing, if one was.")


class FlatRecord(FlatHead):
    """A record on one level of keys: values beside what vouches for them, and lists as tables.

    Which keys there are follows from the schema alone: see `GET /v1/schemas/{name}?flat=true`.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Scalar | list[dict[str, Scalar]]]
