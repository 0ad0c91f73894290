"""What a caller sends with `POST /v1/jobs`, judged as far as that is cheap."""

from pathlib import PurePath
from typing import Annotated

from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from pydantic import BaseModel, ConfigDict, Field

from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import EmptyUpload, InvalidRequest, TooManyBytes, UnsupportedMediaType
from vouch.schemas.job import Options

_LONGEST_NAME = 255


class Submission(BaseModel):
    """The parts of the form."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", frozen=True)

    file: Annotated[
        UploadFile, Field(description="The picture or PDF; its content decides its type.")
    ]
    schema_name: Annotated[
        str, Field(alias="schema", description="A built-in schema.", examples=["receipt"])
    ] = "receipt"
    target_precision: Annotated[
        float | None,
        Field(gt=0, lt=1, description="Least confidence of an accepted value.", examples=[0.99]),
    ] = None

    def options(self) -> Options:
        """The wish itself. UnknownSchema when the schema is not known."""
        builtin_schema(self.schema_name)
        return Options(schema_name=self.schema_name, target_precision=self.target_precision)

    def filename(self) -> str | None:
        """The name as sent, without folders and unprintable characters; it decides nothing."""
        name = PurePath(self.file.filename.replace("\\", "/")).name
        return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME] or None


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
