"""What callers see of the schemas that a service knows."""

from vouch.schemas.value import Value


class StoredSchema(Value):
    """One schema and its versions."""

    name: str
    version: str
    """The newest: what a job gets that names none."""
    versions: dict[str, str]
    """SHA-256 of each version, whatever the order of its keys."""
    built_in: bool = False
    """Ships with Vouch: it cannot be stored over."""


class SchemaList(Value):
    """Every schema that a job can name."""

    schemas: tuple[StoredSchema, ...]
