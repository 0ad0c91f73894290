"""A custom connector for Power Automate: OpenAPI 2.0, made from the service's own OpenAPI 3.1.

https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions describes the `x-ms-`
extensions. Three operations remain: submit a document, look at its job, fetch its flat record.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.shape import JsonSchema

_Json = dict[str, Any]
_Visibility = Literal["important", "advanced", "internal"]
_OPERATIONS = (
    ("/v1/jobs", "post", "SubmitDocument"),
    ("/v1/jobs/{job_id}", "get", "GetJob"),
    ("/v1/jobs/{job_id}/record", "get", "GetFlatRecord"),
)
_FORM = "multipart/form-data"
_SAME = ("type", "format", "enum", "default", "minimum", "minLength", "maxLength")
"""What OpenAPI 2.0 says in the same words."""
_FIRST = frozenset({"file", "schema", "question", "locate", "job_id", "wait"})
_ANSWERS = {"SubmitDocument": "Job", "GetJob": "Job", "GetFlatRecord": "FlatRecord"}
_UNTYPED = frozenset({"record", "options"})
"""Of a job: nested deeper than a robot binds to."""
_FLAT: _Json = {
    "name": "format",
    "in": "query",
    "required": True,
    "type": "string",
    "enum": ["flat"],
    "default": "flat",
    "x-ms-summary": "Format",
    "x-ms-visibility": "internal",
}


def connector(document: Mapping[str, Any], address: str, flat: JsonSchema | None = None) -> _Json:
    """The connector of the service that is reached at an address.

    `document` is the service's OpenAPI. With the schema of flat records, their keys are offered by
    name. InvalidRequest for an address that is no http or https URL.
    """
    place = urlsplit(address)
    if place.scheme not in ("http", "https") or not place.netloc:
        raise InvalidRequest("the address is no http or https URL")
    components = document["components"]["schemas"]
    record = _own(components["FlatRecord"], components) if flat is None else _own(flat, {})
    return {
        "swagger": "2.0",
        "info": {name: document["info"][name] for name in ("title", "version", "description")},
        "host": place.netloc,
        "basePath": place.path or "/",
        "schemes": [place.scheme],
        "produces": ["application/json"],
        "paths": _paths(document["paths"]),
        "definitions": {
            "Job": _own(components["JobView"], components),
            "FlatRecord": record,
            "Problem": _own(components["Problem"], components),
        },
        "securityDefinitions": {"api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
        "security": [{"api_key": []}],
    }


def _paths(paths: Mapping[str, Any]) -> _Json:
    found: _Json = {}
    for path, method, name in _OPERATIONS:
        found.setdefault(path, {})[method] = _operation(name, paths[path][method])
    return found


def _operation(name: str, described: Mapping[str, Any]) -> _Json:
    takes_form = "requestBody" in described
    return {
        "operationId": name,
        "summary": "Fetch a flat record" if name == "GetFlatRecord" else described["summary"],
        "description": described["description"],
        "x-ms-visibility": "important",
        **({"consumes": [_FORM]} if takes_form else {}),
        "parameters": list(_parameters(name, described)),
        "responses": {
            **{
                status: _answer(answer["description"], _ANSWERS[name])
                for status, answer in described["responses"].items()
                if status < "300"
            },
            "default": _answer("Why not: switch on `code`.", "Problem"),
        },
    }


def _answer(description: str, kind: str) -> _Json:
    return {"description": description, "schema": {"$ref": f"#/definitions/{kind}"}}


def _parameters(name: str, described: Mapping[str, Any]) -> Iterator[_Json]:
    is_flat = name == "GetFlatRecord"
    for one in described["parameters"]:
        if is_flat and one["name"] in ("format", "table"):
            continue
        head = {"name": one["name"], "in": one["in"], "required": one["required"]}
        yield {**head, **_titled(one["name"], one["schema"]), **_plain(one["schema"])}
    if is_flat:
        yield _FLAT
    form = described.get("requestBody", {}).get("content", {}).get(_FORM, {}).get("schema", {})
    for field, schema in form.get("properties", {}).items():
        head = {"name": field, "in": "formData", "required": field in form["required"]}
        yield {**head, **_titled(field, schema), **_plain(schema)}


def _titled(name: str, schema: Mapping[str, Any]) -> _Json:
    seen: _Visibility = "important" if name in _FIRST else "advanced"
    described = {"description": schema["description"]} if schema.get("description") else {}
    title = name.replace("_", " ").replace("-", " ").capitalize()
    return {"x-ms-summary": title, "x-ms-visibility": seen, **described}


def _plain(schema: Mapping[str, Any]) -> _Json:
    """A parameter's type: one word, as a form can say it."""
    bare = _without_null(schema)
    if bare.get("format") == "binary":
        return {"type": "file"}
    if bare.get("type") not in ("string", "number", "integer", "boolean"):
        return {"type": "string"}  # a list with commas between its parts
    return {key: bare[key] for key in _SAME if key in bare}


def _own(schema: Mapping[str, Any], components: Mapping[str, Any]) -> _Json:
    """A schema without references, unions and tuples, which OpenAPI 2.0 does not know."""
    if "$ref" in schema:
        return _own(components[schema["$ref"].rpartition("/")[2]], components)
    bare = _without_null(schema)
    nullable = {"x-nullable": True} if bare != schema else {}
    if "$ref" in bare:
        return {**_own(bare, components), **nullable}
    said = {"description": schema["description"]} if schema.get("description") else {}
    match bare.get("type"):
        case "object":
            return {"type": "object", **_members(bare, components), **said, **nullable}
        case "array":
            items = _own(bare.get("items", {}), components)
            return {"type": "array", "items": items, **said, **nullable}
    return {**{key: bare[key] for key in _SAME if key in bare}, **said, **nullable}


def _members(schema: Mapping[str, Any], components: Mapping[str, Any]) -> _Json:
    members = {
        name: {"x-ms-summary": name.replace("_", " ").capitalize(), **_own(member, components)}
        for name, member in schema.get("properties", {}).items()
        if name not in _UNTYPED
    }
    return {"properties": members} if members else {}


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what is there; any value where that can be of several kinds."""
    kinds = schema.get("anyOf") or schema.get("oneOf")
    if kinds is None:
        said = schema.get("type")
        if not isinstance(said, list):
            return schema
        kinds = [{**schema, "type": kind} for kind in said]
    solid = [kind for kind in kinds if kind.get("type") != "null"]
    about = {key: schema[key] for key in ("description", "default") if schema.get(key) is not None}
    if len(solid) != 1:
        return about
    enum = [value for value in solid[0].get("enum", ()) if value is not None]
    return {**about, **solid[0], **({"enum": enum} if enum else {})}
