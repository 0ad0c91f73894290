"""What a caller sends with `POST /v1/jobs`, judged as far as that is cheap."""

from pathlib import PurePath
from typing import Annotated

from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from pydantic import BaseModel, ConfigDict, Field

from vouch.grammar.limits import LIMITS
from vouch.schemas.builtin import BUILTIN, VERSION
from vouch.schemas.errors import (
    EmptyUpload,
    InvalidRequest,
    SchemaNotFound,
    SchemaTooLarge,
    TooManyBytes,
    UnknownSchema,
    UnsupportedMediaType,
)
from vouch.schemas.job import Options, Readers
from vouch.schemas.shape import JsonSchema
from vouch.schemas.wanted import INLINE, parsed_schema
from vouch.service.linting import Linter
from vouch.storage.schemas import SchemaStore

MOST_BYTES = 4 * LIMITS.bytes
"""Of a schema's text as it is sent: spaces and line ends included."""
MOST_BODY = 8_000_000
"""Of a body that should be a schema: beyond it nothing is read, and the answer is 413."""
_LONGEST_NAME = 255


class Submission(BaseModel):
    """The parts of the form."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", frozen=True)

    file: Annotated[
        UploadFile, Field(description="The picture or PDF; its content decides its type.")
    ]
    schema_name: Annotated[
        str | None,
        Field(
            alias="schema",
            description="A built-in or stored schema, with @version where not the newest is meant."
            " By default receipt.",
            examples=["receipt", "order@3"],
        ),
    ] = None
    json_schema: Annotated[
        UploadFile | str | None,
        Field(description="A JSON Schema as JSON: instead of `schema`, and for this job alone."),
    ] = None
    readers: Annotated[Readers, Field(description="Who reads.")] = "both"
    target_precision: Annotated[
        float | None,
        Field(gt=0, lt=1, description="Least confidence of an accepted value.", examples=[0.99]),
    ] = None

    async def options(self, schemas: SchemaStore, linter: Linter) -> Options:
        """The wish itself, with its schema as it is now: a later version changes nothing for it.

        InvalidRequest, UnknownSchema, SchemaRefused, SchemaTooLarge.
        """
        wish = Options(readers=self.readers, target_precision=self.target_precision)
        if self.json_schema is not None:
            return wish.model_copy(update=await self._inline(self.json_schema, linter))
        if self.schema_name is None:
            return wish
        return wish.model_copy(update=await _named(self.schema_name, schemas))

    async def _inline(self, part: UploadFile | str, linter: Linter) -> dict[str, object]:
        if self.schema_name is not None:
            raise InvalidRequest("send `schema` or `json_schema`, not both")
        text = part.encode() if isinstance(part, str) else await part.read(MOST_BYTES + 1)
        schema = schema_of_body(text)
        await linter.require_accepted(schema)
        return {"schema_name": INLINE, "json_schema": schema}

    def filename(self) -> str | None:
        """The name as sent, without folders and unprintable characters; it decides nothing."""
        name = PurePath(self.file.filename.replace("\\", "/")).name
        return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME] or None


async def _named(name_and_version: str, schemas: SchemaStore) -> dict[str, object]:
    """A schema that this service knows. UnknownSchema when there is none of this version."""
    name, at, version = name_and_version.partition("@")
    if name in BUILTIN and version in ("", VERSION):
        return {"schema_name": name}
    try:
        stored = await schemas.get(name, version if at else None)
    except (SchemaNotFound, InvalidRequest):
        raise UnknownSchema("there is no such schema; GET /v1/schemas lists them") from None
    return {
        "schema_name": name,
        "json_schema": stored.json_schema,
        "schema_version": stored.version,
    }


def schema_of_body(text: bytes) -> JsonSchema:
    """A caller's JSON Schema. SchemaTooLarge, InvalidRequest."""
    if len(text) > MOST_BYTES:
        raise SchemaTooLarge(f"the schema is larger than {MOST_BYTES} bytes")
    return parsed_schema(text)


async def read_upload(file: UploadFile, most: int) -> bytes:
    """The uploaded bytes. EmptyUpload, TooManyBytes."""
    content = await file.read(most + 1)
    if not content:
        raise EmptyUpload("the part `file` has no bytes")
    if len(content) > most:
        raise TooManyBytes(f"the file is larger than {most} bytes")
    return content


def only_multipart(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """A guard: InvalidRequest for JSON (one day a document by URL), UnsupportedMediaType else."""
    sent = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent == "application/json":
        raise InvalidRequest(
            "a document by URL is not taken yet: send multipart/form-data with a part `file`"
        )
    if sent != "multipart/form-data":
        raise UnsupportedMediaType("send multipart/form-data with a part `file`")
