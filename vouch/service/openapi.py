"""The OpenAPI document: what the framework cannot tell of routes that read bodies by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import combinations
from typing import Any, get_args

from litestar import Litestar, Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.routes import HTTPRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

_RETRY_AFTER = {
    "description": "Seconds after which the same request can succeed.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}
_BEARER = SecurityScheme(type="http", scheme="bearer", description="An API key: vouch_…")
_API_KEY = SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header")
_ASKING = {"schema": "string", "json_schema": "object", "question": "string", "locate": "string"}
_ASKED_TWICE = {
    "anyOf": [
        {
            "required": [one, other],
            "properties": {one: {"type": _ASKING[one]}, other: {"type": _ASKING[other]}},
        }
        for one, other in combinations(_ASKING, 2)
    ]
}
_METHODS = ("get", "put", "post", "delete")
_Json = dict[str, Any]


def openapi() -> OpenAPIConfig:
    """Title, description, and where the document is."""
    return OpenAPIConfig(
        title="Vouch",
        version=version("vouch"),
        description="Documents in; records out, every value with evidence and a confidence.",
        path="/openapi",
        render_plugins=[_Completed(path="/openapi.json")],
        use_handler_docstrings=True,
        components=Components(security_schemes={"bearer": _BEARER, "api_key": _API_KEY}),
        # {}: a service without keys serves its own machine
        security=[{"bearer": []}, {"api_key": []}, {}],
    )


def json_of(kind: type[BaseModel]) -> _Json:
    """The schema of a body of JSON."""
    return {**kind.model_json_schema(), "not": _ASKED_TWICE}


def form_of(kind: type[BaseModel], file: str, *, many: bool = False) -> _Json:
    """The schema of a form of these fields with a file, or several under the same name."""
    schema = kind.model_json_schema()
    said = "A picture or PDF; its content decides its type."
    one: _Json = {"type": "string", "format": "binary", "description": said}
    # an empty file among several is refused for itself
    files = {"type": "array", "items": one, "minItems": 1} if many else {**one, "minLength": 1}
    properties = {name: _as_text(field) for name, field in schema["properties"].items()}
    required = [*schema.get("required", []), file]
    return {**schema, "properties": {**properties, file: files}, "required": required}


def taking(bodies: Mapping[str, _Json]) -> type[Operation]:
    """For `operation_class`: the bodies that a route takes, schemas by media type."""

    @dataclass
    class Takes(Operation):
        def __post_init__(self) -> None:
            content = {kind: OpenAPIMediaType(schema=body) for kind, body in bodies.items()}  # type: ignore[arg-type]  # as it shall be written
            self.request_body = RequestBody(content=content, required=True)

    return Takes


def also_answering(*media_types: str) -> type[Operation]:
    """For `operation_class`: a route whose answer 200 can be of these kinds too: text or JSON."""

    @dataclass
    class Answers(Operation):
        def __post_init__(self) -> None:
            content = (self.responses or {})["200"].content  # type: ignore[union-attr]  # no reference
            text = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
            for media_type in media_types:
                schema = Schema() if media_type.endswith("json") else text
                content[media_type] = OpenAPIMediaType(schema=schema)  # type: ignore[index]

    return Answers


def _as_text(field: _Json) -> _Json:
    """A field as a part of a form: there is no null, and an object is sent as JSON."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind["type"] != "null"]
    if not kinds:
        return field
    if kinds[0]["type"] == "object":
        kinds = [{"type": "string", "contentMediaType": "application/json"}]
    said = {name: field[name] for name in ("description", "title", "examples") if name in field}
    return {**said, **kinds[0]}


class _Completed(JsonRenderPlugin):
    """The document, with what is so for every route said of each one."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: _Json) -> bytes:
        # Litestar describes answers by the names of attributes, not by those that are sent
        openapi_schema["components"]["schemas"] |= _answers(request.app)
        for operations in openapi_schema["paths"].values():
            for method in _METHODS:
                if method in operations:
                    _complete(operations[method]["responses"])
        return super().render(request, openapi_schema)


def _answers(app: Litestar) -> _Json:
    """The schemas of everything that routes answer with, by name."""
    kinds = {
        kind
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for answer in (handler.responses or {}).values()
        for kind in (get_args(answer.data_container) or (answer.data_container,))
    }
    models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    return dict(schemas["$defs"])


def _complete(responses: _Json) -> None:
    responses.pop("400", None)  # the framework's own; ours is 422
    for status in ("429", "503"):
        if status in responses:
            responses[status].setdefault("headers", {})["Retry-After"] = _RETRY_AFTER
