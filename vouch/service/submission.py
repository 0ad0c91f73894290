"""What a caller sends with documents, judged as far as that is cheap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from litestar import Request
from litestar.datastructures import UploadFile
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vouch.grammar.limits import LIMITS
from vouch.schemas.errors import (
    EmptyUpload,
    InvalidRequest,
    SchemaTooLarge,
    TooManyBytes,
    UnsupportedMediaType,
)
from vouch.schemas.filenames import safe_filename
from vouch.schemas.job import Priority, Readers
from vouch.schemas.page_range import PAGES
from vouch.schemas.redaction import Kinds
from vouch.schemas.shape import JsonSchema
from vouch.schemas.wanted import parsed_schema

MOST_BYTES = 4 * LIMITS.bytes
"""Of a schema's text as it is sent: spaces and line ends included."""
MOST_BODY = 8_000_000
"""Of a body that should be JSON: beyond it nothing is read, and the answer is 413."""
FORM, JSON = "multipart/form-data", "application/json"
JOB_ID = r"^[0-9a-f]{32}$"
_LONGEST_URL = 2048
_LONGEST_QUESTION = 500

AnyRequest = Request[Any, Any, Any]


class Wish(BaseModel):
    """What a caller asks of each document."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    schema_name: Annotated[
        str | None,
        Field(
            alias="schema",
            description="A built-in or stored schema, with @version where not the newest is meant."
            " auto: what the picture is found to show. By default receipt.",
            examples=["receipt"],
        ),
    ] = None
    json_schema: Annotated[
        dict[str, Any] | None,
        Field(description="A JSON Schema, instead of `schema` and for this request alone."),
    ] = None
    question: Annotated[
        str | None,
        Field(
            max_length=_LONGEST_QUESTION,
            pattern=r"\S",
            description="A question about the picture, instead of `schema`: the schema is answer.",
            examples=["What is the total?"],
        ),
    ] = None
    locate: Annotated[
        str | None,
        Field(
            max_length=_LONGEST_QUESTION,
            pattern=r"\S",
            description="What to find on the screen, instead of `schema`: the schema is location.",
            examples=["the Submit button"],
        ),
    ] = None
    pages: Annotated[
        str | None,
        Field(
            max_length=200,
            pattern=PAGES,
            description="Those that are looked at; the others are not decoded. By default all.",
            examples=["1-3,7"],
        ),
    ] = None
    ignore_embedded: Annotated[
        bool,
        Field(description="Leave invoice data inside a PDF alone; else the print is compared."),
    ] = False
    readers: Annotated[Readers, Field(description="Who reads.")] = "both"
    target_precision: Annotated[
        float | None,
        Field(gt=0, lt=1, description="Least confidence of an accepted value.", examples=[0.99]),
    ] = None
    redact: Annotated[
        Kinds | None,
        Field(
            description="What is masked in the record and its pages: `all`, or kinds, which a form"
            " names in one field with commas between them.",
            examples=["email,token,key"],
        ),
    ] = None
    callback_url: Annotated[
        str | None,
        Field(max_length=_LONGEST_URL, description="Is called when a job has ended."),
    ] = None
    priority: Annotated[Priority, Field(description="Among the caller's own jobs.")] = "normal"


class JobWish(Wish):
    """What a caller asks of one document."""

    retry_of: Annotated[
        str | None,
        Field(pattern=JOB_ID, description="The job whose document this one shows better."),
    ] = None
    reuse: Annotated[
        bool,
        Field(
            description="Answer with an earlier job, where one with `reuse` has read the same"
            " document with the same options and engines. Such an answer has status 200."
        ),
    ] = False


class LinkedWish(JobWish):
    """The same, of a document that lies at a URL."""

    url: Annotated[str, Field(max_length=_LONGEST_URL, description="Is fetched now, and once.")]


@dataclass(frozen=True, slots=True)
class Original:
    """A document as the caller has it. Its name decides nothing."""

    content: bytes
    filename: str | None


_Wish = TypeVar("_Wish", bound=Wish)


async def sent_form(request: AnyRequest, kind: type[_Wish]) -> tuple[_Wish, tuple[UploadFile, ...]]:
    """The fields of a form, and its parts `file`. InvalidRequest names fields, never values."""
    form = await request.form()
    parts = {name: form.getall(name) for name in form}
    files = [_file(part) for part in parts.pop("file", [])]
    fields = {name: _only(name, of_name) for name, of_name in parts.items()}
    if "json_schema" in fields:
        fields["json_schema"] = await _schema_part(fields["json_schema"])
    try:
        return kind.model_validate(fields), tuple(files)
    except ValidationError as error:
        raise _wrong(error) from None


async def sent_json(request: AnyRequest) -> LinkedWish:
    """A body of JSON that names a document by its URL. InvalidRequest, TooManyBytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY:
            raise TooManyBytes(f"a JSON body has at most {MOST_BODY} bytes")
    try:
        wish = LinkedWish.model_validate_json(bytes(body), strict=True)
    except ValidationError as error:
        raise _wrong(error) from None
    if wish.json_schema is not None:  # its size and numbers, as if it had come alone
        schema_of_body(json.dumps(wish.json_schema).encode())
    return wish


async def original(part: UploadFile, most_bytes: int) -> Original:
    """An uploaded document; may be read again. EmptyUpload, TooManyBytes."""
    content = await part.read(most_bytes + 1)
    await part.seek(0)
    if not content:
        raise EmptyUpload("the part `file` has no bytes")
    if len(content) > most_bytes:
        raise TooManyBytes(f"the file is larger than {most_bytes} bytes")
    return Original(content, safe_filename(part.filename))


def media_type(request: AnyRequest, *allowed: str) -> str:
    """What the caller says that the body is. UnsupportedMediaType unless it is one of these."""
    sent = request.content_type[0]
    if sent not in allowed:
        raise UnsupportedMediaType(f"send {' or '.join(allowed)}")
    return sent


def schema_of_body(text: bytes) -> JsonSchema:
    """A caller's JSON Schema. SchemaTooLarge, InvalidRequest."""
    if len(text) > MOST_BYTES:
        raise SchemaTooLarge(f"the schema is larger than {MOST_BYTES} bytes")
    return parsed_schema(text)


def _file(part: UploadFile | str) -> UploadFile:
    if isinstance(part, str):
        raise InvalidRequest("the part `file` has no filename: send it as a file")
    return part


def _only(name: str, parts: Sequence[Any]) -> Any:  # noqa: ANN401  a text or a file, as it came
    if len(parts) != 1:
        raise InvalidRequest(f"sent more than once: {name}")
    return parts[0]


async def _schema_part(part: UploadFile | str) -> JsonSchema:
    text = part.encode() if isinstance(part, str) else await part.read(MOST_BYTES + 1)
    return schema_of_body(text)


def _wrong(error: ValidationError) -> InvalidRequest:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    names = sorted({str(fault["loc"][0]) if fault["loc"] else "body" for fault in faults})
    return InvalidRequest(f"missing, unknown or not allowed: {', '.join(names)}")
