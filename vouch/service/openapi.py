"""The OpenAPI document: what the framework cannot tell of routes that read bodies by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from litestar import Request
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
from pydantic import BaseModel

_RETRY_AFTER = {
    "description": "Seconds after which the same request can succeed.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}
_BEARER = SecurityScheme(type="http", scheme="bearer", description="An API key: vouch_…")
_API_KEY = SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header")
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
    schema = kind.model_json_schema()
    return {**schema, "properties": {**schema["properties"], "json_schema": _own_schema(kind)}}


def form_of(kind: type[BaseModel], file: str, *, many: bool = False) -> _Json:
    """The schema of a form of these fields with a file, or several under the same name."""
    schema = kind.model_json_schema()
    one: _Json = {
        "type": "string",
        "format": "binary",
        "minLength": 1,
        "description": "A picture or PDF; its content decides its type.",
    }
    files = {"type": "array", "items": one, "minItems": 1} if many else one
    sent = _own_schema(kind)
    text = {"type": "string", "contentMediaType": "application/json"}
    properties = {
        **schema["properties"],
        file: files,
        "json_schema": {**text, "description": sent["description"]},
    }
    return {**schema, "properties": properties, "required": [*schema.get("required", []), file]}


def taking(bodies: Mapping[str, _Json]) -> type[Operation]:
    """For `operation_class`: the bodies that a route takes, schemas by media type."""

    @dataclass
    class Takes(Operation):
        def __post_init__(self) -> None:
            content = {kind: OpenAPIMediaType(schema=body) for kind, body in bodies.items()}  # type: ignore[arg-type]  # as it shall be written
            self.request_body = RequestBody(content=content, required=True)

    return Takes


def also_answering(media_type: str) -> type[Operation]:
    """For `operation_class`: a route whose answer 200 can be bytes of this kind too."""

    @dataclass
    class Answers(Operation):
        def __post_init__(self) -> None:
            content = (self.responses or {})["200"].content  # type: ignore[union-attr]  # no reference
            schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
            content[media_type] = OpenAPIMediaType(schema=schema)  # type: ignore[index]

    return Answers


def _own_schema(kind: type[BaseModel]) -> _Json:
    return {
        "type": "object",
        "description": kind.model_fields["json_schema"].description or "",
    }


class _Completed(JsonRenderPlugin):
    """The document, with what is so for every route said of each one."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: _Json) -> bytes:
        for operations in openapi_schema["paths"].values():
            for method in _METHODS:
                if method in operations:
                    _complete(operations[method]["responses"])
        return super().render(request, openapi_schema)


def _complete(responses: _Json) -> None:
    responses.pop("400", None)  # the framework's own; ours is 422
    for status in ("429", "503"):
        if status in responses:
            responses[status].setdefault("headers", {})["Retry-After"] = _RETRY_AFTER
