"""Keywords of Robot Framework: `Library    vouch.rpa.robot.Vouch    http://127.0.0.1:8000`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from robot.api.deco import keyword, library

from vouch.client import Client, follow_to_record
from vouch.rpa.asking import Target, plain, submitted, target_of, unaccepted
from vouch.schemas.errors import VouchError
from vouch.schemas.job import Options, asking, locating
from vouch.schemas.leaves import PixelPoint
from vouch.schemas.record import Record


@library(scope="GLOBAL", auto_keywords=False)
class Vouch:
    """Reads documents and finds elements on screenshots, at a running Vouch.

    The API key stands in the environment variable VOUCH_API_KEY. Robots act on what is accepted:
    whatever Vouch is not sure of fails the keyword, and the message says what a person can do.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", timeout: float = 60.0) -> None:
        """`timeout`: seconds that a keyword waits for a record."""
        self._url = url
        self._timeout = float(timeout)

    @keyword
    def submit_picture(
        self,
        path: Path,
        schema: str = "receipt",
        question: str | None = None,
        locate: str | None = None,
    ) -> str:
        """Hand a picture or PDF in, and go on: the id of its job, for `Wait For Job`."""
        options = _options(schema, question, locate)
        with self._client() as client:
            return submitted(client, path, options)

    @keyword
    def wait_for_job(self, job: str, timeout: float | None = None) -> dict[str, Any]:
        """The record of a job that was handed in. Fails when the job fails or takes too long."""
        with self._client() as client:
            return plain(_awaited(client, job, self._timeout if timeout is None else timeout))

    @keyword
    def extract_record(self, path: Path, schema: str = "receipt") -> dict[str, Any]:
        """Read a picture or PDF: `${record}[data][total]`, `${record}[decision][outcome]`."""
        return plain(self._record(path, Options(schema_name=schema)))

    @keyword
    def locate_element(self, path: Path, description: str) -> dict[str, Any]:
        """Find "the Submit button" on a screenshot: role, label, bbox, click_point, confidence.

        Fails when there is no such element; `accepted` says whether Vouch vouches for the place.
        """
        return self._target(path, description).model_dump()

    @keyword
    def click_point_of(self, path: Path, description: str) -> PixelPoint:
        """Where to click, [x, y] in pixels of the screenshot. Fails unless it is accepted."""
        target = self._target(path, description)
        if target.click_point is None or not target.accepted:
            raise AssertionError(
                f"the place is not accepted (confidence {target.confidence}): a person has to look"
            )
        return target.click_point

    @keyword
    def should_be_accepted(self, record: dict[str, Any], *pointers: str) -> None:
        """Fail unless a record is accepted, or the fields at these pointers are."""
        why = unaccepted(Record.model_validate(record), pointers)
        if why:
            raise AssertionError("; ".join(why))

    def _target(self, path: Path, description: str) -> Target:
        target = target_of(self._record(path, locating(description)))
        if not target.found:
            raise AssertionError("there is no such element on the screenshot")
        return target

    def _record(self, path: Path, options: Options) -> Record:
        with self._client() as client:
            return _awaited(client, submitted(client, path, options), self._timeout)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A connection whose problems fail a keyword with their code."""
        try:
            with Client.at(self._url) as client:
                yield client
        except VouchError as error:
            raise AssertionError(f"{error.code}: {error}") from error


def _awaited(client: Client, job: str, seconds: float) -> Record:
    return follow_to_record(client, job, lambda _: None, seconds)


def _options(schema: str, question: str | None, locate: str | None) -> Options:
    if question is not None:
        return asking(question)
    if locate is not None:
        return locating(locate)
    return Options(schema_name=schema)
