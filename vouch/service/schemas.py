"""The routes of schemas: judge one, store one, see what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import Parameter, RawBody

from vouch.exports.flat_plan import plan_of, schema_of
from vouch.grammar.lint import Lint
from vouch.schemas.builtin import BUILTIN, VERSION, builtin_schema
from vouch.schemas.errors import SchemaNotFound, SchemaTaken
from vouch.schemas.record import SchemaRef
from vouch.schemas.routing import AUTO
from vouch.schemas.shape import JsonSchema
from vouch.schemas.stored import SchemaList, StoredSchema
from vouch.schemas.tenant import Caller
from vouch.schemas.wanted import INLINE
from vouch.service.access import REFUSALS, requires
from vouch.service.linting import Linter
from vouch.service.problems import described, refused_with
from vouch.service.submission import MOST_BODY, schema_of_body
from vouch.storage.schemas import SchemaStore

Name = Annotated[
    str,
    Parameter(
        pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="1 to 64 small letters, digits, _ and -."
    ),
]
Version = Annotated[str | None, Parameter(description="By default the newest.")]
IsFlat = Annotated[
    bool, Parameter(description="The JSON Schema of records in `format=flat` instead.")
]


@dataclass
class _TakesSchema(Operation):
    """A route whose body is a JSON Schema, read as bytes so that its size and depth are judged."""

    def __post_init__(self) -> None:
        schema = Schema(type=OpenAPIType.OBJECT, description="A JSON Schema.")
        self.request_body = RequestBody(
            content={MediaType.JSON: OpenAPIMediaType(schema=schema)}, required=True
        )


@post(
    "/v1/schemas:lint",
    status_code=200,
    before_request=requires("read"),
    operation_class=_TakesSchema,
    request_max_body_size=MOST_BODY,
    tags=["schemas"],
    summary="Judge a schema",
    responses={
        200: described(Lint, "Every keyword with its verdict; the limits"),
        **refused_with(
            *REFUSALS, "invalid_request", "schema_too_large", "too_many_bytes", "service_busy"
        ),
    },
)
async def lint_schema(body: RawBody, linter: NamedDependency[Linter]) -> Response[bytes]:
    """Say of every keyword whether it binds while a model writes, is checked afterwards, or is
    refused, and how long the schema takes to compile. A refused schema is no error here.
    """
    verdict = await linter.lint(schema_of_body(body))
    return Response(verdict.model_dump_json().encode(), media_type=MediaType.JSON)


@put(
    "/v1/schemas/{name:str}",
    status_code=200,
    before_request=requires("submit"),
    operation_class=_TakesSchema,
    request_max_body_size=MOST_BODY,
    tags=["schemas"],
    summary="Store a schema",
    responses={
        200: described(SchemaRef, "It was the newest version already"),
        201: described(SchemaRef, "It is the newest version now"),
        **refused_with(
            *REFUSALS,
            "schema_taken",
            "invalid_request",
            "schema_refused",
            "schema_too_large",
            "too_many_bytes",
            "service_busy",
        ),
    },
)
async def put_schema(
    name: Name,
    body: RawBody,
    caller: NamedDependency[Caller],
    schemas: NamedDependency[SchemaStore],
    linter: NamedDependency[Linter],
) -> Response[bytes]:
    """Keep a schema under a name; what differs from the newest version is the next one.

    Jobs keep the version that they were submitted with. No version is ever changed.
    """
    _refuse_own(name)
    schema = schema_of_body(body)
    await linter.require_accepted(schema)
    stored, is_new = await schemas.put(caller.tenant.name, name, schema)
    return Response(
        stored.ref.model_dump_json().encode(),
        status_code=201 if is_new else 200,
        headers={"Location": f"/v1/schemas/{name}?version={stored.version}"},
        media_type=MediaType.JSON,
    )


@get(
    "/v1/schemas",
    before_request=requires("read"),
    tags=["schemas"],
    summary="See all schemas",
    responses={200: described(SchemaList, "Built-in ones first"), **refused_with(*REFUSALS)},
)
async def list_schemas(
    caller: NamedDependency[Caller], schemas: NamedDependency[SchemaStore]
) -> Response[bytes]:
    """Every schema that a job can name, with its versions and their digests."""
    known = SchemaList(schemas=(*_builtin(), *await schemas.all(caller.tenant.name)))
    return Response(known.model_dump_json().encode(), media_type=MediaType.JSON)


@get(
    "/v1/schemas/{name:str}",
    before_request=requires("read"),
    tags=["schemas"],
    summary="Fetch a schema",
    responses={
        200: described(JsonSchema, "The JSON Schema itself"),
        **refused_with(*REFUSALS, "schema_not_found", "invalid_request"),
    },
)
async def fetch_schema(
    name: Name,
    caller: NamedDependency[Caller],
    schemas: NamedDependency[SchemaStore],
    version: Version = None,
    *,
    flat: IsFlat = False,
) -> JsonSchema:
    """The schema itself, built in or stored; with `flat`, that of its flat records."""
    if name in BUILTIN:
        if version not in (None, VERSION):
            raise SchemaNotFound(f"the newest version of {name!r} is {VERSION}")
        schema = builtin_schema(name)
    else:
        schema = await schemas.get(caller.tenant.name, name, version)
    return schema_of(plan_of(schema.shape), name) if flat else schema.json_schema


@delete(
    "/v1/schemas/{name:str}",
    before_request=requires("submit"),
    tags=["schemas"],
    summary="Delete a schema",
    responses=refused_with(*REFUSALS, "schema_taken", "schema_not_found", "invalid_request"),
)
async def delete_schema(
    name: Name, caller: NamedDependency[Caller], schemas: NamedDependency[SchemaStore]
) -> None:
    """Forget a stored schema with all its versions. Jobs keep the version that they have."""
    _refuse_own(name)
    await schemas.forget(caller.tenant.name, name)


ROUTES: Sequence[HTTPRouteHandler] = (
    lint_schema,
    put_schema,
    list_schemas,
    fetch_schema,
    delete_schema,
)


def _refuse_own(name: str) -> None:
    if name in (*BUILTIN, AUTO, INLINE):
        raise SchemaTaken("this name belongs to Vouch: choose another")


def _builtin() -> Sequence[StoredSchema]:
    return [
        StoredSchema(
            name=name,
            version=VERSION,
            versions={VERSION: builtin_schema(name).ref.digest},
            built_in=True,
        )
        for name in BUILTIN
    ]
